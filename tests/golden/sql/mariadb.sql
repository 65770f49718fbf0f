-- select
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account

-- where
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.id > ? AND user_account.age < ? ORDER BY user_account.id LIMIT ?
--   values 0:4 1:3 2:4

-- logic
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE (user_account.name = ? OR user_account.name <> ? AND user_account.age IS NULL) AND NOT (user_account.id <= ? OR user_account.id >= ?)
--   values 0:9 1:9 2:4 3:4

-- not
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.name <> ? AND user_account.id NOT IN (?) AND user_account.age IS NOT NULL AND user_account.name LIKE ? AND user_account.id NOT BETWEEN ? AND ?
--   values 0:9 1:4 2:9 3:4 4:4

-- fold
SELECT node.id, node.parent_id FROM node WHERE node.id = ?
--   values 0:4

-- arithmetic
SELECT (user_account.id + ?) * (user_account.id - (user_account.age - ?)) FROM user_account WHERE -(user_account.id + ?) > user_account.age / ?
--   values 0:4 1:3 2:4 3:3

-- text functions
SELECT CONCAT(CONCAT(user_account.name, ?), coalesce(user_account.fullname, ?)) FROM user_account WHERE user_account.name LIKE ? ESCAPE '\\' AND lower(user_account.name) LIKE ? ESCAPE '\\'
--   values 0:9 1:9 2:9 3:9

-- decimal
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.balance >= ? AND user_account.balance IN (?) AND user_account.balance = user_account.age ORDER BY user_account.balance DESC
--   values 0:8 1:8

-- extremes
SELECT max(user_account.balance), count(DISTINCT user_account.name) FROM user_account

-- counts
SELECT user_account.name, count(address.id) FROM user_account LEFT OUTER JOIN address ON user_account.id = address.user_id GROUP BY user_account.name HAVING count(address.id) > ? ORDER BY CASE WHEN count(address.id) IS NULL THEN 1 ELSE 0 END, count(address.id) DESC LIMIT ? OFFSET ?
--   values 0:4 1:4 2:4

-- count all
SELECT count(*) FROM user_account

-- from the filter
SELECT count(*) FROM user_account WHERE user_account.id = ?
--   values 0:4

-- join
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account JOIN address ON user_account.id = address.user_id WHERE address.email LIKE ?
--   values 0:9

-- join secondary
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account JOIN user_keyword ON user_account.id = user_keyword.user_id JOIN keyword ON user_keyword.keyword_id = keyword.id WHERE keyword.word = ?
--   values 0:9

-- outer secondary
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account LEFT OUTER JOIN (user_keyword JOIN keyword ON user_keyword.keyword_id = keyword.id) ON user_account.id = user_keyword.user_id

-- join on
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account JOIN address ON address.user_id = user_account.id AND address.email = ?
--   values 0:9

-- self join
SELECT node.id, node.parent_id FROM node JOIN node AS node_1 ON node.id = node_1.parent_id WHERE node_1.id > ?
--   values 0:4

-- two bases
SELECT user_account.name, keyword.id FROM user_account JOIN address ON user_account.id = address.user_id, keyword

-- distinct
SELECT DISTINCT user_account.name FROM user_account LIMIT 9223372036854775807 OFFSET ?
--   values 0:4

-- in
SELECT node.id, node.parent_id FROM node WHERE node.id IN (?) OR node.id NOT IN (?)
--   values 0:4 1:4

-- in select
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.id NOT IN (SELECT address.user_id FROM address WHERE address.email = ?)
--   values 0:9

-- exists
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE EXISTS (SELECT 1 FROM address WHERE address.user_id = user_account.id AND address.email = ?) AND user_account.id = ?
--   values 0:9 1:4

-- not exists
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE NOT EXISTS (SELECT 1 FROM address WHERE address.user_id = user_account.id)

-- scalar
SELECT user_account.name, (SELECT count(address.id) FROM address WHERE address.user_id = user_account.id) FROM user_account

-- never without from
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.id > (SELECT avg(user_account.id) FROM user_account)

-- text
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.id = ? AND (name = ? OR '\:x' = ':y' OR 1:2 = a::text)
--   values 0:4 1:9

-- text statement
SELECT id, name FROM t WHERE a = ? AND b = ? AND c = ?
--   values 0:4 1:9 2:4

-- param
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.name = ? OR user_account.age = ?
--   values 0:9 1:3

-- update
UPDATE user_account SET fullname = ?, age = age + ?, updated = UTC_TIMESTAMP(6) WHERE fullname IS NULL
--   values 0:9 1:3

-- update null
UPDATE node SET parent_id = ?
--   values 0:4

-- update correlated
LODE_E_UNSUPPORTED: UPDATE cannot return rows on mariadb: it has no RETURNING there

-- delete
DELETE FROM address WHERE id = ?
--   values 0:4

