CREATE TABLE t (
	price INTEGER NOT NULL,
	"Name" VARCHAR(9) NOT NULL,
	CONSTRAINT ck CHECK (price > 0 AND "Name" <> 'it''s')
);
CREATE INDEX ix ON t ((lower("Name")) DESC) WHERE price IS NOT NULL;

DROP TABLE t;
