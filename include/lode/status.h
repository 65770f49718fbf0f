/* SPDX-License-Identifier: MIT */
/* lode/status.h - the one list of result codes, shared by the library and its drivers.
 *
 * Zero is success, a positive number a stated outcome, a negative one a failure.  -1..-99 may come
 * from a driver, -100..-999 only from the library, -1000 and below are the application's own.
 * Numbers are never reused or renumbered.  Plain macros, so that C99 and C++98 can include it. */
#ifndef LODE_STATUS_H
#define LODE_STATUS_H

#include <stdint.h>

typedef int32_t lode_status;        /* an unknown negative number means LODE_E_OTHER */

#define LODE_OK               0     /* done */
#define LODE_DONE             1     /* no more rows / results / completions */
#define LODE_PARTIAL          3     /* batch ran, some rows failed: see row_status */
#define LODE_NOT_FOUND        4     /* library only: no such row or key, no failure */

#define LODE_E_OTHER        (-1)    /* anything not listed */
#define LODE_E_UNSUPPORTED  (-2)    /* operation or option not implemented */
#define LODE_E_NOMEM        (-3)    /* allocation failed */
#define LODE_E_MISUSE       (-4)    /* caller broke the contract */
#define LODE_E_CONNECT      (-5)    /* could not connect */
#define LODE_E_DISCONNECT   (-6)    /* connection lost; only close/abandon are allowed now */
#define LODE_E_AUTH         (-7)    /* authentication failed */
#define LODE_E_TIMEOUT      (-8)    /* statement timeout */
#define LODE_E_CANCELLED    (-9)    /* cancelled on request */
#define LODE_E_SYNTAX      (-10)    /* bad SQL */
#define LODE_E_NO_OBJECT   (-11)    /* no such table, column, database... */
#define LODE_E_EXISTS      (-12)    /* object already exists */
#define LODE_E_PERMISSION  (-13)    /* not allowed */
#define LODE_E_READONLY    (-14)    /* read-only database/transaction/replica */
#define LODE_E_UNIQUE      (-15)    /* unique or primary key violation */
#define LODE_E_FOREIGNKEY  (-16)    /* foreign key violation */
#define LODE_E_NOTNULL     (-17)    /* NOT NULL violation */
#define LODE_E_CHECK       (-18)    /* CHECK violation */
#define LODE_E_CONSTRAINT  (-19)    /* other integrity constraint (exclusion, trigger...) */
#define LODE_E_DATA        (-20)    /* value out of range, truncated, malformed */
#define LODE_E_CONVERT     (-21)    /* driver cannot deliver this SQL type in the requested repr */
#define LODE_E_SERIALIZE   (-22)    /* serialization failure: retry the transaction */
#define LODE_E_DEADLOCK    (-23)    /* chosen as deadlock victim: retry the transaction */
#define LODE_E_LOCKED      (-24)    /* busy / lock not available / lock timeout */
#define LODE_E_LIMIT       (-25)    /* too many parameters, packet too large, out of resources */
#define LODE_E_IO          (-26)    /* disk or I/O error */
#define LODE_E_STATE       (-27)    /* wrong transaction/pipeline state (aborted transaction...) */
#define LODE_E_NETWORK_TIMEOUT (-28) /* no answer from the server in time */
#define LODE_E_OUTCOME_UNKNOWN (-29) /* connection lost between COMMIT and its answer */
/* library only */
#define LODE_E_POOL_TIMEOUT (-100)  /* no connection became free in time */
#define LODE_E_STALE        (-101)  /* a row that should be there, or its version, is gone */
#define LODE_E_NO_ROW       (-102)  /* "one" found none */
#define LODE_E_MANY_ROWS    (-103)  /* "one" found several */
#define LODE_E_NOT_LOADED   (-104)  /* a raise strategy, or a detached object, was asked to load */
#define LODE_E_CYCLE        (-105)  /* rows or tables that depend on each other */
#define LODE_E_MAPPING      (-106)  /* a class cannot be mapped: says class and member */
#define LODE_E_PLUGIN       (-107)  /* plugin missing, unfit or refused */
#define LODE_E_CONFIG       (-108)  /* configuration or URL wrong */

#endif
