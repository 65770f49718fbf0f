/* SPDX-License-Identifier: MIT */
/* lode/driver.h - the ABI between lode and its plugins (drivers and dialects).
 *
 * Version 0: no promise yet.  A plugin must match major and minor exactly; the freeze makes it 1.
 *
 * Ground rules
 *  - Plugins include this header and the header-only <lode/driver_util.h>; they link neither
 *    liblode nor libltdl.
 *  - Every struct that crosses the boundary by pointer starts with struct_size, filled by whoever
 *    allocates it.  Members are only ever appended; nothing is reordered, retyped or removed.
 *    No struct has tail padding (reserved members instead): a member appended into padding would
 *    look present in an old caller's struct_size.  tests/plugins/test_abi_layout.c asserts this.
 *    Reserved members are 0.
 *  - Only fixed-width integers, size_t, double, pointers.  No enum-typed members, no bitfields, no
 *    long, no wchar_t, no time_t/off_t, no FILE *, no struct passed or returned by value.
 *  - Function tables may contain NULL: "not supported"; the host substitutes a default or a stub.
 *    No function added after 1.0 is ever required.
 *  - Nobody frees memory of the other side.  Strings are UTF-8; (pointer, length) unless said to be
 *    NUL-terminated ("z").  A pointer handed to a callback is valid during that call only.
 *  - Functions never throw, longjmp out, exit, abort, print, install signal handlers, call
 *    setlocale or atexit.
 *  - A connection and its statements are used by one thread at a time; the host sees to it.
 *    "thread: any" marks calls that may run concurrently with others on the same object.
 */
#ifndef LODE_DRIVER_H
#define LODE_DRIVER_H 1

#include <stddef.h>
#include <stdint.h>

#include <lode/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- 0. versions and helper macros */

#define LODE_ABI_MAJOR 0 /* part of the entry symbol name; changes only for a full break */
#define LODE_ABI_MINOR 0 /* newest minor this header describes */
#ifndef LODE_ABI_TARGET_MINOR /* a plugin may target an older minor on purpose */
#define LODE_ABI_TARGET_MINOR 0
#endif

#ifndef LODE_CALL
#if defined(_WIN32)
#define LODE_CALL __cdecl
#else
#define LODE_CALL
#endif
#endif

#ifndef LODE_EXPORT
#if defined(_WIN32)
#define LODE_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define LODE_EXPORT __attribute__((visibility("default")))
#else
#define LODE_EXPORT
#endif
#endif

/* bytes of T up to and including member M: the smallest struct_size that contains M */
#define LODE_SIZE_UPTO(T, M) (offsetof(T, M) + sizeof(((T *)0)->M))
/* is member M present in *P as its allocator compiled it? */
#define LODE_HAS(P, T, M) ((size_t)(P)->struct_size >= LODE_SIZE_UPTO(T, M))
/* present and not NULL (function pointers) */
#define LODE_CAN(P, T, M) (LODE_HAS(P, T, M) && (P)->M != NULL)
#define LODE_INIT(P, T) ((P)->struct_size = (uint32_t)sizeof(T))

/* Entry symbol.  NAME is the module file name without extension (lode_foo.so -> lode_foo).
 * The LTX form keeps symbols unique when several modules are linked statically (-dlpreopen). */
#define LODE_PASTE2(a, b) a##b
#define LODE_PASTE(a, b) LODE_PASTE2(a, b)
#define LODE_ENTRY_SYMBOL "lode_plugin_v0"
#define LODE_PLUGIN_ENTRY(NAME) LODE_PASTE(NAME, _LTX_lode_plugin_v0)

/* 1. status codes: <lode/status.h>, one list of numbers for lode and its plugins.  A plugin returns
 * only LODE_OK, LODE_DONE, LODE_PARTIAL and -1 ... -99; an unknown class < 0 reads as OTHER. */

/* ---------------------------------------------------------------------------- 2. opaque handles */

typedef struct lode_err      lode_err;      /* host: where to report an error; may be NULL */
typedef struct lode_arena    lode_arena;    /* host: region memory, freed as a whole by the host */
typedef struct lode_options  lode_options;  /* host: key/value options of one connection */
typedef struct lode_hconn    lode_hconn;    /* host: logical connection behind a driver's */
typedef struct lode_sqlbuf   lode_sqlbuf;   /* host: SQL text under construction */
typedef struct lode_node     lode_node;     /* host: tree node (never dereferenced) */
typedef struct lode_drv_conn lode_drv_conn; /* plugin: connection */
typedef struct lode_drv_stmt lode_drv_stmt; /* plugin: prepared statement and its cursor */
typedef struct lode_drv_bulk lode_drv_bulk; /* plugin: bulk load in progress */

/* ------------------------------------------------------------------------------------ 3. errors */

typedef struct lode_error_info {
	uint32_t struct_size;    /* set by the plugin */
	lode_status status;      /* error class, < 0 */
	int32_t native_code;     /* vendor code: errno, extended code, ODBC native */
	int32_t row;             /* parameter row that failed, -1 if unknown */
	char sqlstate[6];        /* five characters and NUL, "" if none */
	uint8_t retryable;       /* 1: the transaction may succeed if run again */
	uint8_t conn_dead;       /* 1: connection must not be used again */
	uint32_t position;       /* 1-based character offset in the SQL text, 0 if unknown */
	const char *message;     /* z; primary text */
	const char *detail;      /* z or NULL */
	const char *hint;        /* z or NULL */
	const char *schema;      /* z or NULL; objects the server named */
	const char *table;       /* z or NULL */
	const char *column;      /* z or NULL; several: "a, b" */
	const char *constraint;  /* z or NULL */
} lode_error_info;

/* ----------------------------------------------------------------- 4. values and memory layouts */

/* logical SQL types (what the column is) */
#define LODE_T_UNKNOWN     0
#define LODE_T_BOOL        1
#define LODE_T_INT16       2
#define LODE_T_INT32       3
#define LODE_T_INT64       4
#define LODE_T_UINT64      5
#define LODE_T_FLOAT32     6
#define LODE_T_FLOAT64     7
#define LODE_T_DECIMAL     8
#define LODE_T_TEXT        9 /* unbounded or bounded character data */
#define LODE_T_CHAR       10 /* blank-padded */
#define LODE_T_BLOB       11
#define LODE_T_DATE       12
#define LODE_T_TIME       13
#define LODE_T_TIMETZ     14
#define LODE_T_TIMESTAMP  15 /* without zone */
#define LODE_T_TIMESTAMPTZ 16 /* an instant, UTC in memory */
#define LODE_T_INTERVAL   17
#define LODE_T_UUID       18
#define LODE_T_JSON       19
#define LODE_T_XML        20
#define LODE_T_ENUM       21
#define LODE_T_ARRAY      22
#define LODE_T_BITSTRING  23
#define LODE_T_INET       24
#define LODE_T_CUSTOM   1000 /* named type; dialects handle it by name */

