/* SPDX-License-Identifier: MIT */
/* test_abi_layout - the layout rules of lode/driver.h, checked when this file is compiled.
 *
 * A struct with tail padding would let a member appended later look present in an older caller's
 * struct_size, so sizeof must be the end of the last member, on every ABI: compile this file with
 * -fsyntax-only for other targets too.  Compiles as C99 and C++98 as well. */
#include <lode/driver.h>

#include <stdio.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define HOLDS(name, x) typedef char JOIN(holds_, name)[(x) ? 1 : -1]
#define NO_TAIL(T, last) HOLDS(T, sizeof(T) == LODE_SIZE_UPTO(T, last))
#define SIZE_FIRST(T) HOLDS(JOIN(first_, T), offsetof(T, struct_size) == 0)

/* every struct with its last member */
NO_TAIL(lode_error_info, constraint);
NO_TAIL(lode_span, n);
NO_TAIL(lode_drv_interval, usec);
NO_TAIL(lode_drv_decimal, zero_);
NO_TAIL(lode_drv_value, v);
NO_TAIL(lode_drv_array, stride);
NO_TAIL(lode_drv_bind, null_stride);
NO_TAIL(lode_type_info, collation);
NO_TAIL(lode_host, get_service);
NO_TAIL(lode_connect, reserved0);
NO_TAIL(lode_conn_info, limits);
NO_TAIL(lode_tx, name);
NO_TAIL(lode_prepare, key_column);
NO_TAIL(lode_conn_ops, native);
NO_TAIL(lode_col_desc, type_name);
NO_TAIL(lode_exec, keys);
NO_TAIL(lode_exec_result, rows_done);
NO_TAIL(lode_fetch, zero_);
NO_TAIL(lode_stmt_ops, is_readonly);
NO_TAIL(lode_completion, result);
NO_TAIL(lode_pipeline_ops, leave);
NO_TAIL(lode_bulk, binds);
NO_TAIL(lode_bulk_ops, abort);
NO_TAIL(lode_rf_request, flags);
NO_TAIL(lode_rf_table, definition);
NO_TAIL(lode_rf_column, reserved0);
NO_TAIL(lode_rf_key, method);
NO_TAIL(lode_rf_misc, max);
NO_TAIL(lode_rf_sink, misc);
NO_TAIL(lode_driver, reserved_p);
NO_TAIL(lode_traits, recover_sql);
NO_TAIL(lode_render_context, out);
NO_TAIL(lode_dialect, get_extension);
NO_TAIL(lode_plugin, get_extension);

/* extensible structs begin with their size */
SIZE_FIRST(lode_error_info);
SIZE_FIRST(lode_drv_array);
SIZE_FIRST(lode_type_info);
SIZE_FIRST(lode_host);
SIZE_FIRST(lode_connect);
SIZE_FIRST(lode_conn_info);
SIZE_FIRST(lode_tx);
SIZE_FIRST(lode_prepare);
SIZE_FIRST(lode_conn_ops);
SIZE_FIRST(lode_col_desc);
SIZE_FIRST(lode_exec);
SIZE_FIRST(lode_exec_result);
SIZE_FIRST(lode_fetch);
SIZE_FIRST(lode_stmt_ops);
SIZE_FIRST(lode_completion);
SIZE_FIRST(lode_pipeline_ops);
SIZE_FIRST(lode_bulk);
SIZE_FIRST(lode_bulk_ops);
SIZE_FIRST(lode_rf_request);
SIZE_FIRST(lode_rf_table);
SIZE_FIRST(lode_rf_column);
SIZE_FIRST(lode_rf_key);
SIZE_FIRST(lode_rf_misc);
SIZE_FIRST(lode_rf_sink);
SIZE_FIRST(lode_driver);
SIZE_FIRST(lode_traits);
SIZE_FIRST(lode_render_context);
SIZE_FIRST(lode_dialect);
SIZE_FIRST(lode_plugin);

/* frozen for ever */
HOLDS(frozen_interval, sizeof(lode_drv_interval) == 16);
HOLDS(frozen_decimal, sizeof(lode_drv_decimal) == 24);
HOLDS(frozen_value, sizeof(void *) != 8 || sizeof(lode_drv_value) == 24);
HOLDS(frozen_span, sizeof(lode_span) == 2 * sizeof(void *));

int main(void)
{
	printf("ok 1 - no struct of the driver ABI has tail padding\n1..1\n");
	return 0;
}