-- delete returning
DELETE FROM address RETURNING email

-- insert
INSERT INTO user_account (name, age, status, updated) VALUES (?, ?, 'new', UTC_TIMESTAMP(6)) RETURNING id
--   values 0:9 1:3

-- insert rows
INSERT INTO address (email, user_id) VALUES (?, ?), (?, ?)
--   values 0:9 1:4 2:9 3:4

-- insert empty
INSERT INTO address () VALUES ()

-- insert defaults
INSERT INTO user_account (status, updated) VALUES ('new', UTC_TIMESTAMP(6))

-- insert select
INSERT INTO user_account (name, age, status, updated) SELECT address.email, ?, 'new', UTC_TIMESTAMP(6) FROM address WHERE address.id > ?
--   values 0:4 1:4

-- odd names
SELECT `Odd "table"`.`a"b` FROM `Odd "table"` WHERE `Odd "table"`.`select` = ? ORDER BY `Odd "table"`.`Mixed` DESC
--   values 0:3

-- now
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.updated < UTC_TIMESTAMP(6)

-- enum
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated FROM user_account WHERE user_account.status = ? OR user_account.status IN (?)
--   values 0:21 1:21

-- extra
SELECT address.id, address.email, address.user_id, user_account.name FROM address JOIN user_account ON address.user_id = user_account.id

-- eager many
SELECT user_account.id, user_account.name, user_account.fullname, user_account.age, user_account.balance, user_account.status, user_account.updated, anon_1.id, anon_1.email, anon_1.user_id, anon_3.id, anon_3.word FROM user_account LEFT OUTER JOIN address AS anon_1 ON user_account.id = anon_1.user_id LEFT OUTER JOIN (user_keyword AS anon_2 JOIN keyword AS anon_3 ON anon_2.keyword_id = anon_3.id) ON user_account.id = anon_2.user_id ORDER BY anon_1.id

-- eager nested
SELECT address.id, address.email, address.user_id, user_account.name, anon_1.id, anon_1.name, anon_1.fullname, anon_1.age, anon_1.balance, anon_1.status, anon_1.updated, anon_2.id, anon_2.email, anon_2.user_id FROM address JOIN user_account ON address.user_id = user_account.id LEFT OUTER JOIN user_account AS anon_1 ON address.user_id = anon_1.id LEFT OUTER JOIN address AS anon_2 ON anon_1.id = anon_2.user_id ORDER BY anon_2.id

-- rows in a list
SELECT address.id, address.email, address.user_id FROM address WHERE (address.id, address.email) IN ((?, ?)) AND (address.user_id) NOT IN ((?)) AND address.id > ?
--   values 0:4 0:9 1:4 2:4

-- rows in a select
SELECT address.id, address.email, address.user_id FROM address WHERE (address.user_id, address.email) IN (SELECT user_account.id, user_account.name FROM user_account)

-- limit by parameters
SELECT address.id, address.email, address.user_id FROM address ORDER BY address.email LIMIT ? OFFSET ?
--   values 0:4 1:3

-- limit by an expression
LODE_E_UNSUPPORTED: LIMIT or OFFSET by an expression that is no value is not supported on mariadb

-- limit with ties
SELECT address.id, address.email, address.user_id FROM address ORDER BY address.email OFFSET 0 ROWS FETCH NEXT ? ROWS WITH TIES
--   values 0:4

-- limit in percent
LODE_E_UNSUPPORTED: a LIMIT in percent is not supported on mariadb

-- eager one limit
SELECT address.id, address.email, address.user_id, anon_1.id, anon_1.name, anon_1.fullname, anon_1.age, anon_1.balance, anon_1.status, anon_1.updated FROM address LEFT OUTER JOIN user_account AS anon_1 ON address.user_id = anon_1.id LIMIT ?
--   values 0:4

-- eager many limit
SELECT anon_1.id, anon_1.name, anon_1.fullname, anon_1.age, anon_1.balance, anon_1.status, anon_1.updated, anon_2.id, anon_2.email, anon_2.user_id, anon_4.id, anon_4.word FROM (SELECT user_account.id AS id, user_account.name AS name, user_account.fullname AS fullname, user_account.age AS age, user_account.balance AS balance, user_account.status AS status, user_account.updated AS updated, user_account.age + ? AS order_1_1 FROM user_account WHERE user_account.id > ? ORDER BY user_account.name DESC, user_account.age + ? LIMIT ? OFFSET ?) AS anon_1 LEFT OUTER JOIN address AS anon_2 ON anon_1.id = anon_2.user_id LEFT OUTER JOIN (user_keyword AS anon_3 JOIN keyword AS anon_4 ON anon_3.keyword_id = anon_4.id) ON anon_1.id = anon_3.user_id ORDER BY anon_1.name DESC, anon_1.order_1_1, anon_2.id
--   values 1:3 0:4 1:3 2:4 3:4

