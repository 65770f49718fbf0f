-- LODE_E_UNSUPPORTED: column t.a: sqlite generates only a key of a single column, this one has 2

DROP TABLE t;
