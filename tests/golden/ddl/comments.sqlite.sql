CREATE TABLE app.part (
	id INTEGER NOT NULL,
	name VARCHAR(9) NOT NULL,
	set_id INTEGER,
	PRIMARY KEY (id),
	CONSTRAINT uq_name UNIQUE (name),
	CONSTRAINT fk_set FOREIGN KEY (set_id) REFERENCES part (id),
	CONSTRAINT ck_name CHECK (name <> '')
);
CREATE INDEX app.ix_part_set_id ON part (set_id);

DROP TABLE app.part;
