CREATE TABLE `My Schema`.`order` (
	`Select` INTEGER AUTO_INCREMENT NOT NULL,
	`a "quoted" name` INTEGER NOT NULL,
	`naïve` INTEGER NOT NULL,
	`1st` INTEGER NOT NULL,
	plain_1 INTEGER NOT NULL,
	PRIMARY KEY (`Select`),
	UNIQUE (`naïve`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;
CREATE INDEX `ix_order_a "quoted" name` ON `My Schema`.`order` (`a "quoted" name`);
CREATE TABLE `My Schema`.`we.ird, name` (
	`%s` INTEGER NOT NULL,
	CONSTRAINT `Fk` FOREIGN KEY (`%s`) REFERENCES `My Schema`.`order` (`Select`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;
CREATE INDEX `ix_we.ird, name_%s` ON `My Schema`.`we.ird, name` (`%s`);

DROP TABLE `My Schema`.`we.ird, name`;
DROP TABLE `My Schema`.`order`;
