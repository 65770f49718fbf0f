-- LODE_E_UNSUPPORTED: table t: sqlite cannot defer unique constraints

DROP TABLE t;
