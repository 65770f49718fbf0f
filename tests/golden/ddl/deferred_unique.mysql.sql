-- LODE_E_UNSUPPORTED: table t: mysql cannot defer unique constraints

DROP TABLE t;
