/* SPDX-License-Identifier: MIT */
/* measure.c - see measure.h.  Memory is what Linux says in /proc; elsewhere it reads 0. */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* a line of /proc/self/status, such as "VmRSS:", in kB */
static long read_status(const char *key)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	size_t size = strlen(key);
	long value = 0;

	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, key, size) == 0) {
			value = atol(line + size);
			break;
		}
	if (file)
		fclose(file);
	return value;
}

/* make VmHWM begin again at the present size */
static void reset_peak(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "w");

	if (file) {
		fputs("5", file);
		fclose(file);
	}
}

__attribute__((noinline)) void bench_timed(bench_function *function, void *state)
{
	function(state);
	__asm__ volatile("" ::: "memory"); /* not a tail call: the counting ends here */
}

void bench_measure(bench_function *function, void *state, struct bench_figures *figures)
{
	double wall, cpu;
	long resident;

	reset_peak();
	resident = read_status("VmRSS:");
	cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
	wall = read_clock(CLOCK_MONOTONIC);
	bench_timed(function, state);
	figures->wall_ms = read_clock(CLOCK_MONOTONIC) - wall;
	figures->cpu_ms = read_clock(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	figures->peak_kb = read_status("VmHWM:") - resident;
}
