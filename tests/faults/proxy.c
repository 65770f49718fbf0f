/* SPDX-License-Identifier: MIT */
/* tests/faults/proxy.c - see proxy.h.  One thread with poll(); everything it shares is under one
 * mutex. */
#include "proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAIRS 32

struct pair {
	int client, server; /* -1: no pair */
	bool doomed;	    /* what the server says next is not passed on */
};

struct proxy {
	pthread_t thread;
	pthread_mutex_t mutex;
	unsigned server_port, port;
	int listener, stop[2];
	struct pair pairs[PAIRS];
	int countdown;	  /* messages until the cut; 0: none */
	const char *text; /* or the text it waits for */
	enum proxy_cut how;
	bool cut;
};

static int open_socket(unsigned port, bool listening)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 &&
	    (listening ? bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
				 listen(fd, 16) != 0
		       : connect(fd, (struct sockaddr *)&address, sizeof address) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void close_pair(struct pair *pair)
{
	close(pair->client);
	close(pair->server);
	*pair = (struct pair){ -1, -1, false };
}

static void accept_client(proxy *p)
{
	int client = accept(p->listener, NULL, NULL);
	int server = client >= 0 ? open_socket(p->server_port, false) : -1;

	for (int i = 0; server >= 0 && i < PAIRS; i++)
		if (p->pairs[i].client < 0) {
			p->pairs[i] = (struct pair){ client, server, false };
			return;
		}
	if (client >= 0)
		close(client);
	if (server >= 0)
		close(server);
}

/* is this the message? */
static bool is_awaited(proxy *p, const char *data, size_t size)
{
	if (p->text)
		return memmem(data, size, p->text, strlen(p->text)) != NULL;
	return p->countdown > 0 && --p->countdown == 0;
}

static bool send_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		size -= (size_t)sent;
	}
	return true;
}

static void pass_message(proxy *p, struct pair *pair)
{
	char data[16384];
	ssize_t got = recv(pair->client, data, sizeof data, 0);
	bool awaited;

	pthread_mutex_lock(&p->mutex);
	awaited = got > 0 && is_awaited(p, data, (size_t)got);
	if (awaited) {
		p->text = NULL;
		p->countdown = 0;
		p->cut = true;
		pair->doomed = p->how == PROXY_SWALLOW;
	}
	pthread_mutex_unlock(&p->mutex);
	if (got <= 0 || (awaited && !pair->doomed) || !send_all(pair->server, data, (size_t)got))
		close_pair(pair);
}

static void pass_answer(struct pair *pair)
{
	char data[16384];
	ssize_t got = recv(pair->server, data, sizeof data, 0);

	if (got <= 0 || pair->doomed || !send_all(pair->client, data, (size_t)got))
		close_pair(pair);
}

static void *run_proxy(void *context)
{
	proxy *p = context;
	struct pollfd polled[2 + 2 * PAIRS];

	for (;;) {
		polled[0] = (struct pollfd){ p->stop[0], POLLIN, 0 };
		polled[1] = (struct pollfd){ p->listener, POLLIN, 0 };
		for (int i = 0; i < PAIRS; i++) { /* poll() passes over -1 */
			polled[2 + 2 * i] = (struct pollfd){ p->pairs[i].client, POLLIN, 0 };
			polled[3 + 2 * i] = (struct pollfd){ p->pairs[i].server, POLLIN, 0 };
		}
		poll(polled, 2 + 2 * PAIRS, -1);
		if (polled[0].revents)
			return NULL;
		for (int i = 0; i < PAIRS; i++) {
			if (polled[2 + 2 * i].revents)
				pass_message(p, &p->pairs[i]);
			else if (polled[3 + 2 * i].revents)
				pass_answer(&p->pairs[i]);
		}
		if (polled[1].revents)
			accept_client(p);
	}
}

proxy *proxy_start(unsigned server_port)
{
	proxy *p = calloc(1, sizeof *p);
	struct sockaddr_in address;
	socklen_t size = sizeof address;

	pthread_mutex_init(&p->mutex, NULL);
	p->server_port = server_port;
	p->listener = open_socket(0, true);
	for (int i = 0; i < PAIRS; i++)
		p->pairs[i] = (struct pair){ -1, -1, false };
	if (p->listener < 0 || pipe(p->stop) != 0 ||
	    getsockname(p->listener, (struct sockaddr *)&address, &size) != 0 ||
	    pthread_create(&p->thread, NULL, run_proxy, p) != 0)
		abort();
	p->port = ntohs(address.sin_port);
	return p;
}

unsigned proxy_port(const proxy *p)
{
	return p->port;
}

static void arm(proxy *p, int n, const char *text, enum proxy_cut how)
{
	pthread_mutex_lock(&p->mutex);
	p->countdown = n;
	p->text = text;
	p->how = how;
	p->cut = false;
	pthread_mutex_unlock(&p->mutex);
}

void proxy_arm(proxy *p, int n, enum proxy_cut how)
{
	arm(p, n, NULL, how);
}

void proxy_arm_text(proxy *p, const char *text, enum proxy_cut how)
{
	arm(p, 0, text, how);
}

bool proxy_has_cut(proxy *p)
{
	bool cut;

	pthread_mutex_lock(&p->mutex);
	cut = p->cut;
	pthread_mutex_unlock(&p->mutex);
	return cut;
}

void proxy_stop(proxy *p)
{
	if (write(p->stop[1], "", 1) != 1)
		abort();
	pthread_join(p->thread, NULL);
	for (int i = 0; i < PAIRS; i++)
		if (p->pairs[i].client >= 0)
			close_pair(&p->pairs[i]);
	close(p->listener);
	close(p->stop[0]);
	close(p->stop[1]);
	free(p);
}
