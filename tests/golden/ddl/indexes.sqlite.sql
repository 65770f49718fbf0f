CREATE TABLE app.person (
	id INTEGER NOT NULL,
	name VARCHAR(40) NOT NULL,
	age INTEGER NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX app.ix_person_name ON person (name);
CREATE UNIQUE INDEX app.ix_person_age ON person (age);
CREATE INDEX app.ix_person_name_age ON person (name, age DESC);
CREATE UNIQUE INDEX app.ix_lower ON person ((lower(name)) DESC, age);
CREATE INDEX app.ix_extra ON person (age);

DROP TABLE app.person;
