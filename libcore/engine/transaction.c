/* SPDX-License-Identifier: MIT */
/* engine/transaction.c - begin, commit, rollback, savepoints.
 *
 * A verb goes to the driver first; where that says LODE_E_UNSUPPORTED, to the dialect, and then it
 * is standard SQL.  Each is logged as a statement whichever way it goes.
 * A connection lost in COMMIT is LODE_E_OUTCOME_UNKNOWN, never success and never plain failure. */
#include "engine/transaction.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/host.h"
#include "engine/query.h"
#include "engine/state.h"
#include "sql/hooks.h"
#include "sql/quote.h"

#define TX_SQL_MAX 512

static const char *const isolation_names[] = {
	"", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SNAPSHOT", "SERIALIZABLE",
};

/* "read committed", "READ-COMMITTED" */
static bool is_named(const char *name, const lode_span *given)
{
	size_t i = 0;

	for (; i < given->n && name[i]; i++) {
		char c = given->p[i];

		if (c == '-' || c == '_')
			c = ' ';
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c != name[i])
			return false;
	}
	return i == given->n && !name[i];
}

static int32_t keep_level(void *context, uint32_t count, const lode_span *cells)
{
	int32_t *level = context;

	for (int32_t i = LODE_ISOLATION_READ_UNCOMMITTED;
	     count > 0 && cells->p && i <= LODE_ISOLATION_SERIALIZABLE; i++)
		if (is_named(isolation_names[i], cells))
			*level = i;
	return 0;
}

lode_status lode__link_default_isolation(lode__link *link, int32_t *level, lode_error *error)
{
	const lode_traits *traits = &link->dialect->traits;
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	const char *sql = traits->isolation_sql;
	int32_t found = LODE_ISOLATION_DEFAULT;
	lode_status status = lode__link_check(link, error);

	if (status == LODE_OK && sql) {
		status = lode__host_query((lode_hconn *)link, sql, strlen(sql), NULL, 0, keep_level,
		                          &found, &err);
		if (status < 0)
			status = lode__link_failed(link, &err, status,
			                           "ask for the isolation level", sql, strlen(sql));
	}
	if (status == LODE_OK)
		*level = sql ? found : traits->default_isolation;
	return status;
}

/* ---------------------------------------------------------------- as SQL */

static void put_begin(lode__buf *sql, const lode_tx *tx)
{
	lode__buf_puts(sql, "BEGIN");
	if (tx->flags & LODE_TXF_IMMEDIATE)
		lode__buf_puts(sql, " IMMEDIATE");
	if (tx->isolation > 0)
		lode__buf_printf(sql, " ISOLATION LEVEL %s", isolation_names[tx->isolation]);
	if (tx->flags & LODE_TXF_READONLY)
		lode__buf_puts(sql, " READ ONLY");
	if (tx->flags & LODE_TXF_DEFERRABLE)
		lode__buf_puts(sql, " DEFERRABLE");
}

/* how a verb reads in the log, and in standard SQL */
static void put_verb(lode__buf *sql, const lode__link *link, const lode_tx *tx)
{
	const lode__dialect *dialect = link->dialect;

	switch (tx->verb) {
	case LODE_TX_BEGIN:
		put_begin(sql, tx);
		return;
	case LODE_TX_COMMIT:
		lode__buf_puts(sql, "COMMIT");
		return;
	case LODE_TX_ROLLBACK:
		lode__buf_puts(sql, "ROLLBACK");
		return;
	case LODE_TX_PREPARE:
		lode__buf_printf(sql, "PREPARE TRANSACTION '%s'", tx->name);
		return;
	case LODE_TX_COMMIT_PREPARED:
		lode__buf_printf(sql, "COMMIT PREPARED '%s'", tx->name);
		return;
	case LODE_TX_ROLLBACK_PREPARED:
		lode__buf_printf(sql, "ROLLBACK PREPARED '%s'", tx->name);
		return;
	case LODE_TX_SAVEPOINT:
		lode__buf_puts(sql, "SAVEPOINT ");
		break;
	case LODE_TX_ROLLBACK_TO:
		lode__buf_puts(sql, "ROLLBACK TO SAVEPOINT ");
		break;
	default:
		lode__buf_puts(sql, "RELEASE SAVEPOINT ");
		break;
	}
	if (dialect)
		lode__quote_name(sql, dialect, tx->name);
	else
		lode__buf_puts(sql, tx->name);
}

