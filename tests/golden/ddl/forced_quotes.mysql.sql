CREATE TABLE `app`.`item` (
	`plain` INTEGER AUTO_INCREMENT NOT NULL,
	other INTEGER NOT NULL,
	PRIMARY KEY (`plain`),
	CONSTRAINT `uq_plain` UNIQUE (`plain`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;
CREATE INDEX `ix_item_plain` ON `app`.`item` (`plain`);
CREATE TABLE `app`.Box (
	order INTEGER NOT NULL,
	PRIMARY KEY (order),
	CONSTRAINT Fk FOREIGN KEY (order) REFERENCES `app`.`item` (`plain`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

DROP TABLE `app`.Box;
DROP TABLE `app`.`item`;
