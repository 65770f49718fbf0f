/* SPDX-License-Identifier: MIT */
/* tests/faults/proxy.h - stands between a client and a server on 127.0.0.1 and cuts connections.
 *
 * What the client sends at a time is a message: both protocols wait for an answer. */
#ifndef LODE_TESTS_PROXY_H
#define LODE_TESTS_PROXY_H
#include <stdbool.h>

typedef struct proxy proxy;

enum proxy_cut {
	PROXY_DROP,   /* the message does not reach the server */
	PROXY_SWALLOW /* it does, but its answer not the client */
};

proxy *proxy_start(unsigned server_port);
unsigned proxy_port(const proxy *p);
/* cut the connection that sends the n-th message from now on, and no later one; 0: let all pass */
void proxy_arm(proxy *p, int n, enum proxy_cut how);
/* the same for the first message that has the text in it */
void proxy_arm_text(proxy *p, const char *text, enum proxy_cut how);
bool proxy_has_cut(proxy *p); /* since it was armed */
void proxy_stop(proxy *p);

#endif
