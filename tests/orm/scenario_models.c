/* SPDX-License-Identifier: MIT */
/* tests/orm/scenario_models.c - see scenario_models.h. */
#include "scenario_models.h"

#define OWNS (LODE_CASCADE_ALL | LODE_CASCADE_DELETE_ORPHAN)

LODE_CLASS(P, "p",
	LODE_COLUMN(P, id, .primary_key = true),
	LODE_COLUMN(P, name),
	LODE_COLUMN(P, note, .nullable = true),
	LODE_TO_MANY(P, cs, C, .back_populates = "p", .order_by = "id"));

LODE_CLASS(C, "c",
	LODE_COLUMN(C, id, .primary_key = true),
	LODE_COLUMN(C, pid, .foreign_key = "p.id"),
	LODE_COLUMN(C, v),
	LODE_TO_ONE(C, p, P, .back_populates = "cs"));

LODE_CLASS(N, "n",
	LODE_COLUMN(N, id, .primary_key = true),
	LODE_COLUMN(N, name),
	LODE_COLUMN(N, parent_id, .foreign_key = "n.id"),
	LODE_TO_ONE(N, parent, N, .back_populates = "children", .remote_side = "id"),
	LODE_TO_MANY(N, children, N, .back_populates = "parent", .order_by = "id"));

LODE_CLASS(A, "a",
	LODE_COLUMN(A, id, .primary_key = true),
	LODE_COLUMN(A, name),
	LODE_TO_MANY(A, bs, B, .back_populates = "a", .cascade = OWNS, .order_by = "id"));

LODE_CLASS(B, "b",
	LODE_COLUMN(B, id, .primary_key = true),
	LODE_COLUMN(B, name),
	LODE_COLUMN(B, aid, .foreign_key = "a.id"),
	LODE_TO_ONE(B, a, A, .back_populates = "bs"));

LODE_CLASS(Achild, "achild",
	LODE_COLUMN(Achild, id, .primary_key = true),
	LODE_COLUMN(Achild, zpar_id, .foreign_key = "zpar.id"));

LODE_CLASS(Zpar, "zpar",
	LODE_COLUMN(Zpar, id, .primary_key = true),
	LODE_COLUMN(Zpar, name));

LODE_CLASS(D, "d",
	LODE_COLUMN(D, id, .primary_key = true),
	LODE_COLUMN(D, a, .nullable = true, .server_default = LODE_DEFAULT_STRING("server")),
	LODE_COLUMN(D, b, .nullable = true, .insert_default = LODE_DEFAULT_STRING("client")),
	LODE_COLUMN(D, c, .nullable = true));

LODE_CLASS(U, "u",
	LODE_COLUMN(U, id, .primary_key = true),
	LODE_COLUMN(U, c),
	LODE_COLUMN(U, u, .onupdate = LODE_DEFAULT_INT(7)));

LODE_CLASS(T, "t",
	LODE_COLUMN(T, id, .primary_key = true),
	LODE_COLUMN(T, c),
	LODE_COLUMN(T, t, .nullable = true, .onupdate = LODE_SQL("'now'")));

LODE_CLASS(Q, "q",
	LODE_COLUMN(Q, id, .primary_key = true),
	LODE_COLUMN(Q, name),
	LODE_TO_MANY(Q, rs, R, .back_populates = "q", .cascade = LODE_CASCADE_ALL,
	             .passive_deletes = true, .order_by = "id"));

LODE_CLASS(R, "r",
	LODE_COLUMN(R, id, .primary_key = true),
	LODE_COLUMN(R, qid, .foreign_key = "q.id", .on_delete = "CASCADE"),
	LODE_TO_ONE(R, q, Q, .back_populates = "rs"));

LODE_CLASS(Key, "keys",
	LODE_COLUMN(Key, id, .primary_key = true),
	LODE_COLUMN(Key, code, .unique = true));

LODE_CLASS(Left, "l",
	LODE_COLUMN(Left, id, .primary_key = true),
	LODE_COLUMN(Left, name),
	LODE_TO_MANY(Left, rs, Right, .secondary = "l_right", .back_populates = "ls", .order_by = "id"));

LODE_CLASS(Right, "right_side",
	LODE_COLUMN(Right, id, .primary_key = true),
	LODE_COLUMN(Right, name),
	LODE_TO_MANY(Right, ls, Left, .secondary = "l_right", .back_populates = "rs", .order_by = "id"));

LODE_CLASS(Person, "person",
	LODE_COLUMN(Person, id, .primary_key = true),
	LODE_COLUMN(Person, name),
	LODE_TO_ONE(Person, passport, Passport, .back_populates = "person"));

