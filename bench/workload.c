/* SPDX-License-Identifier: MIT */
/* workload.c - see workload.h. */
#include "workload.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bench_die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

void *bench_memory(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		bench_die("out of memory");
	return memory;
}

static const struct workload *find_workload(const struct bench_program *program, const char *name)
{
	for (size_t i = 0; i < program->count; i++)
		if (strcmp(program->workloads[i].name, name) == 0)
			return &program->workloads[i];
	return NULL;
}

static void run_workload(const struct bench_program *program, const struct workload *workload,
                         long divisor)
{
	struct bench_size size = workload->size;
	struct bench_figures figures;
	void *state;

	size.rows /= divisor;
	size.authors /= divisor;
	state = program->open(&size);
	if (workload->prepare)
		workload->prepare(state);
	bench_measure(workload->timed, state, &figures);
	printf("%s %ld %.3f %.3f %ld %016" PRIx64 "\n", workload->name, size.rows, figures.wall_ms,
	       figures.cpu_ms, figures.peak_kb, workload->digest(state));
	program->close(state);
}

static int print_usage(const struct bench_program *program, const char *name)
{
	fprintf(stderr, "usage: %s WORKLOAD [DIVISOR]\nworkloads:", name);
	for (size_t i = 0; i < program->count; i++)
		fprintf(stderr, " %s", program->workloads[i].name);
	fputc('\n', stderr);
	return EXIT_FAILURE;
}

int bench_main(const struct bench_program *program, int argc, char **argv)
{
	const struct workload *workload = argc > 1 ? find_workload(program, argv[1]) : NULL;
	long divisor = argc > 2 ? atol(argv[2]) : 1;

	if (!workload || divisor < 1)
		return print_usage(program, argv[0]);
	run_workload(program, workload, divisor);
	return EXIT_SUCCESS;
}
