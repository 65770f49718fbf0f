CREATE TABLE t (
	price INTEGER NOT NULL,
	"Name" VARCHAR(9) NOT NULL,
	CONSTRAINT ck CHECK (price > 0 AND "Name" <> 'it''s')
);
-- LODE_E_UNSUPPORTED: table t: index ix is partial, which generic has not

DROP TABLE t;
