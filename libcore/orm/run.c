/* SPDX-License-Identifier: MIT */
/* orm/run.c - see run.h. */
#include "orm/run.h"

#include <time.h>

#include "base/error.h"
#include "base/hash.h"
#include "orm/session.h"

#define ATTEMPTS 5u
#define FIRST_DELAY_MS 10u
#define LONGEST_DELAY_MS 5000u

bool lode__error_replays(const lode_error *error)
{
	return error->retryable || error->status == LODE_E_SERIALIZE ||
	       error->status == LODE_E_DEADLOCK || error->status == LODE_E_LOCKED ||
	       error->status == LODE_E_STALE;
}

/* Half of the time is fixed, half is chance, so that rivals do not meet again. */
uint32_t lode__run_delay(uint32_t first, uint32_t attempt, uint32_t random)
{
	uint64_t delay = first;

	for (uint32_t i = 1; i < attempt && delay < LONGEST_DELAY_MS; i++)
		delay *= 2;
	if (delay > LONGEST_DELAY_MS)
		delay = LONGEST_DELAY_MS;
	return (uint32_t)(delay / 2 + random % (delay / 2 + 1));
}

static void pause_before(uint32_t first, uint32_t attempt, const void *seed)
{
	struct timespec now, delay;
	uint32_t ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = lode__run_delay(
		first, attempt,
		(uint32_t)lode__hash_mix((uint64_t)now.tv_nsec ^ (uint64_t)(uintptr_t)seed));
	delay.tv_sec = (time_t)(ms / 1000);
	delay.tv_nsec = (long)(ms % 1000) * 1000000;
	nanosleep(&delay, NULL);
}

/* The session's failure decides, whatever the work says. */
static lode_status settle(lode_session *session, lode_status worked, lode_error *error)
{
	lode_status status = lode_session_status(session);

	if (status == LODE_OK && worked < 0) {
		lode_rollback(session);
		return lode__error_set(error, worked, "the unit of work gave up: %s",
				       lode_status_name(worked));
	}
	if (status == LODE_OK)
		status = lode_commit(session);
	if (status < 0) {
		lode__error_copy(error, lode_session_error(session));
		return status;
	}
	return worked;
}

static lode_status attempt(lode_registry *registry, lode_engine *engine, lode_work *work,
			   void *context, const lode_session_options *options, int64_t deadline,
			   lode_error *error)
{
	lode_session *session = lode_session_new(registry, engine, options, error);
	lode_status status;

	if (!session)
		return error->status < 0 ? error->status : LODE_E_OTHER;
	session->deadline = deadline;
	status = settle(session, work(session, context), error);
	lode_session_free(session);
	return status;
}

lode_status lode_run(lode_registry *registry, lode_engine *engine, lode_work *work, void *context,
		     const lode_run_options *options, lode_error *error)
{
	uint32_t attempts = options && options->attempts ? options->attempts : ATTEMPTS;
	uint32_t delay =
		options && options->first_delay_ms ? options->first_delay_ms : FIRST_DELAY_MS;
	int64_t deadline =
		options && options->within_ms > 0 ? lode__deadline_in(options->within_ms) : 0;
	lode_error failure = LODE_ERROR_INIT;
	lode_status status = LODE_OK;

	if (!work)
		return lode__error_set(error, LODE_E_MISUSE, "lode_run has nothing to run");
	for (uint32_t i = 0; i < attempts; i++) {
		if (i > 0)
			pause_before(delay, i, &failure);
		lode__error_clear(&failure);
		status = attempt(registry, engine, work, context, options ? options->session : NULL,
				 deadline, &failure);
		if (status >= 0)
			return status;
		if (!lode__error_replays(&failure) ||
		    (deadline && lode__clock_usec() >= deadline))
			break;
	}
	lode__error_copy(error, &failure);
	return status;
}
