/* SPDX-License-Identifier: MIT */
/* lode/engine.h - databases by URL: plugins, engines with their pool, connections, create_all.
 *
 * An engine is one database; it may be used by any thread and opens no connection before one is
 * needed.  A connection is taken from the engine's pool and used by one thread at a time. */
#ifndef LODE_ENGINE_H
#define LODE_ENGINE_H

#include <lode/error.h>
#include <lode/types.h>
#include <lode/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lode_engine lode_engine;
typedef struct lode_connection lode_connection;
typedef struct lode_url lode_url;
struct lode_plugin;              /* <lode/driver.h> */
struct lode_host;
struct lode_err;

/* ------------------------------------------------------------------ URLs */

/** One `key=value` after the question mark; a key may stand several times. */
typedef struct lode_url_option {
	const char *key;
	const char *value;
} lode_url_option;

/**
 * The parts of `dialect+driver://user:password@host:port/database?key=value`, percent-escapes
 * already undone.  NULL is "absent", "" is "there and empty".  Grows only at its end.
 */
typedef struct lode_url_parts {
	uint32_t struct_size;
	uint32_t port;               /* 0 absent */
	const char *dialect;         /* required, [a-z0-9_]+ */
	const char *driver;
	const char *user;
	const char *password;
	const char *host;            /* an IPv6 address stands without its brackets */
	const char *database;        /* for files the path: "/" before it in the URL is not part of it */
	const lode_url_option *options;
	size_t option_count;
} lode_url_parts;

#define LODE_URL_PARTS_INIT \
	{ (uint32_t)sizeof(lode_url_parts), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0 }

/**
 * Read a URL.
 * @param text   `dialect[+driver]://[user[:password]@][host[:port]][/database][?key=value&...]`;
 *               `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite:///:memory:`
 * @param error  says what is wrong and never shows the password; may be NULL
 * @return the URL, to be freed with lode_url_free(); NULL with LODE_E_CONFIG (not a URL),
 *         LODE_E_MISUSE (NULL), LODE_E_NOMEM
 * Thread: any; the result is immutable.
 * @since 0.1
 */
LODE_API lode_url *lode_url_parse(const char *text, lode_error *error);

/**
 * Make a URL of its parts; to change one, take its parts, change those, make a new one.
 * @param parts  copied
 * @param error  may be NULL
 * @return the URL, to be freed with lode_url_free(); NULL with LODE_E_CONFIG (a part that no URL can
 *         hold), LODE_E_MISUSE (NULL, no dialect), LODE_E_NOMEM
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_url *lode_url_new(const lode_url_parts *parts, lode_error *error);

/**
 * Free a URL.
 * @param url  NULL is allowed
 * @since 0.1
 */
LODE_API void lode_url_free(lode_url *url);

/**
 * The parts of a URL.
 * @param url    not NULL
 * @param parts  its struct_size is set by the caller; filled with pointers into `url`
 * @return LODE_OK; LODE_E_MISUSE
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_status lode_url_split(const lode_url *url, lode_url_parts *parts);

/**
 * The first value of an option of a URL.
 * @return the value, the URL's; NULL if the key is not there
 * Thread: any.
 * @since 0.1
 */
LODE_API const char *lode_url_option_value(const lode_url *url, const char *key);

/**
 * The URL as text with every part escaped, the password included: for connecting, not for showing.
 * @return the URL's own text, "" for NULL
 * Thread: any.
 * @since 0.1
 */
LODE_API const char *lode_url_text(const lode_url *url);

/**
 * The URL as text that may be shown: the password and the value of every option whose name is not
 * known to be harmless are "***".
 * @return the URL's own text, "" for NULL
 * Thread: any.
 * @since 0.1
 */
LODE_API const char *lode_url_redacted(const lode_url *url);

/* ------------------------------------------------------------------ plugins */