/* in-memory representations (where and how a value lies in the caller's memory) */
#define LODE_R_SKIP      0 /* do not deliver this column; as a parameter: SQL NULL */
#define LODE_R_BOOL8     1 /* uint8_t 0/1 */
#define LODE_R_I16       2
#define LODE_R_I32       3
#define LODE_R_I64       4
#define LODE_R_U64       5
#define LODE_R_F32       6
#define LODE_R_F64       7
#define LODE_R_TEXT      8 /* lode_span, UTF-8; copied results have an uncounted NUL behind */
#define LODE_R_BLOB      9 /* lode_span */
#define LODE_R_CSTR     10 /* char *, NUL-terminated; embedded NUL in a result is LODE_E_DATA */
#define LODE_R_CHARN    11 /* char[size], NUL-terminated; overflow LODE_E_DATA unless TRUNC_OK */
#define LODE_R_BYTESN   12 /* uint8_t[size], exact length required */
#define LODE_R_DATE32   13 /* int32_t days since 1970-01-01, proleptic Gregorian */
#define LODE_R_TIME64   14 /* int64_t microseconds since midnight */
#define LODE_R_TS64     15 /* int64_t microseconds since 1970-01-01T00:00; MAX/MIN = +-infinity */
#define LODE_R_INTERVAL 16 /* lode_drv_interval */
#define LODE_R_UUID     17 /* uint8_t[16], RFC 4122 byte order */
#define LODE_R_SCALED64 18 /* int64_t, value * 10^bind.scale */
#define LODE_R_DECTEXT  19 /* lode_span, canonical decimal text, "NaN" allowed */
#define LODE_R_RAW      20 /* lode_span, the driver's own bytes, borrowed; see native_type */
#define LODE_R_VALUE    21 /* lode_drv_value: dynamically typed */
#define LODE_R_I8       22
#define LODE_R_U8       23
#define LODE_R_U16      24
#define LODE_R_U32      25
#define LODE_R_DECIMAL  26 /* lode_drv_decimal */
#define LODE_R_ARRAY    27 /* parameter only: const lode_drv_array * (LODE_CAP_ARRAY_PARAM) */

typedef struct lode_span { /* frozen */
	const char *p;
	size_t n;
} lode_span;

typedef struct lode_drv_interval { /* frozen; the three parts are independent */
	int32_t months;
	int32_t days;
	int64_t usec;
} lode_drv_interval;

/* frozen; value = coefficient / 10^scale, the coefficient in 128-bit two's complement */
typedef struct lode_drv_decimal {
	uint64_t low;
	int64_t high;
	int32_t scale;
	int32_t zero_;
} lode_drv_decimal;

typedef struct lode_drv_value { /* frozen: 24 bytes on LP64 */
	int32_t repr; /* I64, U64, F64, TEXT, BLOB, DECTEXT, SCALED64, DATE32 (in i), TIME64, TS64,
	                 BOOL8 (in i); LODE_R_SKIP is NULL */
	int32_t aux;  /* scale for SCALED64, else 0 */
	union {
		int64_t i;
		uint64_t u;
		double f;
		lode_span s;
	} v;
} lode_drv_value;

/* One parameter that is a list of values (IN lists).  Element i is at data + i * stride and has
 * the given repr; a CSTR that is a null pointer is SQL NULL, other elements cannot be NULL. */
typedef struct lode_drv_array {
	uint32_t struct_size;
	int32_t repr;     /* LODE_R_*, not ARRAY */
	int32_t sql_type; /* LODE_T_* */
	uint32_t size;    /* CHARN/BYTESN: bytes of an element; SCALED64: the scale */
	const void *data;
	size_t count;
	size_t stride;
} lode_drv_array;

/* One column or parameter of a layout.  Row r lies at bases[base] + off + r * stride, so the same
 * descriptor expresses an array of structs, a set of columnar arrays, one row, or a repeated
 * constant (stride 0); with LODE_BIND_INDIRECT it lies at ((char **)bases[base])[r] + off.  Arrays
 * of lode_drv_bind travel with bind_size: element i is at (char *)binds + i * bind_size.
 * Null flag byte: 0 value, 1 NULL; parameters also 2 DEFAULT and 3 leave unchanged
 * (LODE_CAP_IND_DEFAULT).  With null_bit >= 0 a set bit means NULL.
 * Parameter memory stays valid and unchanged until the result is drained, reset or closed. */
typedef struct lode_drv_bind {
	int32_t repr;       /* LODE_R_* */
	int32_t sql_type;   /* LODE_T_* (parameters: target type; lets NULL and text be typed) */
	uint32_t flags;     /* LODE_BIND_* */
	uint32_t size;      /* CHARN/BYTESN capacity, else 0 */
	int32_t scale;      /* SCALED64 */
	int32_t null_bit;   /* -1: the null flag is a whole byte; >= 0: bit number from null_off */
	uint32_t base;      /* index into bases[] for the value */
	uint32_t null_base; /* index into bases[] for the null flag */
	size_t off;         /* byte offset of the value in row 0 */
	size_t stride;      /* bytes from row to row */
	size_t null_off;    /* byte offset of the null flag in row 0 */
	size_t null_stride; /* bytes from row to row; unused if NOT_NULL */
} lode_drv_bind;
#define LODE_BIND_NOT_NULL  0x01u /* there is no null flag; a result NULL is LODE_E_DATA */
#define LODE_BIND_COPY      0x02u /* results: copy variable data into fetch.arena (else borrowed) */
#define LODE_BIND_TRUNC_OK  0x04u /* results: CHARN may be truncated */
#define LODE_BIND_NO_NARROW 0x08u /* results: range loss is an error even where checking costs */
#define LODE_BIND_PRESENT   0x10u /* the flag byte means the opposite: 1 value, 0 NULL */
#define LODE_BIND_NULL_PTR  0x20u /* CSTR, TEXT, BLOB: no flag, SQL NULL is a null pointer */
#define LODE_BIND_INDIRECT  0x40u /* bases[base], bases[null_base] are arrays of row pointers */

/* ---------------------------------------------------------------------- 5. services of the host */

typedef struct lode_type_info { /* a logical type with its parameters; DDL and reflection */
	uint32_t struct_size;
	int32_t sql_type;      /* LODE_T_* */
	int64_t length;        /* characters or bytes, -1 unbounded */
	int32_t precision;     /* digits or fractional seconds, -1 default */
	int32_t scale;         /* -1 default */
	uint32_t flags;        /* LODE_TYPE_* */
	int32_t elem_type;     /* LODE_T_* of array elements */
	const char *name;      /* z or NULL: vendor or user-defined name */
	const char *collation; /* z or NULL */
} lode_type_info;
#define LODE_TYPE_UNSIGNED 0x1u
#define LODE_TYPE_NATIONAL 0x2u
#define LODE_TYPE_AUTOINC  0x4u
#define LODE_TYPE_KEY      0x8u /* DDL: of a column in a key or an index, which may need a bound */

/* row callback for queries that a dialect runs through the host (text cells; NULL pointer = NULL);
 * return 0 to go on, anything else to stop */
typedef int32_t(LODE_CALL *lode_row_fn)(void *ctx, uint32_t ncols, const lode_span *cells);

