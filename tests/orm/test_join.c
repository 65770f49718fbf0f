/* SPDX-License-Identifier: MIT */
/* orm/join: which foreign key a relationship joins on, in which direction, in which order. */
#include "../check_tap.h"
#include "describe.h"
#include "models.h"

DEFINE_MODELS;

/* self-referential: up and down */
LODE_DECLARE(Node);
struct Node {
	int64_t id;
	lode_opt_int64 parent_id;
	Node_one parent;
	Node_many children;
};
LODE_CLASS(Node, "node", LODE_COLUMN(Node, id, .primary_key = true),
	   LODE_COLUMN(Node, parent_id, .foreign_key = "node.id"),
	   LODE_TO_ONE(Node, parent, Node, .back_populates = "children"),
	   LODE_TO_MANY(Node, children, Node, .back_populates = "parent",
			.order_by = "-id, parent_id"));

/* self-referential, one-to-one: a chain */
LODE_DECLARE(Chain);
struct Chain {
	int64_t id;
	lode_opt_int64 next_id;
	Chain_one next;
	Chain_one previous;
};
LODE_CLASS(Chain, "chain",
	LODE_COLUMN(Chain, id, .primary_key = true),
	LODE_COLUMN(Chain, next_id, .foreign_key = "chain.id"),
	LODE_TO_ONE(Chain, next, Chain, .back_populates = "previous", .remote_side = "id"),
	LODE_TO_ONE(Chain, previous, Chain, .back_populates = "next", .remote_side = "next_id"));

/* one-to-one: the side without the foreign key */
LODE_DECLARE(Owner);
LODE_DECLARE(Passport);
struct Owner {
	int64_t id;
	Passport_one passport;
};
struct Passport {
	int64_t id;
	int64_t owner_id;
	Owner_one owner;
};
LODE_CLASS(Owner, "owner",
	LODE_COLUMN(Owner, id, .primary_key = true),
	LODE_TO_ONE(Owner, passport, Passport, .back_populates = "owner"));
LODE_CLASS(Passport, "passport",
	LODE_COLUMN(Passport, id, .primary_key = true),
	LODE_COLUMN(Passport, owner_id, .foreign_key = "owner.id"),
	LODE_TO_ONE(Passport, owner, Owner, .back_populates = "passport"));

/* composite, and declared against the order of the key; a reference that is not the key */
LODE_DECLARE(Line);
LODE_DECLARE(Part);
struct Line {
	int32_t order_id;
	int32_t line;
	const char *code;
	Part_many parts;
};
struct Part {
	int64_t id;
	int32_t at_line;
	int32_t at_order;
	const char *line_code;
	Line_one line;
	Line_one coded;
};
LODE_CLASS(Line, "line",
	LODE_COLUMN(Line, order_id, .primary_key = true),
	LODE_COLUMN(Line, line, .primary_key = true),
	LODE_COLUMN(Line, code, .unique = true),
	LODE_TO_MANY(Line, parts, Part, .back_populates = "line"));
LODE_CLASS(Part, "part", LODE_COLUMN(Part, id, .primary_key = true), LODE_COLUMN(Part, at_line),
	   LODE_COLUMN(Part, at_order), LODE_COLUMN(Part, line_code, .foreign_key = "line.code"),
	   LODE_FOREIGN_KEY("at_line, at_order", "line.line, line.order_id"),
	   LODE_TO_ONE(Part, line, Line, .back_populates = "parts",
		       .foreign_key = "at_order, at_line"),
	   LODE_TO_ONE(Part, coded, Line, .foreign_key = "line_code"));

/* two keys to one table, told apart; foreign keys both ways */
LODE_DECLARE(Place);
LODE_DECLARE(Trip);
struct Place {
	int64_t id;
	int64_t best_trip_id;
	Trip_many departures;
	Trip_many arrivals;
	Trip_one best;
};
struct Trip {
	int64_t id;
	int64_t from_id;
	int64_t to_id;
	Place_one from;
	Place_one to;
};
LODE_CLASS(Place, "place",
	LODE_COLUMN(Place, id, .primary_key = true),
	LODE_COLUMN(Place, best_trip_id, .foreign_key = "trip.id"),
	LODE_TO_MANY(Place, departures, Trip, .back_populates = "from"),
	LODE_TO_MANY(Place, arrivals, Trip, .back_populates = "to", .foreign_key = "to_id"),
	LODE_TO_ONE(Place, best, Trip, .foreign_key = "best_trip_id"));