/** The entry function of a plugin, `lode_plugin_entry_fn` of <lode/driver.h>. */
typedef const struct lode_plugin *lode_plugin_entry(const struct lode_host *host,
                                                    struct lode_err *error);

/**
 * Make a plugin that is linked into the program known; such plugins come before files.
 * @param entry  its entry function, called by this call
 * @param error  may be NULL
 * @return LODE_OK, also when the same entry is registered again; LODE_E_PLUGIN, it refused or is
 *         unfit, the message says why; LODE_E_EXISTS, another plugin has its name; LODE_E_MISUSE;
 *         LODE_E_NOMEM
 * Thread: any.  Plugins are never unloaded.
 * @since 0.1
 */
LODE_API lode_status lode_register_plugin(lode_plugin_entry *entry, lode_error *error);

/**
 * Add a directory that is searched for plugins before LODE_PLUGIN_PATH and the compiled-in one.
 * @param directory  absolute; it and the files in it must be safe as any other plugin directory
 * @param error      may be NULL
 * @return LODE_OK; LODE_E_CONFIG, not absolute; LODE_E_MISUSE; LODE_E_NOMEM
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_status lode_plugin_path_add(const char *directory, lode_error *error);

/** Where plugins may come from. */
typedef enum lode_plugin_policy {
	LODE_PLUGINS_ALL = 0,        /* registered, added directories, LODE_PLUGIN_PATH, those of
	                                configuration files, compiled in */
	LODE_PLUGINS_SYSTEM = 1,     /* the same without LODE_PLUGIN_PATH and the user's file */
	LODE_PLUGINS_STATIC = 2      /* only what is registered or linked in */
} lode_plugin_policy;

/**
 * Restrict where plugins may come from; cannot be widened again.
 * @return LODE_OK; LODE_E_STATE, an attempt to widen it; LODE_E_MISUSE, no such policy
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_status lode_plugin_restrict(lode_plugin_policy policy);

/** What is known about one plugin, or about one place where plugins are looked for. */
typedef struct lode_plugin_report {
	uint32_t struct_size;
	bool usable;
	bool directory;              /* this record is about a directory that was passed over */
	uint8_t zero_[2];
	int32_t abi_major;           /* -1 unknown */
	int32_t abi_minor;
	const char *path;            /* file or directory; "(built in)" */
	const char *name;            /* "" unknown */
	const char *version;
	const char *license;
	const char *drivers;         /* "sqlite, sqlite3": names, separated by comma and space */
	const char *schemes;
	const char *dialects;
	const char *capabilities;    /* of all drivers, by name */
	const char *reason;          /* why it is not usable; "" if it is */
} lode_plugin_report;

/** Called for each plugin; the report is valid during the call. Negative stops the walk. */
typedef lode_status lode_plugin_visit(void *context, const lode_plugin_report *report);

/**
 * Look at every plugin that can be found, load the fit ones, and report each, refused ones too.
 * @param visit    called in the order of search, names ascending within a directory; must not
 *                 call lode_plugin_each() or open an engine
 * @param context  handed to it
 * @param error    may be NULL
 * @return LODE_OK; the negative number `visit` returned; LODE_E_MISUSE; LODE_E_NOMEM
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_status lode_plugin_each(lode_plugin_visit *visit, void *context, lode_error *error);

/* ------------------------------------------------------------------ engine */

/** How much concurrent transactions may see of each other: LODE_ISOLATION_*. */
typedef int32_t lode_isolation;
#define LODE_ISOLATION_DEFAULT 0 /* the same numbers as in <lode/driver.h> */
#define LODE_ISOLATION_READ_UNCOMMITTED 1
#define LODE_ISOLATION_READ_COMMITTED 2
#define LODE_ISOLATION_REPEATABLE_READ 3
#define LODE_ISOLATION_SNAPSHOT 4
#define LODE_ISOLATION_SERIALIZABLE 5
#define LODE_ISOLATION_AUTOCOMMIT 6 /* each statement by itself; begin and commit do nothing */

