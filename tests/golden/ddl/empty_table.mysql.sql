-- LODE_E_MISUSE: table empty has no columns

DROP TABLE `empty`;
