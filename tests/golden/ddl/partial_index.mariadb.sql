CREATE TABLE t (
	a INTEGER NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
-- LODE_E_UNSUPPORTED: table t: index ix_partial is partial, which mariadb has not

DROP TABLE t;