typedef struct lode_host { /* lives as long as the process; plugins may keep the pointer */
	uint32_t struct_size;
	uint16_t abi_major; /* what the running host implements */
	uint16_t abi_minor;
	const char *version; /* z, for messages only */

	/* thread: any; NULL on failure */
	void *(LODE_CALL *alloc)(size_t n);
	void *(LODE_CALL *resize)(void *p, size_t n);
	void(LODE_CALL *release)(void *p);
	/* NULL on failure; n may be 0 */
	void *(LODE_CALL *arena_alloc)(lode_arena *a, size_t n, size_t align);

	/* copies; a second call chains */
	void(LODE_CALL *error)(lode_err *e, const lode_error_info *info);
	/* is this level wanted? thread: any */
	int32_t(LODE_CALL *log_on)(int32_t level);
	void(LODE_CALL *log)(int32_t level, const char *who, const char *text, size_t n);
	/* server NOTICE/WARNING */
	void(LODE_CALL *notice)(lode_hconn *hc, const lode_error_info *info);

	/* z or NULL; keys are those of the URL query plus host, port, user, password, database */
	const char *(LODE_CALL *opt)(const lode_options *o, const char *key);
	/* 1 and the i-th option, 0 behind the last */
	int32_t(LODE_CALL *opt_at)(const lode_options *o, size_t i, const char **key,
	                           const char **value);

	/* SQL text; all appends remember failure, checked once by the host */
	void(LODE_CALL *sql_put)(lode_sqlbuf *b, const char *s, size_t n);   /* verbatim */
	void(LODE_CALL *sql_ident)(lode_sqlbuf *b, const char *s, size_t n); /* quoted if needed */
	void(LODE_CALL *sql_text)(lode_sqlbuf *b, const char *s, size_t n);  /* string literal */
	void(LODE_CALL *sql_node)(lode_sqlbuf *b, const lode_node *n);    /* child, hooks apply */
	void(LODE_CALL *sql_default)(lode_sqlbuf *b, const lode_node *n); /* n as the base */

	/* read-only view of trees; kinds, roles, properties are LODE_N_*, LODE_NR_*, LODE_NP_* */
	int32_t(LODE_CALL *node_kind)(const lode_node *n);
	const lode_node *(LODE_CALL *node_child)(const lode_node *n, int32_t role, size_t i);
	size_t(LODE_CALL *node_count)(const lode_node *n, int32_t role);
	int64_t(LODE_CALL *node_int)(const lode_node *n, int32_t prop, int64_t dflt);
	const char *(LODE_CALL *node_str)(const lode_node *n, int32_t prop, size_t *len);
	lode_status(LODE_CALL *node_type)(const lode_node *n, lode_type_info *out);

	/* run reflection or administrative SQL on whatever driver the dialect is paired with */
	lode_status(LODE_CALL *query)(lode_hconn *hc, const char *sql, size_t n,
	                              const lode_span *params, uint32_t nparams, lode_row_fn fn,
	                              void *ctx, lode_err *e);

	/* loading libraries by other means than the host (unixODBC's libltdl): bracketed by 1, 0 */
	void(LODE_CALL *loader_lock)(int32_t on);
	/* later or vendor service tables; NULL if unknown */
	const void *(LODE_CALL *get_service)(const char *id);
} lode_host;

/* ------------------------------------------------------------------------------- 6. connections */

typedef struct lode_connect { /* host fills */
	uint32_t struct_size;
	uint32_t flags;    /* LODE_CONNECT_* */
	const char *url;   /* z or NULL, for messages; password already moved into options */
	const lode_options *options;
	lode_hconn *hconn; /* pass back in host->notice */
	int32_t timeout_ms; /* -1 none */
	int32_t reserved0;
} lode_connect;
#define LODE_CONNECT_READONLY 0x2u

typedef struct lode_conn_info { /* plugin fills up to struct_size; strings live until close */
	uint32_t struct_size;
	uint32_t version;         /* server version major*1000000 + minor*1000 + patch */
	const char *product;      /* z; "PostgreSQL", "MariaDB", "SQLite", SQL_DBMS_NAME for ODBC */
	const char *version_text; /* z */
	const char *dialect;      /* z or NULL: dialect recommended; NULL = match by product */
	const char *database;     /* z or NULL */
	const char *schema;       /* z or NULL: default schema */
	const char *client_lib;   /* z; client library name and run-time version */
	uint64_t caps;            /* LODE_CAP_* that hold for this server and client library */
	uint32_t max_params;      /* per statement, 0 unknown */
	uint32_t max_identifier;  /* bytes, 0 unknown */
	uint64_t max_packet;      /* bytes, 0 unknown */
	int64_t backend_id;       /* server process/thread id, -1 none */
	int32_t placeholder;      /* as lode_traits.placeholder: what the client library takes; 0 what
	                             the dialect says */
	uint32_t limits;          /* LODE_LIMIT_* */
} lode_conn_info;
/* what the client library keeps from the dialect */
#define LODE_LIMIT_NO_RETURNING  0x1u /* rows of RETURNING cannot be fetched */
#define LODE_LIMIT_ROUGH_DOUBLES 0x2u /* doubles lose bits when they are read */

/* capabilities: static in lode_driver.caps, effective per connection in lode_conn_info.caps */
#define LODE_CAP_BATCH          (UINT64_C(1) << 0)  /* nrows > 1 is faster than a loop */
#define LODE_CAP_BATCH_ROWSTAT  (UINT64_C(1) << 1)  /* fills row_status/row_affected */
#define LODE_CAP_BATCH_RETURN   (UINT64_C(1) << 2)  /* a batch may return rows */
#define LODE_CAP_BATCH_ORDERED  (UINT64_C(1) << 3)  /* ...in parameter order, with param_row */
#define LODE_CAP_BATCH_CONTINUE (UINT64_C(1) << 4)  /* can go on after a failed row */
#define LODE_CAP_PIPELINE       (UINT64_C(1) << 5)  /* lode_pipeline_ops */
#define LODE_CAP_CANCEL         (UINT64_C(1) << 7)  /* cancel() works, from any thread */
#define LODE_CAP_STREAM_ROWS    (UINT64_C(1) << 8)  /* rows without buffering all */
#define LODE_CAP_CURSOR         (UINT64_C(1) << 9)  /* server-side cursor; may interleave */
#define LODE_CAP_MULTI_ACTIVE   (UINT64_C(1) << 10) /* several open results without cursors */
#define LODE_CAP_TWO_PHASE      (UINT64_C(1) << 12)
#define LODE_CAP_SAVEPOINT      (UINT64_C(1) << 13)
#define LODE_CAP_BULK           (UINT64_C(1) << 14) /* lode_bulk_ops */
#define LODE_CAP_DESCRIBE       (UINT64_C(1) << 17) /* columns known before execute */
#define LODE_CAP_PARAM_TYPES    (UINT64_C(1) << 18) /* parameter types known after prepare */
#define LODE_CAP_MIGRATE        (UINT64_C(1) << 19) /* idle connections may change threads */
#define LODE_CAP_EXACT_ROWCOUNT (UINT64_C(1) << 20) /* affected = matched, not changed rows */
#define LODE_CAP_DDL_TXN        (UINT64_C(1) << 21) /* DDL is transactional */
#define LODE_CAP_IND_DEFAULT    (UINT64_C(1) << 22) /* indicators DEFAULT and unchanged */
#define LODE_CAP_BATCH_ATOMIC   (UINT64_C(1) << 23) /* a failing row undoes its whole batch only */
#define LODE_CAP_BATCH_COLUMNAR (UINT64_C(1) << 24) /* contiguous columns are not copied */
#define LODE_CAP_ROWSET         (UINT64_C(1) << 25) /* LODE_EXEC_ROWSET */
#define LODE_CAP_ARRAY_PARAM    (UINT64_C(1) << 26) /* LODE_R_ARRAY */
#define LODE_CAP_BATCH_KEYS     (UINT64_C(1) << 27) /* lode_exec.keys for any nrows */
#define LODE_CAP_PUSH           (UINT64_C(1) << 28) /* LODE_EXEC_PUSH */

