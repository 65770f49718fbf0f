/* SPDX-License-Identifier: MIT */
/* tests/check_tap.h - main() of a test program is `return lode_test_run(suite);`.
 *
 * Standard output carries TAP and nothing else.  CK_FORK=no runs every test in this process
 * (valgrind, debuggers); timeouts are the test driver's, not Check's. */
#ifndef LODE_TESTS_CHECK_TAP_H
#define LODE_TESTS_CHECK_TAP_H

#if defined(__has_include)
#if !__has_include(<check.h>)
#error "libcheck is missing: install the package check and run configure again"
#endif
#endif
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Check reads the variable when a test case is made, so before main() fills its suite. */
__attribute__((constructor)) static void lode_test_no_timeout(void)
{
	setenv("CK_DEFAULT_TIMEOUT", "0", 0);
}

/* Ends a test that needs what is not here; the reason names it.  Check knows failures only: what
 * lode_test_run prints for it is a TAP skip. */
#define lode_test_skip_rest(reason) ck_abort_msg("# SKIP %s", (reason))

/* Copies Check's TAP to standard output; the number of tests that were skipped. */
static inline int lode_test_copy_tap(FILE *tap)
{
	static const char failed[] = "not ok ";
	char line[8192];
	int skipped = 0;

	rewind(tap);
	while (fgets(line, sizeof line, tap)) {
		char *reason = strstr(line, ": # SKIP ");
		bool skip = reason && strncmp(line, failed, sizeof failed - 1) == 0;

		fputs(skip ? line + 4 : line, stdout);
		skipped += skip;
	}
	return skipped;
}

/* Runs the suite, frees it; 0: no test failed. */
static inline int lode_test_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	FILE *tap = tmpfile();
	char name[32];
	int failed;

	if (!tap) {
		printf("Bail out! no temporary file\n");
		return EXIT_FAILURE;
	}
	snprintf(name, sizeof name, "/dev/fd/%d", fileno(tap));
	srunner_set_tap(runner, name);
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	failed -= lode_test_copy_tap(tap);
	fclose(tap);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Loops that fail the n-th request, for every n, take every so manieth under valgrind, where all of
 * them last minutes; the run with sanitizers takes every one. */
static inline size_t lode_test_step(void)
{
	const char *step = getenv("LODE_TEST_STEP");
	long n = step ? strtol(step, NULL, 10) : 1;

	return n > 1 ? (size_t)n : 1;
}

/* For a program that cannot run here: one plan line with the reason. */
static inline int lode_test_skip(const char *reason)
{
	printf("1..0 # SKIP %s\n", reason);
	return EXIT_SUCCESS;
}

#endif