/** What an engine does with its connections: LODE_POOL_*. */
#define LODE_POOL_QUEUE 0  /* keep some for whoever comes next; threads wait in turn */
#define LODE_POOL_NONE 1   /* keep none: each is opened when asked for and closed when given back */
#define LODE_POOL_STATIC 2 /* one, which is kept; threads wait for it in turn */
#define LODE_POOL_THREAD 3 /* a thread gets back the one it had before, never another thread's */
#define LODE_POOL_ASSERT 4 /* one; asking for a second meanwhile is LODE_E_STATE: finds leaks */

/**
 * Called before each connection that an engine opens, by the thread that needs it: may change how.
 * For passwords that expire, or another host of several.
 * @param context  connect_context of the engine's options
 * @param parts    those of the engine's URL; members but dialect and driver may be replaced, by
 *                 texts that live until the connection is opened
 * @return LODE_OK; a negative status, which whoever needs the connection gets
 */
typedef lode_status lode_connect_function(void *context, lode_url_parts *parts);

#define LODE_NONE (-1)           /* in options, where 0 reads as "default": none at all */

/**
 * How an engine works.  Zero is the default of each member.  The URL's options of the same names
 * override these: pool (queue, none, static, thread, assert), pool_size, pool_overflow,
 * pool_timeout_ms, pool_recycle_s, pool_ping_s, connect_timeout_ms, timeout_ms, statement_cache,
 * plan_cache, isolation (its words) and echo (on, off, true and false as well as 0, 1 and 2).
 * Grows only at its end.
 */
typedef struct lode_engine_options {
	uint32_t struct_size;
	int32_t pool_size;           /* connections kept; default 5 */
	int32_t pool_overflow;       /* more while they are needed; default 10, or LODE_NONE */
	int32_t pool_timeout_ms;     /* wait for a connection; default 30000, or LODE_NONE */
	int32_t pool_recycle_s;      /* close connections older than this; default never */
	int32_t connect_timeout_ms;  /* default 10000, or LODE_NONE: no limit */
	int32_t timeout_ms;          /* of each statement; default no limit */
	int32_t statement_cache;     /* prepared statements a connection; default 100, or LODE_NONE */
	int32_t plan_cache;          /* compiled statements an engine; default 500, or LODE_NONE */
	lode_isolation isolation;
	int32_t echo;                /* 1: log every statement; 2: with the values of its parameters;
	                                without a log function, to standard error */
	int32_t log_level;           /* LODE_LOG_*, lowest that is wanted; default LODE_LOG_WARNING */
	lode_log_function *log;      /* NULL: no log */
	void *log_context;
	const char *name;            /* stands in front of log lines; copied; may be NULL */
	const lode_allocator *allocator;
	int32_t pool;                /* LODE_POOL_* */
	int32_t pool_ping_s;         /* one that was idle for so long is asked whether it is still
	                                there before it is used; default 1, or LODE_NONE: never */
	lode_connect_function *connect;
	void *connect_context;
} lode_engine_options;

#define LODE_ENGINE_OPTIONS_INIT \
	{ (uint32_t)sizeof(lode_engine_options), 0, 0, 0, 0, 0, 0, 0, 0, \
	  LODE_ISOLATION_DEFAULT, 0, 0, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL }

/**
 * Open an engine: reads the URL and loads the plugin it names, but connects to nothing.
 * @param url      see lode_url_parse(); or the name of an engine in lode.conf, such as "main":
 *                 lode_engine_open_configured() with options
 * @param options  a `const lode_engine_options *`, or NULL for the defaults
 * @param error    may be NULL
 * @return the engine, to be closed with lode_engine_close(); NULL with LODE_E_CONFIG (URL or an
 *         option wrong; unknown options name the nearest known), LODE_E_PLUGIN (none that serves
 *         the URL; the message lists what was tried), LODE_E_MISUSE, LODE_E_NOMEM
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_engine *lode_engine_open(const char *url, const void *options, lode_error *error);

/**
 * Open an engine that a configuration file names, see lode.conf(5): in the system's file
 * (`$sysconfdir/lode.conf`), replaced as a whole by an engine of the same name in the user's
 * (`$XDG_CONFIG_HOME/lode.conf`, by default below `~/.config`); or in the one file that the
 * environment variable LODE_CONFIG names.  A privileged (setuid) process reads the system's only.
 * What a file says wins over the options of lode_engine_open().
 * @param name   `main` for the section `[engine.main]`
 * @param error  begins with file and line where something in a file is wrong; may be NULL
 * @return the engine, to be closed with lode_engine_close(); NULL with LODE_E_CONFIG (a file cannot
 *         be trusted or read, something in it is wrong, no such engine, no password where it says)
 *         and what lode_engine_open() may report; LODE_E_MISUSE, no name
 * Thread: any, while no other changes the environment.
 * @since 0.1
 */
LODE_API lode_engine *lode_engine_open_configured(const char *name, lode_error *error);

/** Receives one SQL statement, without a semicolon; negative stops and becomes the result. */
typedef lode_status lode_sql_function(void *context, const char *sql);

/**
 * Open an engine without a database: every statement that is run on it is given to a function
 * instead, as text with placeholders (their values: the log with echo 2).  Statements find no rows
 * and match as many as they were sent; generated keys count from 1; lode_create_all() takes nothing
 * to be there.
 * @param dialect  its name, such as "sqlite"; its plugin is loaded
 * @param visit    called by the thread that runs the statement, transactions included; its negative
 *                 status becomes that of the statement
 * @param context  handed to it
 * @param options  a `const lode_engine_options *`, or NULL for the defaults
 * @param error    may be NULL
 * @return the engine, to be closed with lode_engine_close(); NULL with LODE_E_PLUGIN (no such
 *         dialect), LODE_E_CONFIG, LODE_E_MISUSE, LODE_E_NOMEM
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_engine *lode_engine_open_offline(const char *dialect, lode_sql_function *visit,
                                               void *context, const void *options,
                                               lode_error *error);

/**
 * Read and check the configuration files and search the directories they name for plugins, as
 * opening a configured engine does.
 * @param error  begins with file and line where something is wrong; may be NULL
 * @return LODE_OK, also if there is no file; LODE_E_CONFIG; LODE_E_NOMEM
 * Thread: any, while no other changes the environment.
 * @since 0.1
 */
LODE_API lode_status lode_config_load(lode_error *error);

/**
 * Close an engine and its idle connections.  Connections, sessions and queries of it must be gone:
 * what is still in use is logged (LODE_W_LEAKED_CONNECTION) and the engine lives until it returns.
 * @param engine  NULL is allowed
 * Thread: one, while no other uses the engine.
 * @since 0.1
 */
LODE_API void lode_engine_close(lode_engine *engine);

/**
 * The URL of an engine as it may be shown.
 * @return the engine's text without secrets, "" for NULL
 * Thread: any.
 * @since 0.1
 */
LODE_API const char *lode_engine_url(const lode_engine *engine);

/**
 * The name of the SQL dialect an engine speaks, such as "sqlite".
 * @return a text valid until the engine is closed; "" for NULL or while it is not known (a driver
 *         that serves many products, before the first connection)
 * Thread: any.
 * @since 0.1
 */
LODE_API const char *lode_engine_dialect_name(const lode_engine *engine);

/**
 * Close the idle connections; those in use are closed when they come back.
 * @param engine  NULL is allowed
 * Thread: any.
 * @since 0.1
 */
LODE_API void lode_engine_dispose(lode_engine *engine);

/** What is behind an engine. */
typedef struct lode_server_info {
	uint32_t struct_size;
	uint32_t version;            /* major * 1000000 + minor * 1000 + patch */
	char product[64];            /* "SQLite" */
	char version_text[64];
	char database[256];
	char schema[64];             /* the default one */
	char client[64];             /* client library and its version */
	char dialect[32];
	char driver[32];
	char capabilities[512];      /* names, separated by comma and space */
} lode_server_info;