LODE_CLASS(Trip, "trip",
	LODE_COLUMN(Trip, id, .primary_key = true),
	LODE_COLUMN(Trip, from_id, .foreign_key = "place.id"),
	LODE_COLUMN(Trip, to_id, .foreign_key = "place.id"),
	LODE_TO_ONE(Trip, from, Place, .back_populates = "departures", .foreign_key = "from_id"),
	LODE_TO_ONE(Trip, to, Place, .back_populates = "arrivals"));

/* a mixin with a foreign key and a relationship */
LODE_DECLARE(Owned);
LODE_DECLARE(Car);
LODE_DECLARE(Boat);
struct Owned {
	int64_t owner_id;
	int64_t seller_id;
	Owner_one owner;
};
struct Car {
	int64_t id;
	Owned owned;
};
struct Boat {
	Owned owned;
	int64_t id;
};
LODE_MIXIN(Owned,
	LODE_COLUMN(Owned, owner_id, .foreign_key = "owner.id"),
	LODE_COLUMN(Owned, seller_id, .foreign_key = "owner.id"),
	LODE_TO_ONE(Owned, owner, Owner, .foreign_key = "owner_id"));
LODE_CLASS(Car, "car", LODE_COLUMN(Car, id, .primary_key = true), LODE_INCLUDE(Car, owned, Owned));
LODE_CLASS(Boat, "boat", LODE_INCLUDE(Boat, owned, Owned),
	   LODE_COLUMN(Boat, id, .primary_key = true));

static const struct { const lode_class *class_; const char *member, *text;
} joined[] = {
	{ &User_class, "addresses",
	  "User.addresses one-to-many Address id=user_id reverse user order id" },
	{ &Address_class, "user",
	  "Address.user many-to-one User user_id=id reverse addresses by key" },
	{ &User_class, "keywords",
	  "User.keywords many-to-many Keyword id=user_account_id by "
	  "user_keyword keyword_id=id" },
	{ &Node_class, "parent",
	  "Node.parent many-to-one Node parent_id=id reverse children by key" },
	{ &Node_class, "children",
	  "Node.children one-to-many Node id=parent_id reverse parent "
	  "order -id order parent_id" },
	{ &Chain_class, "next", "Chain.next many-to-one Chain next_id=id reverse previous by key" },
	{ &Chain_class, "previous",
	  "Chain.previous one-to-many scalar Chain id=next_id reverse next" },
	{ &Owner_class, "passport",
	  "Owner.passport one-to-many scalar Passport id=owner_id reverse owner" },
	{ &Passport_class, "owner",
	  "Passport.owner many-to-one Owner owner_id=id reverse passport by key" },
	{ &Line_class, "parts",
	  "Line.parts one-to-many Part order_id=at_order line=at_line reverse line" },
	{ &Part_class, "line",
	  "Part.line many-to-one Line at_order=order_id at_line=line reverse parts by key" },
	{ &Part_class, "coded", "Part.coded many-to-one Line line_code=code" },
	{ &Place_class, "departures", "Place.departures one-to-many Trip id=from_id reverse from" },
	{ &Place_class, "arrivals", "Place.arrivals one-to-many Trip id=to_id reverse to" },
	{ &Place_class, "best", "Place.best many-to-one Trip best_trip_id=id by key" },
	{ &Trip_class, "from", "Trip.from many-to-one Place from_id=id reverse departures by key" },
	{ &Trip_class, "to", "Trip.to many-to-one Place to_id=id reverse arrivals by key" },
	{ &Car_class, "owned.owner", "Car.owned.owner many-to-one Owner owned.owner_id=id by key" },
	{ &Boat_class, "owned.owner",
	  "Boat.owned.owner many-to-one Owner owned.owner_id=id by key" },
};