/* transaction verbs, one entry point: new verbs need no new function */
#define LODE_TX_BEGIN             1 /* name: NULL, or the global id of a two-phase one */
#define LODE_TX_COMMIT            2
#define LODE_TX_ROLLBACK          3
#define LODE_TX_SAVEPOINT         4 /* name */
#define LODE_TX_ROLLBACK_TO       5 /* name */
#define LODE_TX_RELEASE           6 /* name */
#define LODE_TX_PREPARE           7 /* name = global transaction id; ends the local one */
#define LODE_TX_COMMIT_PREPARED   8
#define LODE_TX_ROLLBACK_PREPARED 9

#define LODE_ISOLATION_DEFAULT          0
#define LODE_ISOLATION_READ_UNCOMMITTED 1
#define LODE_ISOLATION_READ_COMMITTED   2
#define LODE_ISOLATION_REPEATABLE_READ  3
#define LODE_ISOLATION_SNAPSHOT         4
#define LODE_ISOLATION_SERIALIZABLE     5

typedef struct lode_tx { /* host fills */
	uint32_t struct_size;
	int32_t verb;      /* LODE_TX_* */
	int32_t isolation; /* LODE_ISOLATION_*; a driver that cannot says UNSUPPORTED */
	uint32_t flags;    /* LODE_TXF_* */
	const char *name;  /* z: savepoint or gtrid */
} lode_tx;
#define LODE_TXF_READONLY   0x1u
#define LODE_TXF_DEFERRABLE 0x2u
#define LODE_TXF_IMMEDIATE  0x4u /* take the write lock now (SQLite BEGIN IMMEDIATE) */

#define LODE_TXS_IDLE    0
#define LODE_TXS_OPEN    1
#define LODE_TXS_FAILED  2 /* only rollback is accepted */
#define LODE_TXS_UNKNOWN 3

typedef struct lode_prepare { /* host fills */
	uint32_t struct_size;
	uint32_t flags;              /* LODE_PREP_* */
	const lode_drv_bind *params; /* shapes known in advance, or NULL; types the parameters */
	uint32_t nparams;
	uint32_t bind_size;
	/* z or NULL: the statement inserts into this table and the caller will ask for the keys
	 * that this column generates (lode_exec.keys) */
	const char *key_schema;
	const char *key_table;
	const char *key_column;
} lode_prepare;
#define LODE_PREP_REUSE  0x1u /* will run many times (persistent, named, cached) */
#define LODE_PREP_CURSOR 0x2u /* wants a server-side cursor */
#define LODE_PREP_DIRECT 0x4u /* one shot; driver may skip server-side prepare */
/* the text ends in a RETURNING clause: a driver that reads the key from there adds it to that */
#define LODE_PREP_RETURNING 0x8u

typedef struct lode_conn_ops {
	uint32_t struct_size;
	/* always 0; keeps the function pointers at an even offset */
	uint32_t reserved_r;
	/* required in 1.0 */
	lode_status(LODE_CALL *open)(const lode_connect *a, lode_drv_conn **out, lode_err *e);
	/* always succeeds; frees all.  Statements are closed by the host before. */
	void(LODE_CALL *close)(lode_drv_conn *c);
	lode_status(LODE_CALL *info)(lode_drv_conn *c, lode_conn_info *out, lode_err *e);
	/* exactly one statement; trailing semicolons and comments are allowed */
	lode_status(LODE_CALL *prepare)(lode_drv_conn *c, const char *sql, size_t n,
	                                const lode_prepare *a, lode_drv_stmt **out, lode_err *e);
	/* UNSUPPORTED: the dialect renders SQL */
	lode_status(LODE_CALL *tx)(lode_drv_conn *c, const lode_tx *t, lode_err *e);
	/* optional */
	int32_t(LODE_CALL *tx_state)(lode_drv_conn *c); /* LODE_TXS_*, no round trip */
	/* many statements, rows are discarded */
	lode_status(LODE_CALL *script)(lode_drv_conn *c, const char *sql, size_t n, lode_err *e);
	/* flag 1: no round trip */
	lode_status(LODE_CALL *ping)(lode_drv_conn *c, uint32_t flags, lode_err *e);
	/* before reuse from a pool: roll back, forget session state */
	lode_status(LODE_CALL *reset)(lode_drv_conn *c, uint32_t flags, lode_err *e);
	/* thread: any; the host keeps the connection open meanwhile */
	lode_status(LODE_CALL *cancel)(lode_drv_conn *c, lode_err *e);
	/* after fork: free without talking to the server */
	void(LODE_CALL *abandon)(lode_drv_conn *c);
	/* the library's own handle: "PGconn", "sqlite3", "MYSQL", "SQLHDBC"; NULL for others */
	void *(LODE_CALL *native)(lode_drv_conn *c, const char *kind);
} lode_conn_ops;

/* ----------------------------------------------------------------------- 7. statements and rows */

typedef struct lode_col_desc { /* plugin fills up to struct_size; live until re-execute/close */
	uint32_t struct_size;
	int32_t sql_type;      /* LODE_T_* */
	uint32_t native_type;  /* OID, MYSQL_TYPE_*, SQL_* ... meaning is the driver's */
	int32_t precision;
	int32_t scale;
	int32_t nullable;      /* 0 no, 1 yes, -1 unknown */
	int64_t length;
	int32_t best_repr;     /* LODE_R_* that needs no conversion */
	uint32_t flags;        /* LODE_TYPE_* */
	const char *name;      /* z */
	const char *table;     /* z or NULL: origin */
	const char *column;    /* z or NULL: origin */
	const char *type_name; /* z or NULL */
} lode_col_desc;

/* host fills; struct and descriptors are valid during the call, the memory that bases points to
 * until the result is drained, reset or closed */
typedef struct lode_exec {
	uint32_t struct_size;
	uint32_t flags;              /* LODE_EXEC_* */
	const lode_drv_bind *params; /* NULL if no parameters */
	uint32_t nparams;
	uint32_t bind_size;          /* stride of params[] */
	const void *const *bases;
	uint32_t nbases;
	uint32_t nrows;              /* parameter rows; 1 for an ordinary execution */
	uint32_t fetch_hint;         /* rows per network/cursor fetch, 0 = driver's choice */
	int32_t timeout_ms;          /* -1 none; covers execute and every fetch of its result */
	int32_t *row_status;         /* out, nrows entries, or NULL */
	int64_t *row_affected;       /* out, nrows entries, or NULL */
	/* out, nrows entries, or NULL: the generated keys in parameter order.  Needs key_table and
	 * key_column at prepare; 0 for a row that inserted nothing.  UNSUPPORTED, nothing was sent:
	 * the driver cannot tell (the column is no SQLite rowid); use RETURNING */
	int64_t *keys;
} lode_exec;
#define LODE_EXEC_QUEUE    0x02u /* append to the open pipeline; result comes from collect() */
#define LODE_EXEC_STREAM   0x04u /* do not buffer the whole result */
#define LODE_EXEC_CURSOR   0x08u /* server-side cursor */
#define LODE_EXEC_CONTINUE 0x10u /* batch: go on after a failed row */
#define LODE_EXEC_NO_ROWS  0x20u /* discard any rows */
#define LODE_EXEC_ORDERED  0x40u /* batch RETURNING rows in parameter order, else UNSUPPORTED */
/* Run once; the nrows parameter rows are its row source: each parameter is an array of nrows values
 * (unnest), or (rows_style 3) column ci of the table traits.rows_table is parameter i. */