/**
 * Connect if need be and say what is there.
 * @param info   its struct_size is set by the caller; filled
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_CONNECT and what else connecting may return; LODE_E_POOL_TIMEOUT;
 *         LODE_E_MISUSE
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_status lode_engine_server(lode_engine *engine, lode_server_info *info,
                                        lode_error *error);

/** How many connections an engine has. */
typedef struct lode_pool_status {
	uint32_t struct_size;
	uint32_t idle;
	uint32_t in_use;
	uint32_t waiting;            /* threads */
	uint64_t opened;             /* since the engine was opened */
	uint64_t closed;
} lode_pool_status;

/**
 * Count the connections of an engine.
 * @param status  its struct_size is set by the caller; filled
 * @return LODE_OK; LODE_E_MISUSE
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_status lode_engine_pool(lode_engine *engine, lode_pool_status *status);

/* ------------------------------------------------------------------ connections */

/**
 * Take a connection from the engine's pool.
 * @param error  may be NULL
 * @return the connection, to be given back with lode_connection_close(); NULL with LODE_E_CONNECT,
 *         LODE_E_AUTH..., LODE_E_POOL_TIMEOUT (none became free in time), LODE_E_MISUSE, LODE_E_NOMEM
 * Thread: any; the connection is used by one thread at a time.
 * @since 0.1
 */
LODE_API lode_connection *lode_connection_open(lode_engine *engine, lode_error *error);

/**
 * Give a connection back; what was not committed is rolled back.
 * @param connection  NULL is allowed
 * @since 0.1
 */
LODE_API void lode_connection_close(lode_connection *connection);

/**
 * Stop the statement that runs on a connection in another thread: that call fails with
 * LODE_E_CANCELLED.  Nothing happens if none runs; rolling back is never stopped.
 * @param connection  must not be closed meanwhile
 * @param error       may be NULL
 * @return LODE_OK; LODE_E_UNSUPPORTED, the driver cannot; what telling the server gives;
 *         LODE_E_MISUSE
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_status lode_connection_cancel(lode_connection *connection, lode_error *error);

/**
 * From now on everything that is done on the connection has to end within so many milliseconds: a
 * statement that does not is stopped and fails with LODE_E_TIMEOUT, so do later calls.  It stays until
 * another is set or the connection is closed; rolling back is always allowed.
 * @param within_ms  LODE_NONE for no deadline
 * @param error      may be NULL
 * @return LODE_OK; LODE_E_MISUSE
 * @since 0.1
 */
LODE_API lode_status lode_connection_deadline(lode_connection *connection, int32_t within_ms,
                                              lode_error *error);

#define LODE_BEGIN_READONLY   0x1u
#define LODE_BEGIN_DEFERRABLE 0x2u
#define LODE_BEGIN_WRITE      0x4u   /* take the write lock now, where the backend has one */

/**
 * Begin a transaction now and with these properties; without this call the first statement begins
 * one.
 * @param flags  LODE_BEGIN_*
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_STATE, there is one already; LODE_E_LOCKED, LODE_E_DISCONNECT... from the
 *         backend; LODE_E_MISUSE
 * @since 0.1
 */
LODE_API lode_status lode_connection_begin(lode_connection *connection, uint32_t flags,
                                           lode_error *error);

/**
 * Commit; without a transaction nothing is done.
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_OUTCOME_UNKNOWN, the connection was lost before the answer: the
 *         transaction may have been committed; other statuses from the backend: it was not
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_connection_commit(lode_connection *connection,
                                                            lode_error *error);

/**
 * Roll back, with all savepoints; without a transaction nothing is done.
 * @param error  may be NULL
 * @return LODE_OK; a status from the backend, and the connection is not used again
 * @since 0.1
 */
