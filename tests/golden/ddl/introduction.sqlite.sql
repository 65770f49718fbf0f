CREATE TABLE user_account (
	id INTEGER NOT NULL,
	name VARCHAR(30) NOT NULL,
	fullname VARCHAR,
	age INTEGER,
	created_at TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%f000','now')) NOT NULL,
	updated_at TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%f000','now')) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, fullname)
);
CREATE INDEX ix_user_account_name ON user_account (name);
CREATE TABLE keyword (
	id INTEGER NOT NULL,
	word VARCHAR(23) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (word)
);
CREATE TABLE user_keyword (
	user_id INTEGER NOT NULL,
	keyword_id INTEGER NOT NULL,
	PRIMARY KEY (user_id, keyword_id),
	FOREIGN KEY (user_id) REFERENCES user_account (id),
	FOREIGN KEY (keyword_id) REFERENCES keyword (id)
);
CREATE TABLE address (
	id INTEGER NOT NULL,
	email VARCHAR(254) NOT NULL,
	user_id INTEGER NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY (user_id) REFERENCES user_account (id)
);

DROP TABLE address;
DROP TABLE user_keyword;
DROP TABLE keyword;
DROP TABLE user_account;