#define LODE_EXEC_ROWSET   0x80u
/* All rows will be fetched, many of them, with lode_fetch.more: the driver may leave the statement
 * to the first fetch, which then also reports what execute would have. */
#define LODE_EXEC_PUSH    0x100u

typedef struct lode_exec_result { /* host sets struct_size, plugin fills */
	uint32_t struct_size;
	uint32_t flags;     /* LODE_EXR_* */
	int64_t affected;   /* total of rows matched, -1 unknown */
	int64_t last_id;    /* generated key of the last inserted row (MariaDB, SQLite) */
	uint32_t ncols;     /* 0: no rows can follow */
	uint32_t rows_done; /* parameter rows completed */
} lode_exec_result;
#define LODE_EXR_ROWS    0x1u /* rows follow: fetch, even if it says DONE at once */
#define LODE_EXR_LAST_ID 0x2u
#define LODE_EXR_KEYS    0x4u /* lode_exec.keys is filled */

typedef struct lode_fetch {
	uint32_t struct_size;
	uint32_t flags;      /* none yet */
	void *const *bases;  /* where bind() layouts point now */
	uint32_t nbases;
	uint32_t max_rows;   /* capacity */
	lode_arena *arena;   /* destination of LODE_BIND_COPY data */
	uint32_t *param_row; /* out or NULL: parameter row each result row belongs to */
	uint32_t nrows;      /* out: rows stored; with LODE_DONE too */
	uint32_t bad_col;    /* out: column of LODE_E_DATA/LODE_E_CONVERT */
	/* NULL, or: a driver that is handed rows by its library (push) calls it when max_rows are
	 * stored, and goes on with nrows 0 and the bases and members it finds afterwards; < 0 stops,
	 * and fetch returns it without a report.  The call of fetch that pushed rows ends with DONE
	 * and the last of them, or a failure behind which there are none.  A driver may as well leave
	 * it uncalled.  The host makes no call on this connection inside. */
	lode_status(LODE_CALL *more)(void *more_ctx, struct lode_fetch *f);
	void *more_ctx;
	/* NULL, or: a driver may call it when the first `head` columns of row `nrows` are stored, and
	 * may then leave out as many of the columns behind them as the answer says: the host has them
	 * already.  The layout skips none of the first `head`.  No call on this connection inside. */
	uint32_t(LODE_CALL *known)(void *known_ctx, struct lode_fetch *f);
	void *known_ctx;
	uint32_t head;
	uint32_t zero_;
} lode_fetch;

typedef struct lode_stmt_ops {
	uint32_t struct_size;
	uint32_t reserved_r;
	/* required in 1.0 */
	lode_status(LODE_CALL *execute)(lode_drv_stmt *s, const lode_exec *x, lode_exec_result *r,
	                                lode_err *e);
	lode_status(LODE_CALL *describe)(lode_drv_stmt *s, uint32_t col, lode_col_desc *out,
	                                 lode_err *e);
	/* result layout; kept until the next bind.  Columns beyond n are skipped. */
	lode_status(LODE_CALL *bind)(lode_drv_stmt *s, const lode_drv_bind *cols, uint32_t n,
	                             uint32_t bind_size, lode_err *e);
	/* OK: nrows (1 ... max_rows) stored, maybe more; DONE: end, nrows (0 ...) came with it */
	lode_status(LODE_CALL *fetch)(lode_drv_stmt *s, lode_fetch *f, lode_err *e);
	void(LODE_CALL *reset)(lode_drv_stmt *s); /* drop result/cursor, keep the statement */
	void(LODE_CALL *close)(lode_drv_stmt *s);
	/* optional */
	lode_status(LODE_CALL *describe_param)(lode_drv_stmt *s, uint32_t i, lode_col_desc *out,
	                                       lode_err *e);
	lode_status(LODE_CALL *next_result)(lode_drv_stmt *s, lode_exec_result *r, lode_err *e);
	int32_t(LODE_CALL *is_readonly)(lode_drv_stmt *s); /* 1 yes, 0 no, -1 unknown */
} lode_stmt_ops;

/* -------------------------------------------------------------------- 8. optional driver groups */

typedef struct lode_completion { /* host sets struct_size and result, plugin fills the rest */
	uint32_t struct_size;
	lode_status status; /* of this queued execution; LODE_E_STATE: skipped after a failure */
	lode_drv_stmt *stmt;
	lode_exec_result *result; /* pointer: extensible structs are never members by value */
} lode_completion;

typedef struct lode_pipeline_ops {
	uint32_t struct_size;
	uint32_t reserved_r;
	lode_status(LODE_CALL *enter)(lode_drv_conn *c, lode_err *e); /* then execute(... QUEUE) */
	/* error boundary + flush */
	lode_status(LODE_CALL *sync)(lode_drv_conn *c, uint32_t flags, lode_err *e);
	/* in order; DONE at sync */
	lode_status(LODE_CALL *collect)(lode_drv_conn *c, lode_completion *out, lode_err *e);
	lode_status(LODE_CALL *leave)(lode_drv_conn *c, lode_err *e);
} lode_pipeline_ops;

typedef struct lode_bulk { /* COPY / LOAD DATA / bcp */
	uint32_t struct_size;
	uint32_t flags;
	const char *schema;         /* z or NULL */
	const char *table;          /* z */
	const char *const *columns; /* z each */
	uint32_t ncolumns;
	uint32_t bind_size;
	const lode_drv_bind *binds; /* ncolumns entries */
} lode_bulk;

typedef struct lode_bulk_ops {
	uint32_t struct_size;
	uint32_t reserved_r;
	lode_status(LODE_CALL *begin)(lode_drv_conn *c, const lode_bulk *b, lode_drv_bulk **out,
	                              lode_err *e);
	lode_status(LODE_CALL *rows)(lode_drv_bulk *b, const void *const *bases, uint32_t nrows,
	                             lode_err *e);
	lode_status(LODE_CALL *end)(lode_drv_bulk *b, int64_t *affected, lode_err *e); /* frees b */
	void(LODE_CALL *abort)(lode_drv_bulk *b);                                      /* frees b */
} lode_bulk_ops;

/* -------------------------------------------------------------------------------- 9. reflection */

#define LODE_RF_SCHEMAS   0x001u
#define LODE_RF_TABLES    0x002u
#define LODE_RF_VIEWS     0x004u
#define LODE_RF_COLUMNS   0x008u
#define LODE_RF_PKEYS     0x010u
#define LODE_RF_FKEYS     0x020u
#define LODE_RF_UNIQUES   0x040u
#define LODE_RF_CHECKS    0x080u
#define LODE_RF_INDEXES   0x100u
#define LODE_RF_SEQUENCES 0x200u
#define LODE_RF_COMMENTS  0x400u
#define LODE_RF_ENUMS     0x800u

typedef struct lode_rf_request { /* many tables in one go: one catalogue query per kind */
	uint32_t struct_size;
	uint32_t what;             /* LODE_RF_* */
	const char *catalog;       /* z or NULL */
	const char *schema;        /* z or NULL = default schema */
	const char *const *tables; /* z each, or NULL = all */
	uint32_t ntables;
	uint32_t flags;
} lode_rf_request;