LODE_CLASS(Passport, "passport",
	LODE_COLUMN(Passport, id, .primary_key = true),
	LODE_COLUMN(Passport, person_id, .foreign_key = "person.id"),
	LODE_TO_ONE(Passport, person, Person, .back_populates = "passport"));

LODE_CLASS(Sale, "sale",
	LODE_COLUMN(Sale, id, .primary_key = true),
	LODE_COLUMN(Sale, customer),
	LODE_TO_MANY(Sale, lines, Line, .back_populates = "sale", .order_by = "number"));

LODE_CLASS(Line, "line",
	LODE_COLUMN(Line, sale_id, .primary_key = true, .foreign_key = "sale.id"),
	LODE_COLUMN(Line, number, .primary_key = true),
	LODE_COLUMN(Line, what),
	LODE_TO_ONE(Line, sale, Sale, .back_populates = "lines"));

LODE_CLASS(X, "x",
	LODE_COLUMN(X, id, .primary_key = true),
	LODE_COLUMN(X, y_id, .foreign_key = "y.id"),
	LODE_TO_ONE(X, y, Y, .foreign_key = "y_id"));

LODE_CLASS(Y, "y",
	LODE_COLUMN(Y, id, .primary_key = true),
	LODE_COLUMN(Y, x_id, .foreign_key = "x.id"),
	LODE_TO_ONE(Y, x, X, .foreign_key = "x_id"));

LODE_CLASS(Bare, "bare",
	LODE_COLUMN(Bare, id, .primary_key = true));

LODE_CLASS(House, "house",
	LODE_COLUMN(House, id, .primary_key = true),
	LODE_COLUMN(House, name),
	LODE_TO_MANY(House, rooms, Room, .back_populates = "house", .order_by = "-name"),
	LODE_TO_MANY(House, doors, Door, .back_populates = "house", .order_by = "id"));

LODE_CLASS(Door, "door",
	LODE_COLUMN(Door, id, .primary_key = true),
	LODE_COLUMN(Door, house_id, .foreign_key = "house.id"),
	LODE_TO_ONE(Door, house, House, .back_populates = "doors"));

LODE_CLASS(Room, "room",
	LODE_COLUMN(Room, id, .primary_key = true),
	LODE_COLUMN(Room, house_id, .foreign_key = "house.id"),
	LODE_COLUMN(Room, name),
	LODE_TO_ONE(Room, house, House, .back_populates = "rooms"));

LODE_CLASS(Shelf, "shelf",
	LODE_COLUMN(Shelf, id, .primary_key = true),
	LODE_COLUMN(Shelf, name),
	LODE_TO_MANY(Shelf, books, Book, .cascade = LODE_CASCADE_NONE));

LODE_CLASS(Book, "book",
	LODE_COLUMN(Book, id, .primary_key = true),
	LODE_COLUMN(Book, shelf_id, .foreign_key = "shelf.id"),
	LODE_COLUMN(Book, title));

LODE_CLASS(Folder, "folder",
	LODE_COLUMN(Folder, id, .primary_key = true),
	LODE_COLUMN(Folder, name),
	LODE_TO_MANY(Folder, pages, Page, .back_populates = "folder", .cascade = LODE_CASCADE_ALL,
	             .order_by = "id"));

LODE_CLASS(Page, "page",
	LODE_COLUMN(Page, id, .primary_key = true),
	LODE_COLUMN(Page, folder_id, .foreign_key = "folder.id"),
	LODE_COLUMN(Page, text),
	LODE_TO_ONE(Page, folder, Folder, .back_populates = "pages"));

LODE_CLASS(Mast, "mast",
	LODE_COLUMN(Mast, id, .primary_key = true),
	LODE_TO_MANY(Mast, sails, Sail, .back_populates = "mast",
	             .passive_deletes = LODE_PASSIVE_DELETES_ALL, .order_by = "id"));

LODE_CLASS(Sail, "sail",
	LODE_COLUMN(Sail, id, .primary_key = true),
	LODE_COLUMN(Sail, mast_id, .foreign_key = "mast.id", .on_delete = "SET NULL"),
	LODE_TO_ONE(Sail, mast, Mast, .back_populates = "sails"));

const lode_class *const scenario_models[] = {
	&P_class, &C_class, &N_class, &A_class, &B_class, &Achild_class, &Zpar_class, &D_class,
	&U_class, &T_class, &Q_class, &R_class, &Key_class, &Left_class, &Right_class, &Person_class,
	&Passport_class, &Sale_class, &Line_class, &X_class, &Y_class, &Bare_class, &House_class,
	&Door_class, &Room_class, &Shelf_class, &Book_class, &Folder_class, &Page_class,
	&Mast_class, &Sail_class,
};
const size_t scenario_model_count = sizeof scenario_models / sizeof *scenario_models;
