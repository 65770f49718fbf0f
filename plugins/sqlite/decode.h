/* SPDX-License-Identifier: MIT */
/* sqlite/decode.h - from a cell to a value in the caller's memory: a decoder per representation. */
#ifndef LODE_SQLITE_DECODE_H
#define LODE_SQLITE_DECODE_H

#include <sqlite3.h>

#include <lode/driver_util.h>

#include "connection.h"

typedef struct lsq_sink {
	lode_arena *arena;
	const char *why; /* of a failure; lives for ever */
} lsq_sink;

/* cells that are stored on the spot when their storage class is the expected one */
enum lsq_quick {
	LSQ_NOT_QUICK,
	LSQ_QUICK_I64,
	LSQ_QUICK_I32,
	LSQ_QUICK_F64,
	LSQ_QUICK_TEXT,
	LSQ_QUICK_MOMENT,
	LSQ_QUICK_DATE
};

typedef struct lsq_column lsq_column;

/* Store a cell of storage class `type`, not NULL, at `out`. */
typedef lode_status lsq_decode(const lsq_column *column, lsq_sink *sink, sqlite3_value *cell,
			       int type, char *out);

struct lsq_column {
	uint32_t index; /* of the column in the result */
	enum lsq_quick quick;
	int follows; /* lies in the same struct as the column before */
	lsq_decode *decode;
	uint32_t size;	  /* bytes of the value, zeroed for NULL */
	uint8_t flagged;  /* has a null flag to be written */
	uint8_t indirect; /* bases hold pointers to rows */
	lode_drv_bind bind;
};

/* NULL: SQLite has nothing for this representation; *size in memory */
lsq_decode *lsq_decoder_of(const lode_drv_bind *bind, uint32_t *size);

#endif
