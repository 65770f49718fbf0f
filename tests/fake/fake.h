/* SPDX-License-Identifier: MIT */
/* tests/fake/fake.h - a driver that answers from a table, for tests without a database.
 *
 * Registered with lode_register_plugin(fake_entry, NULL): URL fake://, dialect fake.  It records
 * every call as a line, can fail at its n-th call, and claims the capabilities it is told to. */
#ifndef LODE_TESTS_FAKE_H
#define LODE_TESTS_FAKE_H

#include <stdbool.h>

#include <lode/driver.h>
#include <lode/engine.h>

/* what a statement gives; the first whose text begins the SQL is taken, else nothing is given */
typedef struct fake_answer {
	const char *sql;
	uint32_t ncols;
	uint32_t nrows;
	const char *const *cells;    /* row by row; NULL is SQL NULL; text all of them */
	int64_t affected;
	lode_status fail;            /* of execute */
	lode_status fail_prepare;
} fake_answer;

typedef struct fake_settings {
	uint64_t caps;               /* claimed */
	uint64_t real;               /* honoured: keys, batches */
	int fail_at;                 /* the call of this number fails, counted from 1; 0 none */
	lode_status fail_status;
	bool tx_by_sql;              /* tx() says UNSUPPORTED */
	bool no_isolation;           /* tx() says UNSUPPORTED to any level */
	bool silent;                 /* fails without reporting */
	int32_t tx_state_after_fail; /* LODE_TXS_*; UNKNOWN: as it was */
	lode_status probe;           /* what the dialect's probe returns */
	lode_status reset;           /* what reset returns */
	lode_status ping;            /* what ping returns */
	const char *tables;          /* "a,b": what reflection finds */
	const char *isolation_sql;   /* of the dialect's traits */
	bool no_reflect;
	const fake_answer *answers;
	size_t answer_count;
} fake_settings;

extern fake_settings fake;

const lode_plugin *fake_entry(const lode_host *host, lode_err *error);

void fake_reset(void);           /* settings to their defaults, log and counters to nothing */
const char *fake_log(void);      /* one line a call: "open", "prepare SELECT 1", "tx begin" ... */
void fake_log_clear(void);
int fake_calls(void);            /* that may fail, since the reset */
int fake_connections(void);      /* open ones */
int fake_statements(void);       /* open ones */
int fake_resets(void);           /* of statements, since the reset */
int fake_abandoned(void);

#endif