LODE_API lode_status lode_connection_rollback(lode_connection *connection, lode_error *error);

/**
 * Begin a transaction that is committed in two phases: prepared first, on each of several databases,
 * and committed only when all of them are prepared.
 * @param id     of the transaction, in all databases: 1 to 64 letters, digits, "-", "_", "." and ":"
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_UNSUPPORTED, the backend has no such transactions; LODE_E_STATE, a
 *         transaction is open; LODE_E_MISUSE, the id; others from the backend
 * @since 0.1
 */
LODE_API lode_status lode_connection_begin_two_phase(lode_connection *connection, const char *id,
                                                     lode_error *error);

/**
 * The first phase: the database promises to commit the open transaction whenever it is told to, by
 * any connection, even after a crash.  The transaction is not the connection's any more; some
 * backends accept nothing else on it until the second phase.
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_STATE, no transaction was begun with lode_connection_begin_two_phase();
 *         LODE_E_OUTCOME_UNKNOWN, the connection was lost: lode_connection_recover() on another one
 *         tells; others from the backend, the transaction can only be rolled back
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_connection_prepare(lode_connection *connection,
                                                             lode_error *error);

/**
 * The second phase: commit a prepared transaction.
 * @param id     as it was begun, by this connection or any other
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_STATE, a transaction is open here; LODE_E_NO_OBJECT, none of that id is
 *         prepared; LODE_E_OUTCOME_UNKNOWN, the connection was lost: see lode_connection_recover();
 *         LODE_E_UNSUPPORTED; LODE_E_MISUSE; others from the backend
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_connection_commit_prepared(lode_connection *connection,
                                                                     const char *id,
                                                                     lode_error *error);

/**
 * Or else: roll a prepared transaction back.
 * @return as lode_connection_commit_prepared()
 * @since 0.1
 */
LODE_API lode_status lode_connection_rollback_prepared(lode_connection *connection, const char *id,
                                                       lode_error *error);

/** Receives the id of a prepared transaction; negative stops and becomes the result. */
typedef lode_status lode_prepared_function(void *context, const char *id);

/**
 * The transactions of this database that are prepared and wait for their second phase: what a crash
 * may have left behind.
 * @param visit    called once for each
 * @param context  handed to it
 * @param error    may be NULL
 * @return LODE_OK; LODE_E_STATE, a transaction is open here; LODE_E_UNSUPPORTED; what `visit`
 *         returned; LODE_E_MISUSE; others from the backend
 * @since 0.1
 */
LODE_API lode_status lode_connection_recover(lode_connection *connection,
                                             lode_prepared_function *visit, void *context,
                                             lode_error *error);

/**
 * Is a transaction open?
 * @return true between the first statement, or lode_connection_begin(), and its end
 * @since 0.1
 */
LODE_API bool lode_connection_in_transaction(const lode_connection *connection);

/**
 * Set a savepoint in the transaction, which begins if there is none.
 * @param name   1 to 63 letters, digits and underscores; a name in use hides the older one
 * @param error  may be NULL
 * @return LODE_OK; LODE_E_MISUSE, name; LODE_E_STATE under AUTOCOMMIT; a status from the backend
 * @since 0.1
 */
LODE_API lode_status lode_connection_savepoint(lode_connection *connection, const char *name,
                                               lode_error *error);

/**
 * Undo what was done since the savepoint; it stays, those set after it go.
 * @return LODE_OK; LODE_E_STATE, there is no such savepoint; a status from the backend
 * @since 0.1
 */
LODE_API lode_status lode_connection_rollback_to(lode_connection *connection, const char *name,
                                                 lode_error *error);

/**
 * Keep what was done since the savepoint and forget it, and those set after it.
 * @return LODE_OK; LODE_E_STATE, there is no such savepoint; a status from the backend
 * @since 0.1
 */
LODE_API lode_status lode_connection_release(lode_connection *connection, const char *name,
                                             lode_error *error);

