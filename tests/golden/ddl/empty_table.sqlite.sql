-- LODE_E_MISUSE: table nothing has no columns

DROP TABLE nothing;
