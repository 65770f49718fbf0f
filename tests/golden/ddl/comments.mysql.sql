CREATE TABLE app.part (
	id INTEGER AUTO_INCREMENT NOT NULL COMMENT 'the part''s number',
	name VARCHAR(9) NOT NULL COMMENT 'for people',
	set_id INTEGER,
	PRIMARY KEY (id),
	CONSTRAINT uq_name UNIQUE (name) COMMENT 'told apart by name',
	CONSTRAINT fk_set FOREIGN KEY (set_id) REFERENCES app.part (id),
	CONSTRAINT ck_name CHECK (name <> '')
) COMMENT 'what we sell' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;
CREATE INDEX ix_part_set_id ON app.part (set_id) COMMENT 'for lists of a set';

DROP TABLE app.part;
