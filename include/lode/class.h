/* SPDX-License-Identifier: MIT */
/* lode/class.h - mapped classes: their declarations, the registry that maps them, and inspection.
 *
 * A class is a plain C struct.  LODE_DECLARE(User); in a header names the types that belong to it,
 * LODE_CLASS(User, "user_account", ...) in one source file lists its columns, relationships and
 * constraints.  The list is constant data; nothing runs before LODE_MAP reads it.  The macros need
 * C11 with __typeof__, C23 or C++20; the types and functions are for any C99 and C++98 and up. */
#ifndef LODE_CLASS_H
#define LODE_CLASS_H

#include <stddef.h>
#include <stdint.h>

#include <lode/error.h>
#include <lode/schema.h>
#include <lode/types.h>

#ifdef __cplusplus
#include <initializer_list>
#include <type_traits>
extern "C" {
#endif

/* ------------------------------------------------------------------ declarations */

typedef struct lode_class lode_class;

/* Cascades of a relationship: what an operation on the owner does to what it refers to.  None given
 * means LODE_CASCADE_SAVE_UPDATE | LODE_CASCADE_MERGE. */
enum {
	LODE_CASCADE_SAVE_UPDATE = 1,
	LODE_CASCADE_MERGE = 2,
	LODE_CASCADE_EXPUNGE = 4,
	LODE_CASCADE_REFRESH_EXPIRE = 8,
	LODE_CASCADE_DELETE = 16,
	LODE_CASCADE_DELETE_ORPHAN = 32,    /* one-to-many only; wants DELETE beside it */
	LODE_CASCADE_ALL = 31,              /* all but delete-orphan */
	LODE_CASCADE_NONE = 64              /* not even the default */
};

/* When a relationship is loaded. */
enum {
	LODE_LAZY_SELECT = 0,               /* when first read, once for all of a result */
	LODE_LAZY_SELECTIN = 1,             /* with its owners, by one more SELECT */
	LODE_LAZY_JOINED = 2,               /* with its owners, by an outer join */
	LODE_LAZY_RAISE = 3,                /* never: reading it is LODE_E_NOT_LOADED */
	LODE_LAZY_RAISE_ON_SQL = 4          /* the same, but a many-to-one whose target the session
	                                       has, or whose key is NULL, is read */
};

/* .passive_deletes: not even those that are loaded are touched when their owner is deleted; not with
 * the cascades delete and delete-orphan */
#define LODE_PASSIVE_DELETES_ALL 2

typedef enum lode_decl_kind {
	LODE_DECL_COLUMN = 1,
	LODE_DECL_TO_ONE,
	LODE_DECL_TO_MANY,
	LODE_DECL_UNIQUE,
	LODE_DECL_INDEX,
	LODE_DECL_CHECK,
	LODE_DECL_FOREIGN_KEY,
	LODE_DECL_TABLE,
	LODE_DECL_INCLUDE
} lode_decl_kind;

/* LODE_COLUMN: options in this order in C++ */
typedef struct lode_column_decl {
	const char *member;                 /* the first four are the macro's */
	size_t offset, size;
	lode_ctype ctype;
	const char *name;                   /* of the column; NULL: as the member */
	const char *annotation;             /* name in the registry's type map */
	const lode_type *type;              /* wins over annotation and member type */
	bool primary_key;
	bool nullable;                      /* text, bytes, JSON; scalars use lode_opt_* instead */
	bool not_null;                      /* NOT NULL although the member is a lode_opt_* */
	bool unique, index;                 /* both: a unique index */
	const char *foreign_key;            /* "table.column" or "schema.table.column" */
	const char *on_delete, *on_update;  /* "CASCADE", "SET NULL"... of the foreign key */
	uint32_t length;                    /* of text or bytes; 0: that of the type */
	lode_default insert_default;        /* sent by INSERTs that do not name the member */
	lode_default server_default;        /* DEFAULT clause */
	lode_default onupdate;              /* sent by UPDATEs that do not set the member */
	uint32_t autoincrement;             /* LODE_AUTOINCREMENT_* */
	const char *comment;
	const char *const *enum_names;      /* store as text: value i is name i; ends with NULL */
} lode_column_decl;

/* LODE_TO_ONE, LODE_TO_MANY: strings name members, those of a mixin as "stamps.created_at" */
typedef struct lode_relationship_decl {
	const char *member;                 /* the first three are the macro's */
	size_t offset;
	const lode_class *target;
	const char *back_populates;         /* the relationship of the target that leads back */
	uint32_t cascade;                   /* LODE_CASCADE_* */
	uint32_t lazy;                      /* LODE_LAZY_* */
	const char *secondary;              /* link table of a many-to-many */
	const char *foreign_key;            /* which one, if there are several: its members, or with
	                                       .secondary its columns that refer to the owner */
	const char *remote_side;            /* which direction, if both are possible: members of the
	                                       target that the join ends at */
	const char *order_by;               /* members of the target, "-" in front descends */
	uint32_t passive_deletes;           /* true: leave unloaded ones to ON DELETE of the
	                                       database; LODE_PASSIVE_DELETES_ALL: loaded ones too */
} lode_relationship_decl;

/* LODE_UNIQUE, LODE_INDEX */
typedef struct lode_key_decl {
	const char *members;                /* "a, b"; in an index "-a" descends */
	const char *name;
	bool unique;                        /* of an index */
	const char *where;                  /* SQL condition of a partial index */
	const char *comment;                /* a unique constraint's wants a name */
} lode_key_decl;

/* LODE_CHECK */
typedef struct lode_check_decl {
	const char *sql;
	const char *name;
	const char *comment;                /* wants a name */
} lode_check_decl;

/* LODE_FOREIGN_KEY */
typedef struct lode_foreign_key_decl {
	const char *members;                /* "a, b" */
	const char *target;                 /* "table.a, table.b", as in lode_column_decl */
	const char *name;
	const char *on_delete, *on_update;
	bool deferrable;
	const char *initially;              /* "DEFERRED", "IMMEDIATE" */
	const char *match;                  /* "FULL"... */
	const char *comment;                /* wants a name */
} lode_foreign_key_decl;

/* LODE_TABLE */
typedef struct lode_table_decl {
	const char *schema;                 /* NULL: the default of the metadata */
	const char *comment;
	const lode_dialect_sql *dialect_sql;    /* LODE_DIALECT_SQL({ "sqlite", .sql = "STRICT" });
	                                           ends with one whose sql is NULL */
} lode_table_decl;

/* LODE_INCLUDE */
typedef struct lode_include_decl {
	const char *member;
	size_t offset;
	const lode_class *base;
} lode_include_decl;

typedef struct lode_decl {
	lode_decl_kind kind;
	uint32_t reserved;
	union {
		lode_column_decl column;
		lode_relationship_decl relationship;
		lode_key_decl key;
		lode_check_decl check;
		lode_foreign_key_decl foreign_key;
		lode_table_decl table;
		lode_include_decl include;
	} u;
} lode_decl;

/* flags of a class */
enum {
	LODE_CLASS_MIXIN = 1,               /* for LODE_INCLUDE only */
	LODE_CLASS_ABSTRACT = 2             /* the same, but a base and no ingredient */
};

/* The descriptor: constant data that must outlive every registry that maps it.  Made by LODE_CLASS;
 * grows only at its end, and so do the parts of lode_decl. */
struct lode_class {
	uint32_t struct_size, decl_size;    /* as the program that made it knows them */
	const char *name;
	const char *table;                  /* NULL: mixin or abstract */
	size_t object_size;
	const lode_decl *decls;
	size_t decl_count;
	uint32_t flags;                     /* LODE_CLASS_* */
	uint32_t object_align;              /* of the struct; 0: 8 */
};

/* a list of objects that a query returned, before its macro gives it a type */
typedef struct lode_list {
	void **items;
	size_t count;
} lode_list;

#define LODE_DECLARE(T) \
	typedef struct T T; \
	LODE_DECLARE_TYPE(T)
/* T is a type already, such as one of a foreign header */
#define LODE_DECLARE_TYPE(T) \
	typedef struct T##_list { T **items; size_t count; } T##_list; \
	typedef struct T##_one { T *ref_; } T##_one; \
	typedef union T##_many { void *state_; T *item_; } T##_many; \
	LODE_UNUSED_ static inline T##_list T##_list_(lode_list raw) \
	{ \
		T##_list list = { (T **)raw.items, raw.count }; \
		return list; \
	} \
	LODE_EXTERN const lode_class T##_class

/* what a designator leaves out is zero by design; only C++ compilers remark on it */
#if defined(__cplusplus) && defined(__GNUC__)
#define LODE_QUIET_ \
	_Pragma("GCC diagnostic push") \
	_Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")
#define LODE_LOUD_ _Pragma("GCC diagnostic pop")
#else
#define LODE_QUIET_
#define LODE_LOUD_
#endif

#define LODE_CLASS(T, table_name, ...) LODE_CLASS_(T, "" table_name "", 0, __VA_ARGS__)
#define LODE_MIXIN(T, ...) LODE_CLASS_(T, NULL, LODE_CLASS_MIXIN, __VA_ARGS__)
#define LODE_ABSTRACT(T, ...) LODE_CLASS_(T, NULL, LODE_CLASS_ABSTRACT, __VA_ARGS__)
#ifdef __cplusplus
#define LODE_ALIGN_OF_(T) ((uint32_t)alignof(T))
#else
#define LODE_ALIGN_OF_(T) ((uint32_t)_Alignof(T))
#endif
#define LODE_CLASS_(T, table_name, class_flags, ...) \
	LODE_QUIET_ static const lode_decl T##_decls_[] = { __VA_ARGS__ }; LODE_LOUD_ \
	const lode_class T##_class = { \
		(uint32_t)sizeof(lode_class), (uint32_t)sizeof(lode_decl), #T, table_name, \
		sizeof(T), T##_decls_, sizeof T##_decls_ / sizeof T##_decls_[0], class_flags, \
		LODE_ALIGN_OF_(T) }

