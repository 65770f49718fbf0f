-- LODE_E_MISUSE: table nothing has no columns

DROP TABLE IF EXISTS nothing;
