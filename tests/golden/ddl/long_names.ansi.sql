CREATE TABLE IF NOT EXISTS a_table_with_quite_a_long_name_for_its_indexes (
	and_a_long_column INTEGER NOT NULL,
	and_a_long_column_too INTEGER NOT NULL,
	a_column_name_that_is_longer_than_a_server_of_the_sort_takes INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_a_table_with_quite_a_long_name_for_its_indexes_and_a_lo_9e9a ON a_table_with_quite_a_long_name_for_its_indexes (and_a_long_column);
CREATE INDEX IF NOT EXISTS ix_a_table_with_quite_a_long_name_for_its_indexes_and_a_lo_770f ON a_table_with_quite_a_long_name_for_its_indexes (and_a_long_column_too);
CREATE INDEX IF NOT EXISTS ix_a_table_with_quite_a_long_name_for_its_indexes_a_column_5fc2 ON a_table_with_quite_a_long_name_for_its_indexes (a_column_name_that_is_longer_than_a_server_of_the_sort_takes);
CREATE TABLE IF NOT EXISTS t (
	a_column_name_that_is_longer_than_a_server_of_the_sort_takes_it INTEGER NOT NULL
);
-- LODE_E_LIMIT: table u: the name a_column_name_that_is_longer_than_a_server_of_the_sort_takes_it_ has 64 bytes, ansi takes 63

DROP TABLE IF EXISTS u;
DROP TABLE IF EXISTS t;
DROP TABLE IF EXISTS a_table_with_quite_a_long_name_for_its_indexes;
