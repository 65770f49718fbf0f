CREATE TABLE part (
	maker VARCHAR(10) NOT NULL,
	number INTEGER NOT NULL,
	parent INTEGER,
	CONSTRAINT pk_part PRIMARY KEY (maker, number),
	CONSTRAINT uq_part UNIQUE (number),
	CONSTRAINT number_is_positive CHECK (number > 0),
	CHECK (maker <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE UNIQUE INDEX ix_part_parent ON part (parent);
-- LODE_E_UNSUPPORTED: foreign key stock(maker, number) to part: mariadb cannot defer foreign keys

DROP TABLE stock;
DROP TABLE part;
