/* SPDX-License-Identifier: MIT */
/* postgresql/pipeline.h - executions of several statements that go out before their results come. */
#ifndef LODE_POSTGRESQL_PIPELINE_H
#define LODE_POSTGRESQL_PIPELINE_H

#include "statement.h"

extern const lode_pipeline_ops lpg_pipeline_ops;

/* execute() with LODE_EXEC_QUEUE: sent, and remembered until it is collected */
lode_status lpg_pipeline_queue(lode_drv_stmt *s, const lode_exec *x, lode_err *e);
/* the connection is closed, or was lost: forget all */
void lpg_pipeline_forget(lode_drv_conn *c);

#endif