START_TEST(relationship_is_joined)
{
	lode_registry *registry = lode_registry_new(NULL);
	lode_error error = LODE_ERROR_INIT;
	const lode_relationship *r;

	lode_registry_map_annotation(registry, "bigint", LODE_TYPE(LODE_BIG_INTEGER));
	ck_assert_msg(LODE_MAP(registry, &error, User, Node, Chain, Owner, Line, Place, Car,
			       Boat) == LODE_OK,
		      "%s", error.message);
	ck_assert_msg(lode_registry_configure(registry, &error) == LODE_OK, "%s", error.message);
	r = lode_mapper_relationship(lode_inspect_class(registry, joined[_i].class_, NULL),
	                             joined[_i].member);
	ck_assert_str_eq(describe_relationship(r), joined[_i].text);
	ck_assert(r->self_referential == (r->owner == r->target));
	ck_assert(!r->reverse || r->reverse->reverse == r);
	for (size_t i = 0; i < r->path.count; i++)
		ck_assert_ptr_eq(r->path.near[i], r->pairs[i].owner_column);
	lode_registry_free(registry);
}
END_TEST

/* ------------------------------------------------------------------ what is refused */

LODE_DECLARE(Far);
LODE_DECLARE(Bad);
struct Far {
	int64_t id;
	int64_t bad_id;
	int64_t other_id;
	const char *name;
	Bad_one bad;
	Bad_many bads;
};
struct Bad {
	int64_t id;
	int64_t far_id;
	int64_t other_id;
	Far_one far;
	Far_many fars;
	Bad_one up;
	Bad_one down;
};

#define BAD_(n, far_decls, bad_decls)                                                              \
	static const lode_class Far##n##_class, Bad##n##_class;                                    \
	static const lode_decl far##n##_decls[] = { LODE_COLUMN(Far, id, .primary_key = true),     \
						    UNPACK far_decls };                            \
	static const lode_decl bad##n##_decls[] = { LODE_COLUMN(Bad, id, .primary_key = true),     \
						    UNPACK bad_decls };                            \
	static const lode_class Far##n##_class = { sizeof(lode_class),                             \
						   sizeof(lode_decl),                              \
						   "Far",                                          \
						   "far",                                          \
						   sizeof(Far),                                    \
						   far##n##_decls,                                 \
						   sizeof far##n##_decls / sizeof(lode_decl),      \
						   0,                                              \
						   8 };                                            \
	static const lode_class Bad##n##_class = { sizeof(lode_class),                             \
						   sizeof(lode_decl),                              \
						   "Bad",                                          \
						   "bad",                                          \
						   sizeof(Bad),                                    \
						   bad##n##_decls,                                 \
						   sizeof bad##n##_decls / sizeof(lode_decl),      \
						   0,                                              \
						   8 }
#define UNPACK(...) __VA_ARGS__
#define ONE(T, m, to, ...) { .kind = LODE_DECL_TO_ONE, .u = { .relationship = { .member = #m, \
	.offset = offsetof(T, m), .target = &to##_class, __VA_ARGS__ } } }
#define MANY(T, m, to, ...) { .kind = LODE_DECL_TO_MANY, .u = { .relationship = { .member = #m, \
	.offset = offsetof(T, m), .target = &to##_class, __VA_ARGS__ } } }
#define FK(T, m, to) LODE_COLUMN(T, m, .foreign_key = to)

/* none; only the wrong way round; several; both ways */
BAD_(0, (LODE_COLUMN(Far, name)), (MANY(Bad, fars, Far0, .lazy = 0)));
BAD_(1, (LODE_COLUMN(Far, name)), (ONE(Bad, far, Far1, .lazy = 0)));
BAD_(2, (LODE_COLUMN(Far, name)), (FK(Bad, far_id, "far.id"), MANY(Bad, fars, Far2, .lazy = 0)));
BAD_(3, (LODE_COLUMN(Far, name)), (FK(Bad, far_id, "far.id"), FK(Bad, other_id, "far.id"),
	ONE(Bad, far, Far3, .lazy = 0)));
BAD_(4, (FK(Far, bad_id, "bad.id"), FK(Far, other_id, "bad.id")),
     (MANY(Bad, fars, Far4, .lazy = 0)));
BAD_(5, (FK(Far, bad_id, "bad.id")), (FK(Bad, far_id, "far.id"), ONE(Bad, far, Far5, .lazy = 0)));
/* names */
BAD_(6, (LODE_COLUMN(Far, name)), (FK(Bad, far_id, "far.id"),
	ONE(Bad, far, Far6, .foreign_key = "far_di")));
BAD_(7, (LODE_COLUMN(Far, name)), (FK(Bad, far_id, "far.id"),
	ONE(Bad, far, Far7, .foreign_key = "id")));
BAD_(8, (LODE_COLUMN(Far, name)), (FK(Bad, far_id, "far.id"),
	ONE(Bad, far, Far8, .remote_side = "nmae")));
