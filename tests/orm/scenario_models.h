/* SPDX-License-Identifier: MIT */
/* tests/orm/scenario_models.h - the classes of the scenarios, and of the tests of sessions, states,
 * relationships and cascades.  One-letter names are those of the scenarios' text. */
#ifndef LODE_TESTS_ORM_SCENARIO_MODELS_H
#define LODE_TESTS_ORM_SCENARIO_MODELS_H
#include "scenario.h"

/* parent and child, linked both ways, no delete cascade */
LODE_DECLARE(P);
LODE_DECLARE(C);
struct P {
	int64_t id;
	const char *name;
	const char *note;
	C_many cs;
};
struct C {
	int64_t id;
	lode_opt_int64 pid;
	int32_t v;
	P_one p;
};

/* rows of one table that refer to each other */
LODE_DECLARE(N);
struct N {
	int64_t id;
	const char *name;
	lode_opt_int64 parent_id;
	N_one parent;
	N_many children;
};

/* as P and C, but a child without parent is deleted */
LODE_DECLARE(A);
LODE_DECLARE(B);
struct A {
	int64_t id;
	const char *name;
	B_many bs;
};
struct B {
	int64_t id;
	const char *name;
	lode_opt_int64 aid;
	A_one a;
};

/* a foreign key and no relationship; the names are against the order */
LODE_DECLARE(Zpar);
LODE_DECLARE(Achild);
struct Zpar {
	int64_t id;
	const char *name;
};
struct Achild {
	int64_t id;
	int64_t zpar_id;
};

/* defaults of the server (a) and of the client (b), and none (c) */
LODE_DECLARE(D);
struct D {
	int64_t id;
	const char *a;
	const char *b;
	const char *c;
};

/* onupdate: a value (u) and an expression (t) */
LODE_DECLARE(U);
LODE_DECLARE(T);
struct U {
	int64_t id;
	const char *c;
	int32_t u;
};
struct T {
	int64_t id;
	const char *c;
	const char *t;
};

/* deleted by the database where the children are not loaded */
LODE_DECLARE(Q);
LODE_DECLARE(R);
struct Q {
	int64_t id;
	const char *name;
	R_many rs;
};
struct R {
	int64_t id;
	lode_opt_int64 qid;
	Q_one q;
};

LODE_DECLARE(Key);      /* a unique value beside the primary key */
struct Key {
	int64_t id;
	const char *code;
};

/* many-to-many, linked both ways */
LODE_DECLARE(Left);
LODE_DECLARE(Right);
struct Left {
	int64_t id;
	const char *name;
	Right_many rs;
};
struct Right {
	int64_t id;
	const char *name;
	Left_many ls;
};

/* one-to-one: the foreign key is the passport's */
LODE_DECLARE(Person);
LODE_DECLARE(Passport);
struct Person {
	int64_t id;
	const char *name;
	Passport_one passport;
};
struct Passport {
	int64_t id;
	lode_opt_int64 person_id;
	Person_one person;
};

/* the foreign key is part of the child's key */
LODE_DECLARE(Sale);
LODE_DECLARE(Line);
struct Sale {
	int64_t id;
	const char *customer;
	Line_many lines;
};
struct Line {
	int64_t sale_id;
	int32_t number;
	const char *what;
	Sale_one sale;
};

/* two classes that refer to each other */
LODE_DECLARE(X);
LODE_DECLARE(Y);
struct X {
	int64_t id;
	lode_opt_int64 y_id;
	Y_one y;
};
struct Y {
	int64_t id;
	lode_opt_int64 x_id;
	X_one x;
};

LODE_DECLARE(Bare);     /* nothing but a generated key */
struct Bare {
	int64_t id;
};

/* children that must have a parent, in an order of their own; a second list beside them */
LODE_DECLARE(House);
LODE_DECLARE(Room);
LODE_DECLARE(Door);
struct House {
	int64_t id;
	const char *name;
	Room_many rooms;
	Door_many doors;
};
struct Door {
	int64_t id;
	lode_opt_int64 house_id;
	House_one house;
};
struct Room {
	int64_t id;
	int64_t house_id;
	const char *name;
	House_one house;
};

/* a list that no member of the other side knows, with all cascades switched off */
LODE_DECLARE(Shelf);
LODE_DECLARE(Book);
struct Shelf {
	int64_t id;
	const char *name;
	Book_many books;
};
struct Book {
	int64_t id;
	lode_opt_int64 shelf_id;
	const char *title;
};

/* all cascades but delete-orphan */
LODE_DECLARE(Folder);
LODE_DECLARE(Page);
struct Folder {
	int64_t id;
	const char *name;
	Page_many pages;
};
struct Page {
	int64_t id;
	lode_opt_int64 folder_id;
	const char *text;
	Folder_one folder;
};

/* children that are the database's affair when their owner goes, loaded or not */
LODE_DECLARE(Mast);
LODE_DECLARE(Sail);
struct Mast {
	int64_t id;
	Sail_many sails;
};
struct Sail {
	int64_t id;
	lode_opt_int64 mast_id;
	Mast_one mast;
};

extern const lode_class *const scenario_models[];
extern const size_t scenario_model_count;
#define OPEN(s, options) scenario_open((s), scenario_models, scenario_model_count, (options))
#endif