#define LODE_RFT_TABLE   1
#define LODE_RFT_VIEW    2
#define LODE_RFT_MATVIEW 3
#define LODE_RFT_TEMP    4

typedef struct lode_rf_table {
	uint32_t struct_size;
	int32_t kind; /* LODE_RFT_* */
	const char *schema, *name, *comment, *definition;
} lode_rf_table;

typedef struct lode_rf_column {
	uint32_t struct_size;
	uint32_t ordinal; /* from 0 */
	const char *schema, *table, *name, *native_type, *default_sql, *generated_sql, *comment;
	const lode_type_info *type;
	int32_t nullable; /* 0 no, 1 yes */
	int32_t identity; /* 0 no, 1 by default, 2 always */
	uint32_t flags;
	int32_t reserved0;
} lode_rf_column;

#define LODE_RFK_PRIMARY 1
#define LODE_RFK_UNIQUE  2
#define LODE_RFK_FOREIGN 3
#define LODE_RFK_CHECK   4
#define LODE_RFK_INDEX   5

/* on_delete, on_update of a key */
#define LODE_RFA_NO_ACTION   0
#define LODE_RFA_RESTRICT    1
#define LODE_RFA_CASCADE     2
#define LODE_RFA_SET_NULL    3
#define LODE_RFA_SET_DEFAULT 4

typedef struct lode_rf_key {
	uint32_t struct_size;
	int32_t kind; /* LODE_RFK_* */
	const char *schema, *table, *name;
	const char *const *columns; /* NULL entry: an expression */
	uint32_t ncolumns;
	uint32_t flags; /* LODE_RFKF_* */
	const char *ref_schema, *ref_table;
	const char *const *ref_columns; /* ncolumns entries, or NULL: the primary key */
	int32_t on_delete, on_update;
	int32_t deferrable; /* 0 no, 1 initially immediate, 2 initially deferred */
	uint32_t nincluded;
	const char *const *included;
	const char *expression, *where_sql, *method;
} lode_rf_key;
#define LODE_RFKF_UNIQUE 0x1u /* a unique index */

#define LODE_RFM_SCHEMA     1
#define LODE_RFM_SEQUENCE   2
#define LODE_RFM_ENUM_LABEL 3

typedef struct lode_rf_misc {
	uint32_t struct_size;
	int32_t kind; /* LODE_RFM_* */
	const char *schema, *name, *value;
	int64_t start, increment, min, max;
} lode_rf_misc;

typedef struct lode_rf_sink { /* host-provided; each record is copied during the call */
	uint32_t struct_size;
	int32_t reserved0;
	void *ctx;
	lode_status(LODE_CALL *table)(void *ctx, const lode_rf_table *t);
	lode_status(LODE_CALL *column)(void *ctx, const lode_rf_column *c);
	lode_status(LODE_CALL *key)(void *ctx, const lode_rf_key *k);
	lode_status(LODE_CALL *misc)(void *ctx, const lode_rf_misc *m);
} lode_rf_sink;

/* ----------------------------------------------------------------------------------- 10. driver */

typedef struct lode_driver { /* constant data */
	uint32_t struct_size;
	int32_t thread_level;           /* 0 one thread only, 1 distinct connections in parallel */
	const char *name;               /* z: "postgresql" */
	const char *const *schemes;     /* NULL-terminated URL schemes */
	/* NULL-terminated option names of the URL's query, for validation; "x.*" is a prefix */
	const char *const *option_keys;
	uint64_t caps;                  /* LODE_CAP_* at best */
	const lode_conn_ops *conn;      /* required */
	const lode_stmt_ops *stmt;      /* required */
	const lode_pipeline_ops *pipeline; /* or NULL */
	const lode_bulk_ops *bulk;      /* or NULL */
	/* "lode.notify/1", "org.example.x/2"; or NULL */
	const void *(LODE_CALL *get_extension)(const char *id);
	const void *reserved_p;         /* no tail padding on 32-bit ABIs that align int64 to 8 */
} lode_driver;

/* ---------------------------------------------------------------------------------- 11. dialect */

