-- LODE_E_UNSUPPORTED: table t: mariadb cannot defer unique constraints

DROP TABLE t;
