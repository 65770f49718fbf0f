CREATE TABLE part (
	maker VARCHAR(10) NOT NULL,
	number INTEGER NOT NULL,
	parent INTEGER,
	CONSTRAINT pk_part PRIMARY KEY (maker, number),
	CONSTRAINT uq_part UNIQUE (number),
	CONSTRAINT number_is_positive CHECK (number > 0),
	CHECK (maker <> '')
);
CREATE UNIQUE INDEX ix_part_parent ON part (parent);
CREATE TABLE stock (
	id INTEGER NOT NULL,
	maker VARCHAR(10) NOT NULL,
	number INTEGER NOT NULL,
	shelf INTEGER,
	PRIMARY KEY (id),
	CONSTRAINT fk_shelf FOREIGN KEY (shelf) REFERENCES stock (id) ON DELETE SET NULL,
	CONSTRAINT fk_part FOREIGN KEY (maker, number) REFERENCES part (maker, number) MATCH FULL ON DELETE CASCADE ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED
);

DROP TABLE stock;
DROP TABLE part;
