CREATE TABLE t (
	a INTEGER NOT NULL
);
-- LODE_E_UNSUPPORTED: table t: index ix_partial is partial, which generic has not

DROP TABLE t;
