CREATE TABLE user_account (
	id BIGINT AUTO_INCREMENT NOT NULL,
	name VARCHAR(30) NOT NULL,
	fullname VARCHAR(255),
	age INTEGER,
	created_at DATETIME(6) DEFAULT (UTC_TIMESTAMP(6)) NOT NULL,
	updated_at DATETIME(6) DEFAULT (UTC_TIMESTAMP(6)) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, fullname)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;
CREATE INDEX ix_user_account_name ON user_account (name);
CREATE TABLE keyword (
	id BIGINT AUTO_INCREMENT NOT NULL,
	word VARCHAR(23) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (word)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;
CREATE TABLE user_keyword (
	user_id BIGINT NOT NULL,
	keyword_id BIGINT NOT NULL,
	PRIMARY KEY (user_id, keyword_id),
	FOREIGN KEY (user_id) REFERENCES user_account (id),
	FOREIGN KEY (keyword_id) REFERENCES keyword (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;
CREATE TABLE address (
	id BIGINT AUTO_INCREMENT NOT NULL,
	email VARCHAR(254) NOT NULL,
	user_id BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY (user_id) REFERENCES user_account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

DROP TABLE address;
DROP TABLE user_keyword;
DROP TABLE keyword;
DROP TABLE user_account;
