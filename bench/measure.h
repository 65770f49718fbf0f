/* SPDX-License-Identifier: MIT */
/* measure.h - time, processor time and memory of one function call.
 *
 * The timed region is exactly one call of bench_timed().  That function is never inlined, so that
 * callgrind can count its instructions and nothing else (--toggle-collect=bench_timed). */
#ifndef LODE_BENCH_MEASURE_H
#define LODE_BENCH_MEASURE_H

typedef void bench_function(void *state);

struct bench_figures {
	double wall_ms;
	double cpu_ms;       /* of this process, user and system */
	long peak_kb;        /* highest resident size during the call minus that before it */
};

void bench_measure(bench_function *function, void *state, struct bench_figures *figures);
void bench_timed(bench_function *function, void *state);

#endif
