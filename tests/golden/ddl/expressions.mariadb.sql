CREATE TABLE t (
	price INTEGER NOT NULL,
	`Name` VARCHAR(9) NOT NULL,
	CONSTRAINT ck CHECK (price > 0 AND `Name` <> 'it''s')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
-- LODE_E_UNSUPPORTED: table t: index ix is partial, which mariadb has not

DROP TABLE t;
