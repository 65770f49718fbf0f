/* SPDX-License-Identifier: MIT */
/* workload.h - a workload, and the program around the workloads of one side.
 *
 * `program WORKLOAD [DIVISOR]` runs one workload, with the DIVISOR-th part of its rows, and prints
 *     workload rows wall_ms cpu_ms peak_kb digest
 * The digest is over the rows the workload wrote or read: two sides that print the same one did the
 * same work. */
#ifndef LODE_BENCH_WORKLOAD_H
#define LODE_BENCH_WORKLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "measure.h"

/* how much there is to do in this run */
struct bench_size {
	long rows;           /* rows or operations of the timed region */
	long authors;        /* rows in the tables before it */
	long books;          /* of each author */
};

struct workload {
	const char *name;
	struct bench_size size;
	bench_function *prepare;                /* not timed; may be NULL */
	bench_function *timed;
	uint64_t (*digest)(void *state);        /* not timed */
};

struct bench_program {
	const struct workload *workloads;
	size_t count;
	void *(*open)(const struct bench_size *size);   /* a database with the rows of `size` */
	void (*close)(void *state);
};

int bench_main(const struct bench_program *program, int argc, char **argv);

/* Say what went wrong and end the program. */
_Noreturn void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Memory, or the end of the program. */
void *bench_memory(size_t count, size_t size);

#endif
