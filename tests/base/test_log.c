/* SPDX-License-Identifier: MIT */
/* tests/base/test_log.c - levels, one line, long texts. */
#include "base/log.h"

#include <stdio.h>
#include <string.h>

#include "../check_tap.h"

typedef struct seen {
	int count, level;
	size_t size;
	char line[100];
} seen;

static void record(void *context, int level, const char *name, const char *text)
{
	seen *last = (seen *)context;

	last->count++;
	last->level = level;
	last->size = strlen(text);
	snprintf(last->line, sizeof last->line, "%s: %s", name, text);
}

/* {level of the logger, level of the line, is it wanted} */
static const struct { int logger, line; bool wanted; } levels[] = {
	{ 0, LODE_LOG_DEBUG, false }, { 0, LODE_LOG_INFO, false }, { 0, LODE_LOG_WARNING, true },
	{ 0, LODE_LOG_ERROR, true }, { LODE_LOG_DEBUG, LODE_LOG_DEBUG, true },
	{ LODE_LOG_ERROR, LODE_LOG_WARNING, false }, { LODE_LOG_INFO, LODE_LOG_INFO, true },
};

START_TEST(level_decides)
{
	seen last = { 0 };
	lode__logger logger = { record, &last, levels[_i].logger };

	lode__log(&logger, levels[_i].line, LODE_W_FORK, "a\n%d", 5);
	ck_assert_int_eq(last.count, levels[_i].wanted);
	if (levels[_i].wanted) {
		ck_assert_str_eq(last.line, "fork: a 5");
		ck_assert_int_eq(last.level, levels[_i].line);
	}
	lode__log_text(&logger, levels[_i].line, "sql", "SELECT 1");
	ck_assert_int_eq(last.count, levels[_i].wanted * 2);
}
END_TEST

START_TEST(nobody_listens)
{
	lode__logger logger = { 0 };

	lode__log(NULL, LODE_LOG_ERROR, "x", "y");
	lode__log(&logger, LODE_LOG_ERROR, "x", "y");
	ck_assert(!lode__log_wanted(&logger, LODE_LOG_ERROR));
}
END_TEST

START_TEST(long_lines)
{
	char text[5001];
	seen last = { 0 };
	lode__logger logger = { record, &last, LODE_LOG_DEBUG };

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	lode__log(&logger, LODE_LOG_INFO, "sql", "%s", text);
	ck_assert_uint_eq(last.size, 2047);
	lode__log_text(&logger, LODE_LOG_INFO, "sql", text);
	ck_assert_uint_eq(last.size, 5000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *tcase = tcase_create("log");

	tcase_add_loop_test(tcase, level_decides, 0, (int)(sizeof levels / sizeof *levels));
	tcase_add_test(tcase, nobody_listens);
	tcase_add_test(tcase, long_lines);
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