/* the dialect's words, if it has its own; UNSUPPORTED and nothing written if not */
static lode_status render_by_dialect(lode__buf *sql, const lode__link *link, const lode_tx *tx,
                                     struct lode_err *err)
{
	lode_sqlbuf out = { .sql = sql, .dialect = link->dialect };
	lode_render_context context = { .struct_size = (uint32_t)sizeof context };

	if (!link->dialect)
		return LODE_E_UNSUPPORTED;
	context.server = &link->info;
	context.traits = &link->dialect->traits;
	context.out = &out;
	for (const lode_dialect *const *at = link->dialect->chain; *at; at++) {
		lode_status status;

		if (!(*at)->render_tx)
			continue;
		status = (*at)->render_tx(&context, tx, err);
		if (status != LODE_E_UNSUPPORTED)
			return status;
		lode__buf_clear(sql);
	}
	return LODE_E_UNSUPPORTED;
}

static lode_status send_sql(lode__link *link, const lode_tx *tx, lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	lode__buf sql;
	lode_status status;

	lode__buf_init(&sql, &link->engine->allocator, TX_SQL_MAX);
	status = render_by_dialect(&sql, link, tx, &err);
	if (status == LODE_E_UNSUPPORTED) {
		status = tx->isolation > 0
			         ? lode__error_set(error, LODE_E_UNSUPPORTED,
			                           "the isolation level %s is not supported here",
			                           isolation_names[tx->isolation])
			         : LODE_OK;
		put_verb(&sql, link, tx);
	} else if (status < 0) {
		status = lode__err_finish(&err, status, "transaction", NULL, 0);
	}
	if (status >= 0)
		status = lode__buf_status(&sql);
	if (status >= 0)
		status = lode__link_run(link, lode__buf_text(&sql), lode__buf_size(&sql), error);
	else if (status == LODE_E_NOMEM)
		lode__error_nomem(error);
	lode__buf_dispose(&sql);
	return status;
}

/* ---------------------------------------------------------------- any way */

static lode_status send_verb(lode__link *link, const lode_tx *tx, lode_error *error)
{
	struct lode_err err = LODE__ERR_INIT(error, link->dialect);
	const lode__logger *logger = &link->engine->logger;
	lode__buf text;
	lode_status status;

	if (link->sql_transactions)
		return send_sql(link, tx, error);
	status = link->ops->tx(link->connection, tx, &err);
	if (status == LODE_E_UNSUPPORTED) {
		/* where BEGIN is SQL, all of them are; a driver may well leave savepoints alone */
		if (tx->verb == LODE_TX_BEGIN && tx->isolation == 0 && tx->flags == 0)
			link->sql_transactions = true;
		return send_sql(link, tx, error);
	}
	lode__buf_init(&text, &link->engine->allocator, TX_SQL_MAX);
	put_verb(&text, link, tx);
	if (lode__log_wanted(logger, LODE_LOG_DEBUG))
		lode__log_text(logger, LODE_LOG_DEBUG, "sql", lode__buf_text(&text));
	if (status < 0)
		status = lode__link_failed(link, &err, status, "transaction",
		                           lode__buf_text(&text), lode__buf_size(&text));
	lode__buf_dispose(&text);
	return status < 0 ? status : LODE_OK;
}

static lode_status begin(lode__link *link, uint32_t flags, const char *id, lode_error *error)
{
	lode_tx tx = { .struct_size = (uint32_t)sizeof tx, .verb = LODE_TX_BEGIN, .flags = flags,
		       .isolation = link->isolation, .name = id };
	lode_status status = lode__link_check(link, error);

	if (status != LODE_OK)
		return status;
	if (link->transaction)
		return lode__error_set(error, LODE_E_STATE, "there is a transaction already");
	if (link->isolation == LODE_ISOLATION_AUTOCOMMIT)
		return LODE_OK;
	status = send_verb(link, &tx, error);
	link->transaction = status == LODE_OK;
	return status;
}