/* Most of a dialect is data: the host's compiler interprets these traits; hooks do the rest. */
typedef struct lode_traits { /* host pre-fills with the base dialect's values, plugin overrides */
	uint32_t struct_size;
	uint32_t flags;                /* LODE_DF_* */
	char quote_open, quote_close;  /* identifier quotes */
	char reserved_c[2];
	int32_t placeholder;           /* 1 '?', 2 '$n', 3 ':n', 4 '@pn' */
	int32_t fold_case;             /* unquoted identifiers: 0 keep, 1 lower, 2 upper */
	int32_t limit_style;           /* 1 LIMIT n OFFSET m, 2 OFFSET..FETCH, 3 TOP, 4 ROWNUM */
	int32_t upsert_style;          /* 0 none, 1 ON CONFLICT, 2 ON DUPLICATE KEY, 3 MERGE */
	int32_t returning_style;       /* 0 none, 1 RETURNING, 2 OUTPUT, 3 RETURNING INTO */
	uint32_t returning_on;         /* LODE_RETURNING_* */
	int32_t autoinc_style;         /* 1 identity, 2 AUTO_INCREMENT, 3 rowid, 4 sequence */
	int32_t bool_style;            /* 1 TRUE/FALSE, 2 1/0 */
	int32_t concat_style;          /* 1 ||, 2 CONCAT(), 3 + */
	int32_t null_order;            /* 1 first, 2 last, 3 low; 0x100 NULLS FIRST/LAST works */
	int32_t lock_style;            /* 0 none, 1 FOR UPDATE, 2 hints; 0x100 SKIP LOCKED,
	                                  0x200 NOWAIT */
	int32_t json_style;            /* 0 none, 1 -> and ->>, 2 json_extract() */
	int32_t rows_style;            /* many rows in one statement: 0 none, 1 VALUES (...),(...),
	                                  2 arrays (unnest($1,$2) WITH ORDINALITY), 3 rows_table */
	int32_t in_style;              /* IN lists: 1 expand placeholders, 2 = ANY(?),
	                                  3 IN (SELECT value FROM array_function(?)) */
	uint32_t max_identifier, max_params, max_insert_rows, max_in_list; /* 0 = no limit */
	uint32_t reserved_r;
	const char *ping_sql;          /* z */
	const char *dummy_from;        /* z: "", " FROM DUAL" */
	const char *const *reserved_words; /* NULL-terminated, lower case, sorted by strcmp */
	const char *now_sql;           /* z: current timestamp (UTC) as this product stores it */
	const char *today_sql;         /* z: current date (UTC) */
	const char *empty_insert;      /* z: after INSERT INTO t: "DEFAULT VALUES", "() VALUES()" */
	const char *autoinc_type;      /* z or NULL: type of a generated integer key, any width */
	const char *autoinc_suffix;    /* z or NULL: after the type: "AUTO_INCREMENT",
	                                  "GENERATED BY DEFAULT AS IDENTITY" */
	const char *decimal_collation; /* z or NULL; without LODE_DF_NATIVE_DECIMAL decimals are text:
	                                  comparison operands, MIN/MAX arguments, ORDER BY terms of
	                                  type decimal get COLLATE x, or are unsupported if it is
	                                  NULL, as other arithmetic on them is */
	const char *rows_table;        /* z or NULL: rows_style 3, columns c0, c1, ... */
	const char *array_function;    /* z or NULL: in_style 3, one column "value" */
	const char *blob_open;         /* z: bytes in hex: "X'" ... "'" or "'\\x" ... "'" */
	const char *blob_close;        /* z */
	uint32_t max_rows_columns;     /* columns of rows_table (or of one unnest), 0 = no limit */
	int32_t update_from_style;     /* 0 none, 1 UPDATE t SET .. FROM x, 2 UPDATE t JOIN x */
	int32_t delete_using_style;    /* 0 none, 1 DELETE .. USING x, 2 DELETE t FROM t JOIN x */
	int32_t distinct_from_style;   /* 0 none, 1 IS [NOT] DISTINCT FROM, 2 IS NOT / IS, 3 <=> */
	int32_t alter_style;           /* 0 standard ALTER TABLE, 1 SQLite's, 2 MariaDB's */
	int32_t string_escape;         /* 0 '' only, 1 backslash is special too */
	int32_t savepoint_style;       /* 0 none, 1 SAVEPOINT/RELEASE/ROLLBACK TO SAVEPOINT,
	                                  2 SAVE TRANSACTION */
	int32_t row_in_style;          /* lists of rows: 0 written as comparisons,
	                                  1 (a, b) IN ((?, ?), ...), 2 (a, b) IN (VALUES (?, ?), ...) */
	/* z or NULL: rows_style 3; f(i) is column ci of the row that a scan of rows_table stands on, and
	 * f(i, key) of the row whose last column, an integer, is the key: cheaper than the columns */
	const char *rows_function;
	const char *isolation_sql;     /* z or NULL: selects the default isolation level of the
	                                  session as one text: "read committed", "READ-COMMITTED" */
	int32_t default_isolation;     /* LODE_ISOLATION_* of every server, if isolation_sql is NULL */
	int32_t comment_style;         /* 0 none: left out, 1 COMMENT ON statements, 2 COMMENT '...'
	                                  in the definition of tables, columns and indexes */
	const char *table_options;     /* z or NULL: behind CREATE TABLE (...), if the table has no
	                                  options of its own for the dialect: "ENGINE=InnoDB" */
	/* z or NULL: a query for the key that this connection generated last, for drivers that do not
	 * tell it where RETURNING does not serve */
	const char *last_id_sql;
	/* z or NULL: lists the prepared transactions of this database that nobody has ended, one a
	 * row, its id in the last column */
	const char *recover_sql;
} lode_traits;
#define LODE_RETURNING_INSERT     0x01u
#define LODE_RETURNING_UPDATE     0x02u
#define LODE_RETURNING_DELETE     0x04u
#define LODE_RETURNING_MULTI      0x08u /* multi-row INSERT */
#define LODE_RETURNING_ORDERED    0x10u /* ...in the order of its rows */
#define LODE_DF_SCHEMAS           0x0000001u
#define LODE_DF_SEQUENCES         0x0000002u
#define LODE_DF_CTE               0x0000004u
#define LODE_DF_CTE_DML           0x0000008u
#define LODE_DF_WINDOW            0x0000010u
#define LODE_DF_MULTI_VALUES      0x0000020u
#define LODE_DF_DEFAULT_VALUES    0x0000040u
#define LODE_DF_ROW_IN            0x0000080u /* (a, b) IN (SELECT x, y ...) */
#define LODE_DF_ALTER_COLUMN      0x0000100u /* else rebuild the table (SQLite) */
#define LODE_DF_DROP_CONSTRAINT   0x0000200u /* ALTER TABLE ... ADD/DROP CONSTRAINT */
#define LODE_DF_DDL_TXN           0x0000400u
#define LODE_DF_DEFERRABLE_FK     0x0000800u
#define LODE_DF_PARTIAL_INDEX     0x0001000u
#define LODE_DF_NATIVE_ENUM       0x0002000u
#define LODE_DF_NATIVE_BOOL       0x0004000u
#define LODE_DF_NATIVE_UUID       0x0008000u
#define LODE_DF_LATERAL           0x0010000u
#define LODE_DF_FULL_JOIN         0x0020000u
#define LODE_DF_IF_EXISTS         0x0040000u /* DROP TABLE IF EXISTS, CREATE TABLE IF NOT EXISTS */
#define LODE_DF_INDEX_IF_EXISTS   0x0080000u /* the same for indexes */
#define LODE_DF_INDEX_IN_SCHEMA   0x0100000u /* CREATE INDEX schema.name ON table (SQLite) */
#define LODE_DF_REFERENCES_BARE   0x0200000u /* REFERENCES takes no schema, cannot cross schemas */
#define LODE_DF_AUTOINC_INLINE_PK 0x0400000u /* PRIMARY KEY must follow the generated column */
#define LODE_DF_DROP_CASCADE      0x0800000u /* DROP TABLE ... CASCADE */
#define LODE_DF_NATIVE_DECIMAL    0x1000000u /* exact arithmetic in the server */
#define LODE_DF_FILTER            0x2000000u /* aggregate FILTER (WHERE ...) */
#define LODE_DF_ILIKE             0x4000000u
#define LODE_DF_LIKE_FOLDS        0x8000000u /* LIKE ignores the case of ASCII letters */
#define LODE_DF_FETCH_TIES       0x10000000u /* FETCH FIRST n ROWS WITH TIES */
#define LODE_DF_FETCH_PERCENT    0x20000000u /* FETCH FIRST n PERCENT ROWS */
#define LODE_DF_LIMIT_EXPRESSION 0x40000000u /* LIMIT and OFFSET take more than one value */

typedef struct lode_render_context { /* context of one compilation; host fills */
	uint32_t struct_size;
	uint32_t flags;               /* LODE_RC_* */
	const lode_conn_info *server; /* what we compile for; NULL: offline, newest version */
	const lode_traits *traits;
	lode_sqlbuf *out;
} lode_render_context;
#define LODE_RC_DDL      0x1u
#define LODE_RC_LITERALS 0x2u /* literal values wanted instead of parameters */

/* all functions optional; NULL = inherit from base, else generic SQL */
typedef struct lode_dialect { /* constant data */
	uint32_t struct_size;
	int32_t reserved0;
	const char *name;             /* z: "postgresql" */
	const char *base;             /* z or NULL: inherit from that dialect */
	/* NULL-terminated names to match conn_info.product, case-insensitive, '*' */
	const char *const *products;
	int32_t(LODE_CALL *match)(const lode_conn_info *i); /* 0..100, overrides products */
	lode_status(LODE_CALL *traits)(const lode_conn_info *server, lode_traits *t);
	/* correct product/version by SQL */
	lode_status(LODE_CALL *probe)(lode_hconn *hc, lode_conn_info *io, lode_err *e);
	lode_status(LODE_CALL *on_connect)(lode_hconn *hc, lode_err *e); /* session set-up SQL */
	/* UNSUPPORTED = render as the base would */
	lode_status(LODE_CALL *render)(const lode_render_context *c, const lode_node *n,
	                               lode_err *e);
	lode_status(LODE_CALL *render_tx)(const lode_render_context *c, const lode_tx *t,
	                                  lode_err *e);
	/* DDL type name */
	lode_status(LODE_CALL *type_to_sql)(const lode_render_context *c, const lode_type_info *t,
	                                    lode_err *e);
	/* io->name, if it is set, points into native or at constant data */
	lode_status(LODE_CALL *type_from_db)(const lode_conn_info *i, const char *native,
	                                     lode_type_info *io);
	/* LODE_R_* to use on the wire, -1 = as the member is */
	int32_t(LODE_CALL *type_repr)(const lode_conn_info *i, const lode_type_info *t);
	lode_status(LODE_CALL *encode)(const lode_type_info *t, const lode_drv_value *in,
	                               lode_arena *a, lode_drv_value *out);
	lode_status(LODE_CALL *decode)(const lode_type_info *t, const lode_drv_value *in,
	                               lode_arena *a, lode_drv_value *out);
	lode_status(LODE_CALL *reflect)(lode_hconn *hc, const lode_rf_request *q,
	                                const lode_rf_sink *k, lode_err *e);
	/* sqlstate/native code -> error class, 0 = no opinion */
	lode_status(LODE_CALL *classify)(const lode_error_info *in);
	const void *(LODE_CALL *get_extension)(const char *id);
} lode_dialect;