BAD_(9, (LODE_COLUMN(Far, name)), (FK(Bad, far_id, "far.id"),
	ONE(Bad, far, Far9, .remote_side = "name")));
/* a foreign key to a column that is not there */
BAD_(10, (LODE_COLUMN(Far, name)), (FK(Bad, far_id, "far.idd"), ONE(Bad, far, Far10, .lazy = 0)));
/* a secondary */
BAD_(11, (LODE_COLUMN(Far, name)), (ONE(Bad, far, Far11, .secondary = "link")));
BAD_(12, (LODE_COLUMN(Far, name)), (MANY(Bad, fars, Far12, .secondary = "far")));
BAD_(13, (LODE_COLUMN(Far, name)), (MANY(Bad, fars, Far13, .secondary = "x.")));

static const struct {
	const lode_class *class_;
	lode_status status;
	const char *message;
} refused[] = {
	{ &Bad0_class, LODE_E_MAPPING,
	  "Bad.fars: there is no foreign key between \"bad\" and \"far\": "
	  "give a column of Far .foreign_key = \"bad.id\", or this relationship .secondary" },
	{ &Bad1_class, LODE_E_MAPPING,
	  "Bad.far: there is no foreign key between \"bad\" and \"far\": "
	  "give a column of Bad .foreign_key = \"far.id\"" },
	{ &Bad2_class, LODE_E_MAPPING,
	  "Bad.fars: the foreign key is in \"bad\", so this is one Far: "
	  "use LODE_TO_ONE, or .secondary for a many-to-many" },
	{ &Bad3_class, LODE_E_MAPPING,
	  "Bad.far: several foreign keys join \"bad\" and \"far\": "
	  "say which with .foreign_key = \"far_id\" or \"other_id\"" },
	{ &Bad4_class, LODE_E_MAPPING,
	  "Bad.fars: several foreign keys join \"bad\" and \"far\": "
	  "say which with .foreign_key = \"bad_id\" or \"other_id\"" },
	{ &Bad5_class, LODE_E_MAPPING,
	  "Bad.far: several foreign keys join \"bad\" and \"far\": "
	  "say which with .foreign_key = \"far_id\" or \"bad_id\"" },
	{ &Bad6_class, LODE_E_MAPPING,
	  "Bad.far: .foreign_key: Bad or Far has no column member "
	  "\"far_di\"; did you mean \"far_id\"?" },
	{ &Bad7_class, LODE_E_MAPPING,
	  "Bad.far: no foreign key between \"bad\" and \"far\" fits "
	  ".foreign_key = \"id\"" },
	{ &Bad8_class, LODE_E_MAPPING,
	  "Bad.far: .remote_side: Far has no column member \"nmae\"; "
	  "did you mean \"name\"?" },
	{ &Bad9_class, LODE_E_MAPPING,
	  "Bad.far: no foreign key between \"bad\" and \"far\" fits "
	  ".remote_side = \"name\"" },
	{ &Bad10_class, LODE_E_NO_OBJECT, NULL },
	{ &Bad11_class, LODE_E_MAPPING, "Bad.far: .secondary is for LODE_TO_MANY" },
	{ &Bad12_class, LODE_E_MAPPING, "Bad.fars: .secondary \"far\" is the table of Far itself" },
	{ &Bad13_class, LODE_E_MAPPING,
	  "Bad.fars: .secondary \"x.\" is not \"table\" or \"schema.table\"" },
};

START_TEST(wrong_relationship_is_refused)
{
	lode_registry *registry = lode_registry_new(NULL);
	const lode_class *class_ = refused[_i].class_;
	lode_error error = LODE_ERROR_INIT;

	ck_assert_int_eq(lode_registry_map(registry, &class_, 1, &error), refused[_i].status);
	if (refused[_i].message)
		ck_assert_str_eq(error.message, refused[_i].message);
	else
		ck_assert_ptr_nonnull(strstr(error.message, "did you mean"));
	lode_registry_free(registry);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orm/join");
	TCase *tcase = tcase_create("join");

	tcase_add_loop_test(tcase, relationship_is_joined, 0,
			    (int)(sizeof joined / sizeof joined[0]));
	tcase_add_loop_test(tcase, wrong_relationship_is_refused, 0,
	                    (int)(sizeof refused / sizeof refused[0]));
	suite_add_tcase(suite, tcase);
	return lode_test_run(suite);
}