lode_status lode__link_begin(lode__link *link, uint32_t flags, lode_error *error)
{
	return begin(link, flags, NULL, error);
}

static void end_transaction(lode__link *link)
{
	link->transaction = false;
	link->two_phase[0] = '\0';
	link->failed = false;
	lode__savepoints_drop(link, NULL);
}

/* the connection was lost before the answer came */
static lode_status outcome_unknown(const char *doing, lode_error *error)
{
	lode__error_set(error, LODE_E_OUTCOME_UNKNOWN,
	                "the connection was lost while %s: the transaction may have been committed or "
	                "not",
	                doing);
	if (error)
		error->disconnected = true;
	return LODE_E_OUTCOME_UNKNOWN;
}

lode_status lode__link_commit(lode__link *link, lode_error *error)
{
	lode_tx tx = { .struct_size = (uint32_t)sizeof tx, .verb = LODE_TX_COMMIT };
	lode_status status = lode__link_check(link, error);

	if (status != LODE_OK)
		return status;
	if (!link->transaction)
		return LODE_OK;
	if (link->two_phase[0])
		return lode__error_set(error, LODE_E_STATE,
		                       "this transaction is committed in two phases: prepare it first");
	status = send_verb(link, &tx, error);
	if (status == LODE_OK) {
		end_transaction(link);
		return LODE_OK;
	}
	if (link->dead)
		return outcome_unknown("committing", error);
	link->failed = true;
	return status;
}

lode_status lode__link_rollback(lode__link *link, lode_error *error)
{
	lode_tx tx = { .struct_size = (uint32_t)sizeof tx, .verb = LODE_TX_ROLLBACK };
	lode_status status = LODE_OK;

	/* of a lost connection the server has rolled back, of a parent's we say nothing */
	if (link->transaction && !link->dead && link->fork == lode__fork_count() &&
	    link->ops->tx_state(link->connection) != LODE_TXS_IDLE)
		status = send_verb(link, &tx, error);
	if (status == LODE_E_CANCELLED)    /* meant for the statement before, and late */
		status = send_verb(link, &tx, error);
	if (status != LODE_OK)
		link->discard = true;
	end_transaction(link);
	return status;
}

void lode__link_set_isolation(lode__link *link, int32_t isolation)
{
	link->isolation = isolation == LODE_ISOLATION_DEFAULT ? link->engine->isolation : isolation;
}

/* ---------------------------------------------------------------- two phases */

static lode_status no_two_phase(lode__link *link, lode_error *error)
{
	lode_status status = lode__link_check(link, error);

	if (status != LODE_OK || lode__link_can(link, LODE_CAP_TWO_PHASE))
		return status;
	return lode__error_set(error, LODE_E_UNSUPPORTED,
	                       "transactions in two phases are not supported here");
}

lode_status lode__link_begin_two_phase(lode__link *link, const char *id, lode_error *error)
{
	lode_status status = no_two_phase(link, error);

	if (status == LODE_OK && link->isolation == LODE_ISOLATION_AUTOCOMMIT)
		return lode__error_set(error, LODE_E_STATE,
		                       "there are no transactions under autocommit");
	if (status == LODE_OK)
		status = begin(link, 0, id, error);
	if (status == LODE_OK)
		strcpy(link->two_phase, id);
	return status;
}

lode_status lode__link_prepare_phase(lode__link *link, lode_error *error)
{
	lode_tx tx = { .struct_size = (uint32_t)sizeof tx, .verb = LODE_TX_PREPARE,
		       .name = link->two_phase };
	lode_status status = lode__link_check(link, error);

	if (status != LODE_OK)
		return status;
	if (!link->two_phase[0])
		return lode__error_set(error, LODE_E_STATE,
		                       "no transaction was begun to be committed in two phases");
	status = send_verb(link, &tx, error);
	if (status != LODE_OK && link->dead)
		return outcome_unknown("preparing", error);
	if (status != LODE_OK) {
		link->failed = true;
		return status;
	}
	end_transaction(link);
	link->prepared = true;
	return LODE_OK;
}