/* ----------------------------------------------------------------------------------- 12. plugin */

typedef struct lode_plugin { /* constant data, returned by the entry function */
	uint32_t struct_size;
	uint16_t abi_major;  /* LODE_ABI_MAJOR it was compiled with */
	uint16_t abi_minor;  /* LODE_ABI_TARGET_MINOR it was compiled with */
	const char *name;    /* z: "postgresql"; the module file is lode_<name> */
	const char *version; /* z */
	const char *license; /* z, SPDX */
	const lode_driver *const *drivers;   /* NULL-terminated; NULL if none */
	const lode_dialect *const *dialects; /* NULL-terminated; NULL if none */
	/* once, before first use, under the host's lock */
	lode_status(LODE_CALL *init)(const lode_host *h, lode_err *e);
	const void *(LODE_CALL *get_extension)(const char *id);
} lode_plugin;

/* The one exported function.  Must be cheap and free of side effects (it is called to enumerate
 * plugins).  Returns NULL after reporting to e if it cannot serve this host. */
typedef const lode_plugin *(LODE_CALL *lode_plugin_entry_fn)(const lode_host *h, lode_err *e);

/* ------------------------------------------------------------- 13. trees, as render hooks see them
 * Node kinds, roles of children and properties: numbered, append-only.  A hook asks for what it
 * knows and returns UNSUPPORTED for the rest; a child or property that is absent reads as NULL, 0
 * or the default. */

/* statements */
#define LODE_N_SELECT 1
#define LODE_N_INSERT 2
#define LODE_N_UPDATE 3
#define LODE_N_DELETE 4
#define LODE_N_SET_OP 5 /* OP: "UNION", ... */
#define LODE_N_VALUES 6
/* clauses and expressions */
#define LODE_N_FUNC       10 /* NAME, ARG... */
#define LODE_N_BINARY     11 /* OP, LEFT, RIGHT */
#define LODE_N_CAST       12 /* ARG, node_type */
#define LODE_N_LIMIT      13 /* LIMIT, OFFSET (properties, or roles when expressions) */
#define LODE_N_UPSERT     14
#define LODE_N_UNARY      15 /* OP, ARG */
#define LODE_N_COLUMN     16 /* TABLE, NAME, node_type */
#define LODE_N_PARAM      17 /* INDEX, node_type */
#define LODE_N_LITERAL    18 /* node_type; NP_VALUE as text */
#define LODE_N_NULL       19
#define LODE_N_NOW        20 /* current timestamp */
#define LODE_N_IN         21 /* LEFT, ARG... ; NEGATED */
#define LODE_N_BETWEEN    22 /* LEFT, ARG 0 and 1 */
#define LODE_N_LIKE       23 /* LEFT, RIGHT, NEGATED, NOCASE */
#define LODE_N_CASE       24 /* WHEN, THEN, ELSE */
#define LODE_N_EXISTS     25 /* QUERY */
#define LODE_N_SUBQUERY   26 /* QUERY */
#define LODE_N_AGGREGATE  27 /* NAME, ARG, DISTINCT */
#define LODE_N_ORDER      28 /* ARG, DESCENDING, NULLS */
#define LODE_N_TABLE      29 /* SCHEMA, NAME, ALIAS */
#define LODE_N_JOIN       30 /* LEFT, RIGHT, ON, OP: "LEFT", ... */
#define LODE_N_LOCK       31 /* FOR UPDATE */
#define LODE_N_RETURNING  32 /* COLUMN... */
#define LODE_N_TEXT       33 /* verbatim SQL */
#define LODE_N_ROWS       34 /* the row source of a rowset statement */
#define LODE_N_IS_NULL    35 /* ARG, NEGATED */
#define LODE_N_COMPARE    36 /* OP, LEFT, RIGHT; node_type is the operands' common type */
/* DDL */
#define LODE_N_CREATE_TABLE 100
#define LODE_N_ADD_COLUMN   101
#define LODE_N_ALTER_COLUMN 102
#define LODE_N_CREATE_INDEX 103
#define LODE_N_DROP_TABLE   104
#define LODE_N_DROP_INDEX   105
#define LODE_N_COLUMN_DEF   106 /* NAME, NULLABLE, AUTOINC, DEFAULT, node_type */
#define LODE_N_COLUMN_TYPE  107 /* node_type */
#define LODE_N_CONSTRAINT   108
#define LODE_N_CREATE_SCHEMA 109
#define LODE_N_DROP_SCHEMA  110
#define LODE_N_DROP_COLUMN  111
#define LODE_N_ADD_CONSTRAINT  112
#define LODE_N_DROP_CONSTRAINT 113

/* roles of children */
#define LODE_NR_ARG     1
#define LODE_NR_LEFT    2
#define LODE_NR_RIGHT   3
#define LODE_NR_COLUMN  4
#define LODE_NR_FROM    5
#define LODE_NR_WHERE   6
#define LODE_NR_GROUP   7
#define LODE_NR_HAVING  8
#define LODE_NR_ORDER   9
#define LODE_NR_LIMIT  10
#define LODE_NR_OFFSET 11
#define LODE_NR_QUERY  12
#define LODE_NR_WHEN   13
#define LODE_NR_THEN   14
#define LODE_NR_ELSE   15
#define LODE_NR_ON     16
#define LODE_NR_TARGET 17
#define LODE_NR_VALUE  18
#define LODE_NR_DEFAULT 19
#define LODE_NR_CONSTRAINT 20
#define LODE_NR_RETURNING 21

/* properties */
#define LODE_NP_NAME    1
#define LODE_NP_OP      2
#define LODE_NP_LIMIT   3
#define LODE_NP_OFFSET  4
#define LODE_NP_SCHEMA  5
#define LODE_NP_TABLE   6
#define LODE_NP_ALIAS   7
#define LODE_NP_INDEX   8
#define LODE_NP_NEGATED 9
#define LODE_NP_DISTINCT 10
#define LODE_NP_DESCENDING 11
#define LODE_NP_NULLS   12 /* 0 as the product does, 1 first, 2 last */
#define LODE_NP_NULLABLE 13
#define LODE_NP_AUTOINC 14
#define LODE_NP_UNIQUE  15
#define LODE_NP_VALUE   16
#define LODE_NP_IF_EXISTS 17
#define LODE_NP_NOCASE  18

#ifdef __cplusplus
}
#endif
#endif /* LODE_DRIVER_H */