/**
 * Use another isolation level from the next transaction on, until the connection is closed.
 * @param isolation  LODE_ISOLATION_DEFAULT: the engine's
 * @return LODE_OK; LODE_E_STATE, a transaction is open; LODE_E_MISUSE, no such level.  A level that
 *         the backend does not have is reported by the next statement
 * @since 0.1
 */
LODE_API lode_status lode_connection_set_isolation(lode_connection *connection,
                                                   lode_isolation isolation, lode_error *error);

/**
 * The isolation level of a connection.
 * @return its own, the engine's, or LODE_ISOLATION_DEFAULT for the server's; also for NULL
 * @since 0.1
 */
LODE_API lode_isolation lode_connection_isolation(const lode_connection *connection);

/**
 * The isolation level that the server gives to transactions of this connection when nobody asks for
 * one.  Asks the server where its configuration may change it.
 * @param isolation  receives LODE_ISOLATION_*; LODE_ISOLATION_DEFAULT where the backend does not tell
 * @param error      may be NULL
 * @return LODE_OK; LODE_E_MISUSE, NULL; a status from the backend
 * @since 0.1
 */
LODE_API lode_status lode_connection_default_isolation(lode_connection *connection,
                                                       lode_isolation *isolation,
                                                       lode_error *error);

/** One row of lode_connection_execute_unsafe(); all of it is valid during the call only. */
typedef struct lode_raw_row {
	uint32_t struct_size;
	uint32_t column_count;
	const char *const *names;
	const lode_value *values;
} lode_raw_row;

/** Called for each row; a negative number stops and becomes the result. */
typedef lode_status lode_raw_row_function(void *context, const lode_raw_row *row);

/**
 * Run one SQL statement that is given as text.  Unsafe because text that comes from a user becomes
 * SQL: give values as parameters.  Begins a transaction if there is none.
 * @param sql       one statement, with the placeholders of the backend
 * @param values    one for each placeholder; NULL if count is 0
 * @param row       called for each row; NULL to drop them
 * @param context   handed to it
 * @param affected  receives the number of rows matched, -1 if unknown; may be NULL
 * @param error     may be NULL
 * @return LODE_OK; LODE_E_SYNTAX, LODE_E_UNIQUE... from the backend; what `row` returned; LODE_E_MISUSE
 * @since 0.1
 */
LODE_API lode_status lode_connection_execute_unsafe(lode_connection *connection, const char *sql,
                                                    const lode_value *values, size_t count,
                                                    lode_raw_row_function *row, void *context,
                                                    int64_t *affected, lode_error *error);

/**
 * The client library's own handle, such as the `sqlite3 *`; lode does not know what is done with it.
 * @param kind  "sqlite3", "PGconn", "MYSQL", "SQLHDBC"
 * @return the handle, valid until the connection is closed; NULL if the driver has none of the kind
 * @since 0.1
 */
LODE_API void *lode_connection_native(lode_connection *connection, const char *kind);

/* ------------------------------------------------------------------ DDL */

/**
 * Create the tables of the metadata that are not there, in order of dependency, each with its
 * indexes; in one transaction where the backend can.  A table that exists is left as it is.
 * @param metadata  resolved and sorted by this call
 * @param engine    one connection is taken for the call
 * @param error     may be NULL
 * @return LODE_OK; LODE_E_MAPPING, a foreign key names what is not there; LODE_E_UNSUPPORTED, the
 *         dialect cannot say something; others from the backend; LODE_E_MISUSE; LODE_E_NOMEM
 * Thread: any, if no other changes the metadata.
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_create_all(lode_metadata *metadata, lode_engine *engine,
                                                     lode_error *error);

/**
 * Drop the tables of the metadata that are there, in reverse order of dependency.
 * @return as lode_create_all(); LODE_E_CYCLE, tables that refer to each other through constraints
 *         without names
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_drop_all(lode_metadata *metadata, lode_engine *engine,
                                                   lode_error *error);

/** What of a metadata is created or dropped, and how.  Grows only at its end. */
typedef struct lode_ddl_options {
	uint32_t struct_size;
	uint32_t flags;              /* LODE_DDL_* */
	lode_table *const *tables;   /* NULL: all */
	size_t table_count;
} lode_ddl_options;