lode_status lode__link_second_phase(lode__link *link, const char *id, bool commit, lode_error *error)
{
	lode_tx tx = { .struct_size = (uint32_t)sizeof tx, .name = id };
	lode_status status = no_two_phase(link, error);

	tx.verb = commit ? LODE_TX_COMMIT_PREPARED : LODE_TX_ROLLBACK_PREPARED;
	if (status != LODE_OK)
		return status;
	if (link->transaction)
		return lode__error_set(error, LODE_E_STATE,
		                       "a transaction is open: end it before the second phase of one");
	status = send_verb(link, &tx, error);
	if (status == LODE_OK)
		link->prepared = false;
	else if (link->dead)
		return outcome_unknown(commit ? "committing" : "rolling back", error);
	return status;
}

/* ---------------------------------------------------------------- savepoints */

void lode__savepoints_drop(lode__link *link, const lode__savepoint *until)
{
	while (link->savepoints && link->savepoints != until) {
		lode__savepoint *outer = link->savepoints->outer;

		lode__release(&link->engine->allocator, link->savepoints);
		link->savepoints = outer;
	}
}

static lode__savepoint *find_savepoint(const lode__link *link, const char *name)
{
	for (lode__savepoint *at = link->savepoints; at; at = at->outer)
		if (strcmp(at->name, name) == 0)
			return at;
	return NULL;
}

static lode_status check_savepoint(lode__link *link, const char *name, lode__savepoint **out,
                                   lode_error *error)
{
	bool failed = link->failed;
	lode_status status;

	link->failed = false;    /* going back to a savepoint is what a failed transaction may do */
	status = lode__link_check(link, error);
	link->failed = failed;
	if (status != LODE_OK)
		return status;
	*out = find_savepoint(link, name);
	if (!link->transaction || !*out)
		return lode__error_set(error, LODE_E_STATE, "there is no savepoint \"%s\"", name);
	return LODE_OK;
}

lode_status lode__link_savepoint(lode__link *link, const char *name, lode_error *error)
{
	lode_tx tx = { .struct_size = (uint32_t)sizeof tx, .verb = LODE_TX_SAVEPOINT, .name = name };
	lode__savepoint *savepoint;
	lode_status status = lode__link_check(link, error);

	if (status != LODE_OK)
		return status;
	if (!link->transaction)
		return lode__error_set(error, LODE_E_STATE,
		                       "a savepoint needs a transaction, and there is none");
	if (strlen(name) >= sizeof savepoint->name)
		return lode__error_set(error, LODE_E_MISUSE, "the name of a savepoint is too long");
	savepoint = lode__alloc_zero(&link->engine->allocator, sizeof *savepoint);
	if (!savepoint)
		return lode__error_nomem(error);
	strcpy(savepoint->name, name);
	status = send_verb(link, &tx, error);
	if (status != LODE_OK) {
		lode__release(&link->engine->allocator, savepoint);
		return status;
	}
	savepoint->outer = link->savepoints;
	link->savepoints = savepoint;
	return LODE_OK;
}

lode_status lode__link_rollback_to(lode__link *link, const char *name, lode_error *error)
{
	lode_tx tx = { .struct_size = (uint32_t)sizeof tx, .verb = LODE_TX_ROLLBACK_TO,
		       .name = name };
	lode__savepoint *savepoint = NULL;
	lode_status status = check_savepoint(link, name, &savepoint, error);

	if (status != LODE_OK)
		return status;
	status = send_verb(link, &tx, error);
	if (status != LODE_OK)
		return status;
	lode__savepoints_drop(link, savepoint);
	link->failed = false;
	return LODE_OK;
}

lode_status lode__link_release_savepoint(lode__link *link, const char *name, lode_error *error)
{
	lode_tx tx = { .struct_size = (uint32_t)sizeof tx, .verb = LODE_TX_RELEASE, .name = name };
	lode__savepoint *savepoint = NULL;
	lode_status status = lode__link_check(link, error);

	if (status == LODE_OK)
		status = check_savepoint(link, name, &savepoint, error);
	if (status == LODE_OK)
		status = send_verb(link, &tx, error);
	if (status == LODE_OK)
		lode__savepoints_drop(link, savepoint->outer);
	return status;
}
