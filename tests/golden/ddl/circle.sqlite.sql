CREATE TABLE employee (
	id INTEGER NOT NULL,
	boss INTEGER,
	department INTEGER NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY (boss) REFERENCES employee (id),
	CONSTRAINT fk_department FOREIGN KEY (department) REFERENCES department (id)
);
CREATE TABLE department (
	id INTEGER NOT NULL,
	head INTEGER,
	PRIMARY KEY (id),
	CONSTRAINT fk_head FOREIGN KEY (head) REFERENCES employee (id)
);
CREATE TABLE desk (
	id INTEGER NOT NULL,
	room INTEGER NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY (id) REFERENCES employee (id),
	CONSTRAINT fk_room FOREIGN KEY (room) REFERENCES room (id)
);
CREATE TABLE room (
	id INTEGER NOT NULL,
	PRIMARY KEY (id)
);

DROP TABLE room;
DROP TABLE desk;
DROP TABLE department;
DROP TABLE employee;
