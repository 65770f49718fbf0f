CREATE TABLE one.here (
	id INTEGER NOT NULL,
	PRIMARY KEY (id)
);
-- LODE_E_UNSUPPORTED: foreign key two.there.far to one.here.id: sqlite cannot refer to a table of another schema

DROP TABLE two.there;
DROP TABLE one.here;