#define LODE_COLUMN(...) LODE_COLUMN_(__VA_ARGS__, )
#define LODE_COLUMN_(T, m, ...) \
	{ .kind = LODE_DECL_COLUMN, .u = { .column = { \
		.member = #m, .offset = offsetof(T, m), .size = LODE_SIZE_(T, m), \
		.ctype = LODE_CTYPE_(T, m), __VA_ARGS__ } } }
#define LODE_TO_ONE(...) LODE_TO_ONE_(__VA_ARGS__, )
#define LODE_TO_ONE_(T, m, Target, ...) \
	{ .kind = LODE_DECL_TO_ONE, .u = { .relationship = { \
		.member = #m, .offset = offsetof(T, m), \
		.target = LODE_IF_SAME_(T, m, Target##_one, &Target##_class), __VA_ARGS__ } } }
#define LODE_TO_MANY(...) LODE_TO_MANY_(__VA_ARGS__, )
#define LODE_TO_MANY_(T, m, Target, ...) \
	{ .kind = LODE_DECL_TO_MANY, .u = { .relationship = { \
		.member = #m, .offset = offsetof(T, m), \
		.target = LODE_IF_SAME_(T, m, Target##_many, &Target##_class), __VA_ARGS__ } } }
#define LODE_UNIQUE(...) LODE_KEY_(LODE_DECL_UNIQUE, __VA_ARGS__, )
#define LODE_INDEX(...) LODE_KEY_(LODE_DECL_INDEX, __VA_ARGS__, )
#define LODE_KEY_(k, names, ...) \
	{ .kind = k, .u = { .key = { .members = "" names "", __VA_ARGS__ } } }
/* `text` is SQL, a literal */
#define LODE_CHECK(...) LODE_CHECK_(__VA_ARGS__, )
#define LODE_CHECK_(text, ...) \
	{ .kind = LODE_DECL_CHECK, .u = { .check = { .sql = "" text "", __VA_ARGS__ } } }
/* LODE_FOREIGN_KEY("order_id, line", "order_line.order_id, order_line.line") */
#define LODE_FOREIGN_KEY(...) LODE_FOREIGN_KEY_(__VA_ARGS__, )
#define LODE_FOREIGN_KEY_(names, targets, ...) \
	{ .kind = LODE_DECL_FOREIGN_KEY, .u = { .foreign_key = { \
		.members = "" names "", .target = "" targets "", __VA_ARGS__ } } }
/* LODE_TABLE(.schema = "audit", .comment = "who did what") */
#define LODE_TABLE(...) { .kind = LODE_DECL_TABLE, .u = { .table = { __VA_ARGS__ } } }
#define LODE_DIALECT_SQL(...) /* C only */ \
	((const lode_dialect_sql[]){ __VA_ARGS__, { .sql = NULL } })
/* the members of Mixin, embedded as member m */
#define LODE_INCLUDE(T, m, Mixin) \
	{ .kind = LODE_DECL_INCLUDE, .u = { .include = { \
		.member = #m, .offset = offsetof(T, m), \
		.base = LODE_IF_SAME_(T, m, Mixin, &Mixin##_class) } } }

/* ------------------------------------------------------------------ registry */

typedef struct lode_registry lode_registry;
typedef struct lode_mapper lode_mapper;
typedef struct lode__attribute lode_attribute;         /* a column of a mapper */
typedef struct lode__relationship lode_relationship;

/* Zero is the default of each.  Grows only at its end. */
typedef struct lode_registry_options {
	uint32_t struct_size;
	uint32_t reserved;
	const lode_allocator *allocator;    /* must outlive the registry; NULL: the default one */
	lode_metadata *metadata;            /* the caller's, must outlive the registry; NULL: one
	                                       of the registry's own */
	const char *schema;                 /* default schema of the registry's own metadata */
	lode_log_function *log;             /* gets warnings of mapping; NULL: nobody does */
	void *log_context;
} lode_registry_options;

#define LODE_REGISTRY_OPTIONS_INIT { .struct_size = (uint32_t)sizeof(lode_registry_options) }

/**
 * Make an empty registry: the mappers of some classes, their metadata and their type map.
 * Registries know nothing of each other; a class may be mapped in several.
 * @param options  NULL for the defaults
 * @return the registry, to be freed by lode_registry_free after every session of it; NULL: out of
 *         memory, or bad options (everything that takes a registry reports a NULL one)
 * Thread: any; the registry itself belongs to one thread until its first session, then to all.
 * @since 0.1
 */
LODE_API lode_registry *lode_registry_new(const lode_registry_options *options);

/**
 * Free a registry, its mappers, and its metadata unless that was the caller's.  Sessions,
 * statements and objects of it must be gone.
 * @param registry  NULL is ignored
 * @since 0.1
 */
LODE_API void lode_registry_free(lode_registry *registry);

/**
 * The metadata that holds the tables of the mapped classes.
 * @return borrowed from the registry; NULL if the registry is NULL
 * Thread: any.
 * @since 0.1
 */
LODE_API lode_metadata *lode_registry_metadata(lode_registry *registry);

/**
 * Say which SQL type a member type has, in place of the default one.  Classes that are mapped
 * already keep theirs.
 * @param registry  before its first session
 * @param ctype     a scalar stands for its lode_opt_* too, unless that has an entry of its own
 * @param type      copied, variants included
 * @return LODE_OK; LODE_E_MISUSE, an argument is NULL or unknown, or the registry is configured;
 *         LODE_E_NOMEM.  A failure is also remembered: the next lode_registry_map returns it
 * @since 0.1
 */
LODE_API lode_status lode_registry_map_type(lode_registry *registry, lode_ctype ctype,
                                            const lode_type *type);

/**
 * Say which SQL type the members with `.annotation = "name"` have.
 * @param registry    before its first session
 * @param annotation  copied
 * @param type        copied, variants included
 * @return LODE_OK; LODE_E_MISUSE, an argument is NULL or unknown, or the registry is configured;
 *         LODE_E_NOMEM.  A failure is also remembered: the next lode_registry_map returns it
 * @since 0.1
 */
LODE_API lode_status lode_registry_map_annotation(lode_registry *registry, const char *annotation,
                                                  const lode_type *type);

/**
 * Gives the SQL type of a member whose annotation no map has, or NULL for none.  What it returns is
 * copied.  Must not call lode with the registry.
 */
typedef const lode_type *lode_type_hook(void *context, const lode_class *owner, const char *member,
                                        lode_ctype ctype, const char *annotation);

/**
 * Ask `hook` for the types that the type map does not have.
 * @param registry  NULL is ignored
 * @param hook      NULL takes it away
 * @since 0.1
 */
LODE_API void lode_registry_type_hook(lode_registry *registry, lode_type_hook *hook, void *context);

/**
 * Map classes, and those that their relationships reach: makes their tables in the metadata and
 * checks every name in their declarations.  Classes that are mapped already are passed over.
 * @param registry  before its first session
 * @param classes   `count` descriptors that outlive the registry
 * @return LODE_OK; LODE_E_MAPPING, a declaration is wrong: the message says class, member and where
 *         it can, the nearest name; LODE_E_EXISTS, the table of a class is there already;
 *         LODE_E_MISUSE, an argument is NULL or the registry is configured; LODE_E_NOMEM.
 *         LODE_E_NO_OBJECT, a foreign key names a column that its table does not have.  After any
 *         failure but LODE_E_MISUSE the registry is of no more use: every later use of it returns
 *         the same error
 * @since 0.1
 */
LODE_API LODE_MUST_CHECK lode_status lode_registry_map(lode_registry *registry,
                                                       const lode_class *const *classes,
                                                       size_t count, lode_error *error);

/**
 * Finish the mapping: resolve all foreign keys, link what had to wait.  The first session does it
 * too.  After that the registry is read-only and may be used by all threads.
 * @return LODE_OK, also if it was done before; LODE_E_MAPPING, LODE_E_NO_OBJECT, a foreign key
 *         refers to nothing; LODE_E_MISUSE, NULL; LODE_E_NOMEM.  A failure is remembered and
 *         returned by every later use
 * @since 0.1
 */
LODE_API LODE_MUST_CHECK lode_status lode_registry_configure(lode_registry *registry,
                                                             lode_error *error);

/**
 * How many classes are mapped.
 * @return 0 if the registry is NULL
 * @since 0.1
 */
LODE_API size_t lode_registry_mapper_count(const lode_registry *registry);

/**
 * One of the mappers, in the order in which they were mapped.
 * @return borrowed from the registry; NULL past the end
 * @since 0.1
 */
LODE_API const lode_mapper *lode_registry_mapper_at(const lode_registry *registry, size_t index);

/* what becomes of a warning */
enum { LODE_WARN_LOG = 0, LODE_WARN_ERROR = 1, LODE_WARN_IGNORE = 2 };

/**
 * Say what becomes of a warning of sessions and mappings of this registry.
 * @param registry  before its first session
 * @param name      LODE_W_*, copied; NULL for all of them
 * @param action    LODE_WARN_LOG (the default), LODE_WARN_ERROR, LODE_WARN_IGNORE
 * @return LODE_OK; LODE_E_MISUSE, an unknown action, NULL or a configured registry; LODE_E_NOMEM
 * @since 0.1
 */
LODE_API lode_status lode_registry_warning(lode_registry *registry, const char *name, int action);

/** Is told of misuse.  May be called by any thread; must not call lode. */
typedef void lode_misuse_function(void *context, const lode_error *error);

/**
 * Be told when the program breaks a rule of the library.  For misuse of a detached object, or of a
 * session by a second thread, it is the only place that hears of it; a test makes it abort.
 * @param registry  NULL is ignored; before its first session
 * @param function  NULL takes it away
 * @since 0.1
 */
LODE_API void lode_registry_on_misuse(lode_registry *registry, lode_misuse_function *function,
                                      void *context);

/* ------------------------------------------------------------------ inspection
 *
 * Mappers, attributes and relationships are the registry's and live as long.  All the getters take
 * NULL, and give 0, false or NULL for it.  Thread: any. */

/**
 * The mapper of a class.
 * @return borrowed from the registry; NULL: LODE_E_MISUSE, an argument is NULL or the class is not
 *         mapped; or the remembered failure of the registry
 * @since 0.1
 */
LODE_API const lode_mapper *lode_inspect_class(const lode_registry *registry,
                                               const lode_class *class_, lode_error *error);

/** The class of a mapper. @since 0.1 */
LODE_API const lode_class *lode_mapper_class(const lode_mapper *mapper);
/** The name of its class. @since 0.1 */
LODE_API const char *lode_mapper_name(const lode_mapper *mapper);
/** The table it is mapped to. @since 0.1 */
LODE_API const lode_table *lode_mapper_table(const lode_mapper *mapper);
/** The number of its attributes, which are its columns. @since 0.1 */
LODE_API size_t lode_mapper_attribute_count(const lode_mapper *mapper);
/** An attribute, in the order of the table's columns; NULL past the end. @since 0.1 */
LODE_API const lode_attribute *lode_mapper_attribute_at(const lode_mapper *mapper, size_t index);
/** The attribute of a member ("stamps.created_at"); NULL if there is none. @since 0.1 */
LODE_API const lode_attribute *lode_mapper_attribute(const lode_mapper *mapper, const char *member);
/** The attribute of a column; NULL if it is none of this mapper's. @since 0.1 */
LODE_API const lode_attribute *lode_mapper_attribute_of(const lode_mapper *mapper,
                                                        const lode_table_column *column);
/** The number of attributes in the primary key. @since 0.1 */
LODE_API size_t lode_mapper_key_count(const lode_mapper *mapper);
/** An attribute of the primary key, in the order of the table; NULL past the end. @since 0.1 */
LODE_API const lode_attribute *lode_mapper_key_at(const lode_mapper *mapper, size_t index);
/** The number of its relationships. @since 0.1 */
LODE_API size_t lode_mapper_relationship_count(const lode_mapper *mapper);
/** A relationship, in the order of the declarations; NULL past the end. @since 0.1 */
LODE_API const lode_relationship *lode_mapper_relationship_at(const lode_mapper *mapper,
                                                              size_t index);
/** The relationship of a member; NULL if there is none. @since 0.1 */
LODE_API const lode_relationship *lode_mapper_relationship(const lode_mapper *mapper,
                                                           const char *member);

/** The member of an attribute, that of a mixin as "stamps.created_at". @since 0.1 */
LODE_API const char *lode_attribute_member(const lode_attribute *attribute);
/** Its offset in the struct. @since 0.1 */
LODE_API size_t lode_attribute_offset(const lode_attribute *attribute);
/** Its size in the struct. @since 0.1 */
LODE_API size_t lode_attribute_size(const lode_attribute *attribute);
/** What it is in C (a lode_ctype); 0 for NULL. @since 0.1 */
LODE_API int lode_attribute_ctype(const lode_attribute *attribute);
/** Its column. @since 0.1 */
LODE_API const lode_table_column *lode_attribute_column(const lode_attribute *attribute);
/** Is it part of the primary key? @since 0.1 */
LODE_API bool lode_attribute_primary_key(const lode_attribute *attribute);
/** May it be SQL NULL? @since 0.1 */
LODE_API bool lode_attribute_nullable(const lode_attribute *attribute);

#define LODE_ONE_TO_MANY  1     /* also a to-one whose foreign key is the other side's */
#define LODE_MANY_TO_ONE  2
#define LODE_MANY_TO_MANY 3

/** The member of a relationship. @since 0.1 */
LODE_API const char *lode_relationship_member(const lode_relationship *relationship);
/** Its offset in the struct. @since 0.1 */
LODE_API size_t lode_relationship_offset(const lode_relationship *relationship);
/** The mapper it starts from. @since 0.1 */
LODE_API const lode_mapper *lode_relationship_owner(const lode_relationship *relationship);
/** The mapper it leads to. @since 0.1 */
LODE_API const lode_mapper *lode_relationship_target(const lode_relationship *relationship);
/** Where the foreign key is: LODE_ONE_TO_MANY, LODE_MANY_TO_ONE or LODE_MANY_TO_MANY. @since 0.1 */
LODE_API int lode_relationship_direction(const lode_relationship *relationship);
/** Is it a list? @since 0.1 */
LODE_API bool lode_relationship_to_many(const lode_relationship *relationship);
/** The relationship that leads back (.back_populates); NULL if there is none. @since 0.1 */
LODE_API const lode_relationship *lode_relationship_reverse(const lode_relationship *relationship);
/** The link table of a many-to-many; else NULL. @since 0.1 */
LODE_API const lode_table *lode_relationship_secondary(const lode_relationship *relationship);
/** Its cascades, LODE_CASCADE_*, the default spelt out. @since 0.1 */
LODE_API uint32_t lode_relationship_cascade(const lode_relationship *relationship);
/** When it is loaded, LODE_LAZY_*. @since 0.1 */
LODE_API uint32_t lode_relationship_lazy(const lode_relationship *relationship);

/* ------------------------------------------------------------------ what C and C++ do differently
 *
 * For the macros of this header and those after it; names that end in _ are not for programs. */

lode_value lode_value_wrong_(const void *);   /* never defined: no value of this type */

#ifdef __cplusplus
}
#endif

#define LODE_TEXT_OF_(...) #__VA_ARGS__   /* the designators, macros in them expanded */

#ifdef __cplusplus
#if __cplusplus >= 202002L
/* _Generic becomes templates */
template <class M> constexpr int lode_ctype_or_0_()
{
	if constexpr (std::is_array_v<M>)
		return std::is_same_v<std::remove_extent_t<M>, char> ? LODE_C_CHARS : 0;
	else if constexpr (std::is_enum_v<M>) return lode_ctype_or_0_<std::underlying_type_t<M>>();
	else if constexpr (std::is_same_v<M, bool>) return LODE_C_BOOL;
	else if constexpr (std::is_same_v<M, char> || std::is_same_v<M, wchar_t>) return 0;
	else if constexpr (std::is_integral_v<M>) {
		constexpr bool s = std::is_signed_v<M>;
		return sizeof(M) == 1 ? (s ? LODE_C_INT8 : LODE_C_UINT8)
		     : sizeof(M) == 2 ? (s ? LODE_C_INT16 : LODE_C_UINT16)
		     : sizeof(M) == 4 ? (s ? LODE_C_INT32 : LODE_C_UINT32)
		     : (s ? LODE_C_INT64 : LODE_C_UINT64);
	}
	else if constexpr (std::is_same_v<M, float>) return LODE_C_FLOAT;
	else if constexpr (std::is_same_v<M, double>) return LODE_C_DOUBLE;
	else if constexpr (std::is_same_v<M, lode_date>) return LODE_C_DATE;
	else if constexpr (std::is_same_v<M, lode_time>) return LODE_C_TIME;
	else if constexpr (std::is_same_v<M, lode_datetime>) return LODE_C_DATETIME;
	else if constexpr (std::is_same_v<M, lode_interval>) return LODE_C_INTERVAL;
	else if constexpr (std::is_same_v<M, lode_decimal>) return LODE_C_DECIMAL;
	else if constexpr (std::is_same_v<M, lode_uuid>) return LODE_C_UUID;
	else if constexpr (std::is_same_v<M, const char *>) return LODE_C_TEXT;
	else if constexpr (std::is_same_v<M, lode_bytes>) return LODE_C_BYTES;
	else if constexpr (std::is_same_v<M, lode_json>) return LODE_C_JSON;
	else if constexpr (std::is_same_v<M, lode_opt_bool>) return LODE_C_OPT_BOOL;
	else if constexpr (std::is_same_v<M, lode_opt_int8>) return LODE_C_OPT_INT8;
	else if constexpr (std::is_same_v<M, lode_opt_uint8>) return LODE_C_OPT_UINT8;
	else if constexpr (std::is_same_v<M, lode_opt_int16>) return LODE_C_OPT_INT16;
	else if constexpr (std::is_same_v<M, lode_opt_uint16>) return LODE_C_OPT_UINT16;
	else if constexpr (std::is_same_v<M, lode_opt_int32>) return LODE_C_OPT_INT32;
	else if constexpr (std::is_same_v<M, lode_opt_uint32>) return LODE_C_OPT_UINT32;
	else if constexpr (std::is_same_v<M, lode_opt_int64>) return LODE_C_OPT_INT64;
	else if constexpr (std::is_same_v<M, lode_opt_uint64>) return LODE_C_OPT_UINT64;
	else if constexpr (std::is_same_v<M, lode_opt_float>) return LODE_C_OPT_FLOAT;
	else if constexpr (std::is_same_v<M, lode_opt_double>) return LODE_C_OPT_DOUBLE;
	else if constexpr (std::is_same_v<M, lode_opt_date>) return LODE_C_OPT_DATE;
	else if constexpr (std::is_same_v<M, lode_opt_time>) return LODE_C_OPT_TIME;
	else if constexpr (std::is_same_v<M, lode_opt_datetime>) return LODE_C_OPT_DATETIME;
	else if constexpr (std::is_same_v<M, lode_opt_interval>) return LODE_C_OPT_INTERVAL;
	else if constexpr (std::is_same_v<M, lode_opt_decimal>) return LODE_C_OPT_DECIMAL;
	else if constexpr (std::is_same_v<M, lode_opt_uuid>) return LODE_C_OPT_UUID;
	else return 0;
}
/* constraints, not static_assert: the compiler then shows the line that names the member */
template <class M> concept lode_can_be_a_column_ = lode_ctype_or_0_<M>() != 0;
template <lode_can_be_a_column_ M> constexpr lode_ctype lode_ctype_of_()
{
	return static_cast<lode_ctype>(lode_ctype_or_0_<M>());
}
/* which kinds of value a column of this type takes */
template <class M> constexpr int lode_takes_()
{
	if constexpr (std::is_same_v<M, char *>) return LODE_K_TEXT;   /* a decayed char[N] */
	else {
		constexpr int full = lode_ctype_or_0_<M>();
		constexpr int c = full > LODE_C_OPT_BASE ? full - LODE_C_OPT_BASE : full;
		return c == 0 ? 0 : c == LODE_C_TEXT || c == LODE_C_CHARS ? LODE_K_TEXT
		     : c == LODE_C_FLOAT || c == LODE_C_DOUBLE ? LODE_K_NUMBER | LODE_K_REAL
		     : c == LODE_C_BYTES ? LODE_K_BYTES : c == LODE_C_JSON ? LODE_K_JSON
		     : c == LODE_C_DATE ? LODE_K_DATE : c == LODE_C_TIME ? LODE_K_TIME
		     : c == LODE_C_DATETIME ? LODE_K_DATETIME
		     : c == LODE_C_INTERVAL ? LODE_K_INTERVAL
		     : c == LODE_C_UUID ? LODE_K_UUID
		     : c == LODE_C_DECIMAL ? LODE_K_NUMBER | LODE_K_DECIMAL : LODE_K_NUMBER;
	}
}
/* which kind a value of this type is */
template <class P> constexpr int lode_kind_()
{
	if constexpr (std::is_floating_point_v<P> || std::is_same_v<P, lode_opt_float> ||
	              std::is_same_v<P, lode_opt_double>)
		return LODE_K_REAL;
	else if constexpr (std::is_same_v<P, lode_decimal> || std::is_same_v<P, lode_opt_decimal>)
		return LODE_K_DECIMAL;
	else return lode_takes_<P>();
}
inline lode_value lode_value_of_(lode_bytes v) { return lode_value_bytes(v); }
inline lode_value lode_value_of_(lode_date v) { return lode_value_date(v); }
inline lode_value lode_value_of_(lode_time v) { return lode_value_time(v); }
inline lode_value lode_value_of_(lode_datetime v) { return lode_value_datetime(v); }
inline lode_value lode_value_of_(lode_interval v) { return lode_value_interval(v); }
inline lode_value lode_value_of_(lode_decimal v) { return lode_value_decimal(v); }
inline lode_value lode_value_of_(lode_uuid v) { return lode_value_uuid(v); }
inline lode_value lode_value_of_(lode_json v) { return lode_value_json(v); }
inline lode_value lode_value_of_(lode_opt_bool v) { return lode_value_opt_bool(v); }
inline lode_value lode_value_of_(lode_opt_int8 v) { return lode_value_opt_int8(v); }
inline lode_value lode_value_of_(lode_opt_uint8 v) { return lode_value_opt_uint8(v); }
inline lode_value lode_value_of_(lode_opt_int16 v) { return lode_value_opt_int16(v); }
inline lode_value lode_value_of_(lode_opt_uint16 v) { return lode_value_opt_uint16(v); }
inline lode_value lode_value_of_(lode_opt_int32 v) { return lode_value_opt_int32(v); }
inline lode_value lode_value_of_(lode_opt_uint32 v) { return lode_value_opt_uint32(v); }
inline lode_value lode_value_of_(lode_opt_int64 v) { return lode_value_opt_int64(v); }
inline lode_value lode_value_of_(lode_opt_uint64 v) { return lode_value_opt_uint64(v); }
inline lode_value lode_value_of_(lode_opt_float v) { return lode_value_opt_float(v); }
inline lode_value lode_value_of_(lode_opt_double v) { return lode_value_opt_double(v); }
inline lode_value lode_value_of_(lode_opt_date v) { return lode_value_opt_date(v); }
inline lode_value lode_value_of_(lode_opt_time v) { return lode_value_opt_time(v); }
inline lode_value lode_value_of_(lode_opt_datetime v) { return lode_value_opt_datetime(v); }
inline lode_value lode_value_of_(lode_opt_interval v) { return lode_value_opt_interval(v); }
inline lode_value lode_value_of_(lode_opt_decimal v) { return lode_value_opt_decimal(v); }
inline lode_value lode_value_of_(lode_opt_uuid v) { return lode_value_opt_uuid(v); }
template <class M, class V>
concept lode_value_fits_its_member_ =
	std::is_same_v<V, lode_param> || (lode_kind_<V>() & lode_takes_<M>()) != 0;
template <class M, class V> requires lode_value_fits_its_member_<M, std::decay_t<V>>
inline lode_value lode_value_for_(const V &v)
{
	using D = std::decay_t<V>;
	if constexpr (std::is_same_v<D, lode_param>) return lode_value_param(v);
	else {
		using P = std::conditional_t<std::is_same_v<D, char *>, const char *, D>;
		if constexpr (std::is_same_v<P, bool>) return lode_value_bool(v);
		else if constexpr (std::is_floating_point_v<P>) return lode_value_double(v);
		else if constexpr (std::is_enum_v<P>)
			return lode_value_for_<M>(static_cast<std::underlying_type_t<P>>(v));
		else if constexpr (std::is_integral_v<P> && std::is_signed_v<P>)
			return lode_value_int(v);
		else if constexpr (std::is_integral_v<P>) return lode_value_uint(v);
		else if constexpr (std::is_same_v<P, const char *>) return lode_value_text(v);
		else return lode_value_of_(v);
	}
}
template <class A, class B>
concept lode_member_is_of_ = std::is_same_v<A, B>;
template <class A, class B> requires lode_member_is_of_<A, B>
constexpr const lode_class *lode_if_same_(const lode_class *c) { return c; }
template <class A, class B> requires lode_member_is_of_<A, B>
constexpr size_t lode_if_many_(size_t x) { return x; }
inline lode_status lode_map_(lode_registry *r, lode_error *e,
                             std::initializer_list<const lode_class *> c)
{
	return lode_registry_map(r, c.begin(), c.size(), e);
}
#define LODE_TYPEOF_(x) std::remove_reference_t<decltype(x)>
#define LODE_OFFSET_(obj, m) offsetof(LODE_TYPEOF_(*(obj)), m)
#define LODE_ITEM_(obj, m) decltype((obj)->m.item_)
#define LODE_REF_(obj, m) decltype((obj)->m.ref_)
#define LODE_CHECKED_(type, x) static_cast<type>(x)
#define LODE_SIZE_(T, m) sizeof(T::m)
#define LODE_IF_SAME_(T, m, type, x) lode_if_same_<decltype(T::m), type>(x)
#define LODE_IF_MANY_(T, obj, m, x) \
	lode_if_many_<std::remove_cv_t<LODE_TYPEOF_((obj)->m)>, T##_many>(x)
#define LODE_CTYPE_(T, m) lode_ctype_of_<decltype(T::m)>()
#define LODE_V_(v) lode_value_for_<std::decay_t<decltype(v)>>(v)
#define LODE_VALUE_FOR_(T, m, v) lode_value_for_<std::decay_t<decltype(T::m)>>(v)
#define LODE_MAP(r, e, ...) lode_map_((r), (e), { LODE_CLASSES_(__VA_ARGS__) })
#endif
#else
#if __STDC_VERSION__ >= 202311L
#define LODE_TYPEOF_(x) typeof(x)
#else
#define LODE_TYPEOF_(x) __typeof__(x)
#endif
#define LODE_ITEM_(obj, m) LODE_TYPEOF_((obj)->m.item_)
#define LODE_REF_(obj, m) LODE_TYPEOF_((obj)->m.ref_)
#define LODE_SIZE_(T, m) sizeof(((T *)0)->m)
#ifdef __cppcheck__      /* analysers without _Generic see the calls without checks */
#define LODE_OFFSET_(obj, m) ((size_t)((const char *)&(obj)->m - (const char *)(obj)))
#define LODE_CHECKED_(type, x) (x)
#define LODE_IF_SAME_(T, m, type, x) (x)
#define LODE_IF_MANY_(T, obj, m, x) (x)
#define LODE_CTYPE_(T, m) LODE_C_INT64
#define LODE_FITS_(x, v) ((void)0)
#define LODE_V_(v) lode_value_int((int64_t)(v))
#define LODE_IF_(x, type) (x)
#else
#define LODE_OFFSET_(obj, m) offsetof(LODE_TYPEOF_(*(obj)), m)
#define LODE_CHECKED_(type, x) (1 ? (x) : (type)0)
#define LODE_IF_(x, type) _Generic((x), type: (x))
#define LODE_IF_SAME_(T, m, type, x) _Generic(((T *)0)->m, type: (x))
#define LODE_IF_MANY_(T, obj, m, x) _Generic((obj)->m, T##_many: (x))
#define LODE_LONG_(s, l) (sizeof(long) == 4 ? (s) : (l))
#define LODE_CTYPE_(T, m) _Generic(&((T *)0)->m, \
	bool *: LODE_C_BOOL, signed char *: LODE_C_INT8, unsigned char *: LODE_C_UINT8, \
	short *: LODE_C_INT16, unsigned short *: LODE_C_UINT16, \
	int *: LODE_C_INT32, unsigned *: LODE_C_UINT32, \
	long *: LODE_LONG_(LODE_C_INT32, LODE_C_INT64), \
	unsigned long *: LODE_LONG_(LODE_C_UINT32, LODE_C_UINT64), \
	long long *: LODE_C_INT64, unsigned long long *: LODE_C_UINT64, \
	float *: LODE_C_FLOAT, double *: LODE_C_DOUBLE, \
	lode_date *: LODE_C_DATE, lode_time *: LODE_C_TIME, lode_datetime *: LODE_C_DATETIME, \
	lode_interval *: LODE_C_INTERVAL, lode_decimal *: LODE_C_DECIMAL, \
	lode_uuid *: LODE_C_UUID, \
	const char **: LODE_C_TEXT, char (*)[LODE_SIZE_(T, m)]: LODE_C_CHARS, \
	lode_bytes *: LODE_C_BYTES, lode_json *: LODE_C_JSON, \
	lode_opt_bool *: LODE_C_OPT_BOOL, lode_opt_int8 *: LODE_C_OPT_INT8, \
	lode_opt_uint8 *: LODE_C_OPT_UINT8, lode_opt_int16 *: LODE_C_OPT_INT16, \
	lode_opt_uint16 *: LODE_C_OPT_UINT16, lode_opt_int32 *: LODE_C_OPT_INT32, \
	lode_opt_uint32 *: LODE_C_OPT_UINT32, lode_opt_int64 *: LODE_C_OPT_INT64, \
	lode_opt_uint64 *: LODE_C_OPT_UINT64, lode_opt_float *: LODE_C_OPT_FLOAT, \
	lode_opt_double *: LODE_C_OPT_DOUBLE, lode_opt_date *: LODE_C_OPT_DATE, \
	lode_opt_time *: LODE_C_OPT_TIME, lode_opt_datetime *: LODE_C_OPT_DATETIME, \
	lode_opt_interval *: LODE_C_OPT_INTERVAL, lode_opt_decimal *: LODE_C_OPT_DECIMAL, \
	lode_opt_uuid *: LODE_C_OPT_UUID)
/* Which kinds of value (LODE_K_*) a column takes, and which kind a value is: no overlap, no
 * compile.  In numbers: the expansion of a macro in assert() is a string, and those are limited. */
#define LODE_TAKES_(x) _Generic((x), \
	bool: 1, signed char: 1, unsigned char: 1, short: 1, unsigned short: 1, int: 1, \
	unsigned: 1, long: 1, unsigned long: 1, long long: 1, unsigned long long: 1, \
	lode_opt_bool: 1, lode_opt_int8: 1, lode_opt_uint8: 1, lode_opt_int16: 1, \
	lode_opt_uint16: 1, \
	lode_opt_int32: 1, lode_opt_uint32: 1, lode_opt_int64: 1, lode_opt_uint64: 1, \
	float: 3, double: 3, lode_opt_float: 3, lode_opt_double: 3, const char *: 4, char *: 4, \
	lode_bytes: 8, lode_datetime: 16, lode_opt_datetime: 16, lode_uuid: 32, lode_opt_uuid: 32, \
	lode_decimal: 65, lode_opt_decimal: 65, lode_date: 128, lode_opt_date: 128, \
	lode_time: 256, lode_opt_time: 256, lode_interval: 512, lode_opt_interval: 512, \
	lode_json: 1024, default: 0)
#define LODE_KIND_(v) _Generic((v), float: 2, double: 2, lode_opt_float: 2, lode_opt_double: 2, \
	lode_decimal: 64, lode_opt_decimal: 64, lode_param: LODE_K_ANY, default: LODE_TAKES_(v))
#define LODE_FITS_(x, v) \
	((void)sizeof(struct { int lode_this_value_has_the_wrong_type_for_this_member : \
	(LODE_TAKES_(x) & LODE_KIND_(v)) ? 1 : -1; }))
#define LODE_V_(v) _Generic((v), bool: lode_value_bool, signed char: lode_value_int, \
	unsigned char: lode_value_uint, short: lode_value_int, unsigned short: lode_value_uint, \
	int: lode_value_int, unsigned: lode_value_uint, long: lode_value_int, \
	long long: lode_value_int, unsigned long: lode_value_uint, \
	unsigned long long: lode_value_uint, float: lode_value_double, double: lode_value_double, \
	const char *: lode_value_text, char *: lode_value_text, lode_bytes: lode_value_bytes, \
	lode_json: lode_value_json, lode_date: lode_value_date, lode_time: lode_value_time, \
	lode_datetime: lode_value_datetime, lode_interval: lode_value_interval, \
	lode_decimal: lode_value_decimal, lode_uuid: lode_value_uuid, \
	lode_param: lode_value_param, \
	lode_opt_bool: lode_value_opt_bool, lode_opt_int8: lode_value_opt_int8, \
	lode_opt_uint8: lode_value_opt_uint8, lode_opt_int16: lode_value_opt_int16, \
	lode_opt_uint16: lode_value_opt_uint16, lode_opt_int32: lode_value_opt_int32, \
	lode_opt_uint32: lode_value_opt_uint32, lode_opt_int64: lode_value_opt_int64, \
	lode_opt_uint64: lode_value_opt_uint64, lode_opt_float: lode_value_opt_float, \
	lode_opt_double: lode_value_opt_double, lode_opt_date: lode_value_opt_date, \
	lode_opt_time: lode_value_opt_time, lode_opt_datetime: lode_value_opt_datetime, \
	lode_opt_interval: lode_value_opt_interval, lode_opt_decimal: lode_value_opt_decimal, \
	lode_opt_uuid: lode_value_opt_uuid, default: lode_value_wrong_)(v)
#endif
#define LODE_VALUE_FOR_(T, m, v) (LODE_FITS_(((T *)0)->m, v), LODE_V_(v))
#define LODE_ITEM_OF_(obj, m, item) LODE_IF_(item, LODE_ITEM_(obj, m))
/* LODE_MAP(registry, &error, User, Address): one to eight classes */
#define LODE_MAP(r, e, ...) \
	lode_registry_map((r), (const lode_class *const[]){ LODE_CLASSES_(__VA_ARGS__) }, \
		sizeof((const lode_class *const[]){ LODE_CLASSES_(__VA_ARGS__) }) / \
		sizeof(void *), (e))
#endif
#define LODE_CLASSES_(...) \
	LODE_PICK_(__VA_ARGS__, LODE_C8_, LODE_C7_, LODE_C6_, LODE_C5_, LODE_C4_, LODE_C3_, \
	           LODE_C2_, LODE_C1_, )(__VA_ARGS__)
#define LODE_PICK_(a, b, c, d, e, f, g, h, N, ...) N
#define LODE_C1_(a) &a##_class
#define LODE_C2_(a, b) &a##_class, &b##_class
#define LODE_C3_(a, b, c) LODE_C2_(a, b), &c##_class
#define LODE_C4_(a, b, c, d) LODE_C2_(a, b), LODE_C2_(c, d)
#define LODE_C5_(a, b, c, d, e) LODE_C4_(a, b, c, d), &e##_class
#define LODE_C6_(a, b, c, d, e, f) LODE_C4_(a, b, c, d), LODE_C2_(e, f)
#define LODE_C7_(a, b, c, d, e, f, g) LODE_C6_(a, b, c, d, e, f), &g##_class
#define LODE_C8_(a, b, c, d, e, f, g, h) LODE_C4_(a, b, c, d), LODE_C4_(e, f, g, h)

#endif
