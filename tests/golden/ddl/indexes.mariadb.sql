CREATE TABLE app.person (
	id INTEGER AUTO_INCREMENT NOT NULL,
	name VARCHAR(40) NOT NULL,
	age INTEGER NOT NULL,
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE INDEX ix_person_name ON app.person (name);
CREATE UNIQUE INDEX ix_person_age ON app.person (age);
CREATE INDEX ix_person_name_age ON app.person (name, age DESC);
CREATE UNIQUE INDEX ix_lower ON app.person ((lower(name)) DESC, age);
CREATE INDEX ix_extra ON app.person (age);

DROP TABLE app.person;