#define LODE_DDL_OPTIONS_INIT { (uint32_t)sizeof(lode_ddl_options), 0, NULL, 0 }
#define LODE_DDL_NO_CHECK 0x1u   /* do not ask first what is there */

/**
 * Create some tables of a metadata; see lode_create_all().
 * @param connection  in its transaction, which the caller commits
 * @param options     NULL for all tables
 * @return as lode_create_all(); LODE_E_MISUSE, a table is NULL or of another metadata
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_create_tables(lode_metadata *metadata,
                                                        lode_connection *connection,
                                                        const lode_ddl_options *options,
                                                        lode_error *error);

/**
 * Drop some tables of a metadata; see lode_drop_all().
 * @param connection  in its transaction, which the caller commits
 * @param options     NULL for all tables
 * @return as lode_drop_all(); LODE_E_MISUSE, a table is NULL or of another metadata
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_drop_tables(lode_metadata *metadata,
                                                      lode_connection *connection,
                                                      const lode_ddl_options *options,
                                                      lode_error *error);

/**
 * Create one index of a table that exists; lode_create_all() creates those of the tables it creates.
 * @param connection  in its transaction, which the caller commits
 * @param error       may be NULL
 * @return LODE_OK, also if it is there and the dialect has IF NOT EXISTS; LODE_E_EXISTS where it has
 *         not; LODE_E_NO_OBJECT, no such table; LODE_E_UNSUPPORTED, the dialect has no such index;
 *         others from the backend; LODE_E_MISUSE, NULL; LODE_E_NOMEM
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_create_index(const lode_index *index,
                                                       lode_connection *connection,
                                                       lode_error *error);

/**
 * Drop one index; see lode_create_index().
 * @return as lode_create_index(); LODE_E_NO_OBJECT, no such index and no IF EXISTS
 * @since 0.1
 */
LODE_MUST_CHECK LODE_API lode_status lode_drop_index(const lode_index *index,
                                                     lode_connection *connection,
                                                     lode_error *error);

/**
 * Hand the statements that create a metadata to a function, without a database.
 * @param dialect  its name, such as "sqlite"; its plugin is loaded
 * @param visit    called once a statement, in the order they would be sent
 * @param context  handed to it
 * @return LODE_OK; LODE_E_PLUGIN, no such dialect; LODE_E_MAPPING; what `visit` returned;
 *         LODE_E_MISUSE; LODE_E_NOMEM
 * Thread: any, if no other changes the metadata.
 * @since 0.1
 */
LODE_API lode_status lode_metadata_create_each(lode_metadata *metadata, const char *dialect,
                                               lode_sql_function *visit, void *context,
                                               lode_error *error);

/**
 * Hand the statements that drop a metadata to a function; see lode_metadata_create_each().
 * @return as lode_metadata_create_each(); LODE_E_CYCLE as lode_drop_all()
 * @since 0.1
 */
LODE_API lode_status lode_metadata_drop_each(lode_metadata *metadata, const char *dialect,
                                             lode_sql_function *visit, void *context,
                                             lode_error *error);

/**
 * The statements that create a metadata as one text, each ended by a semicolon and a newline.
 * @param sql  receives the text, to be freed with lode_sql_free()
 * @return as lode_metadata_create_each()
 * @since 0.1
 */
LODE_API lode_status lode_metadata_create_sql(lode_metadata *metadata, const char *dialect,
                                              char **sql, lode_error *error);

/**
 * Free a text that a function of lode made for the caller.
 * @param sql  NULL is allowed
 * @since 0.1
 */
LODE_API void lode_sql_free(char *sql);

#ifdef __cplusplus
}
#endif

#endif
