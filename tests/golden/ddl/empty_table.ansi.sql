-- LODE_E_MISUSE: table empty has no columns

DROP TABLE IF EXISTS empty;
