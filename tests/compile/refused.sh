# SPDX-License-Identifier: MIT
# What must not compile: a member that is not there, a member of a type that cannot be a column, a
# value of another type than its member.  Each is an error even with warnings off and lode's headers
# as system headers, and the compiler's text names the member.  One row a snippet and compiler.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

prelude="$srcdir/tests/compile/prelude.h"

# $1 text, $2 compiler, $3 language, $4 standard, the rest are flags.  A file and not standard input:
# compilers show the line that is wrong only if they can read it again.
compile() {
	printf '%s\n' "$1" >"$scratch/snippet.c"
	cc=$2 lang=$3 std=$4
	shift 4
	"$cc" "$@" -std="$std" -fsyntax-only -include "$prelude" -x "$lang" "$scratch/snippet.c" 2>&1
}

# $1 text, $2 the word that the error must have; prints what is wrong
must_fail() {
	if out=$(compile "$1" "$3" "$4" "$5" -w -isystem "$srcdir/include"); then
		echo "it compiles: $1"
	else
		case $out in
		*"$2"*) ;;
		*) echo "the error does not say $2: $out" ;;
		esac
	fi
}

must_pass() {
	compile "$1" "$2" "$3" "$4" -Wall -Wextra -Wpedantic -Werror -I"$srcdir/include"
}

# each compiler at hand, in each language: calls $1 with compiler, language, standard
each_compiler() {
	for pair in gcc:c:c11 gcc:c:c2x clang:c:c11 g++:c++:c++20 clang++:c++:c++20; do
		compiler=${pair%%:*} rest=${pair#*:}
		command -v "$compiler" >/dev/null 2>&1 || continue
		"$1" "$compiler" "${rest%%:*}" "${rest#*:}"
	done
}

refuse_row() { row "$name: $1 $3" "$(must_fail "$text" "$word" "$1" "$2" "$3")"; }
accept_row() { row "$name: $1 $3" "$(must_pass "$text" "$1" "$2" "$3")"; }

# $1 name, $2 word, $3 text
refuse() {
	name=$1 word=$2 text=$3
	each_compiler refuse_row
}

accept() {
	name=$1 text=$2
	each_compiler accept_row
}

column() {
	refuse "column $1" "$2" "LODE_CLASS(User, \"u\", LODE_COLUMN(User, $2));"
}

value() {
	refuse "value $1" "$2" "void f(const User *u); void f(const User *u) { use(u); use($3); }"
}

if ! command -v gcc >/dev/null 2>&1 && ! command -v clang >/dev/null 2>&1; then
	plan "neither gcc nor clang here"
	exit 0
fi

accept 'a class' 'LODE_CLASS(User, "u", LODE_COLUMN(User, id, .primary_key = true),
	LODE_COLUMN(User, code), LODE_COLUMN(User, colour), LODE_INCLUDE(User, stamps, Stamps),
	LODE_TO_MANY(User, addresses, Address, .cascade = LODE_CASCADE_ALL), LODE_INDEX("-id"),
	LODE_CHECK("id > 0", .name = "c"), LODE_TABLE(.schema = "s"));'
accept 'values' 'void f(void); void f(void) { use(LODE_EQ(User, id, 5)); use(LODE_EQ(User, name, "x"));
	use(LODE_EQ(User, colour, RED)); use(LODE_EQ(User, age, 5)); use(LODE_EQ(User, score, 1.5));
	use(LODE_EQ(User, code, "x")); use(LODE_EQ(User, age, lode_some_int32(5))); }'

column 'that is no member' nmae
column 'char *' writable
column 'char' letter
column 'wchar_t array' wide
column 'int array' numbers
column 'bit-field' bit
column 'void *' pointer
column 'pointer to a struct' other
column 'long double' longer
column 'relationship' addresses
column 'struct' stamps

refuse 'column of another class' email 'LODE_CLASS(User, "u", LODE_COLUMN(User, email));'
refuse 'option that is none' primry_key \
	'LODE_CLASS(User, "u", LODE_COLUMN(User, id, .primry_key = true));'
refuse 'to-many to another class' addresses \
	'LODE_CLASS(User, "u", LODE_TO_MANY(User, addresses, User));'
refuse 'to-many on a reference' user \
	'LODE_CLASS(Address, "a", LODE_TO_MANY(Address, user, User));'
refuse 'to-one on a list' addresses 'LODE_CLASS(User, "u", LODE_TO_ONE(User, addresses, Address));'
refuse 'to-one on a column' user_id 'LODE_CLASS(Address, "a", LODE_TO_ONE(Address, user_id, User));'
refuse 'include of another struct' token 'LODE_CLASS(User, "u", LODE_INCLUDE(User, token, Stamps));'
refuse 'table name at run time' LODE_CLASS \
	'extern const char *n; LODE_CLASS(User, n, LODE_COLUMN(User, id));'
refuse 'check at run time' LODE_CHECK \
	'extern const char *n; LODE_CLASS(User, "u", LODE_COLUMN(User, id), LODE_CHECK(n));'

value 'text for a number' id 'LODE_EQ(User, id, "5")'
value 'number for text' name 'LODE_EQ(User, name, 5)'
value 'real for a number' id 'LODE_EQ(User, id, 5.0)'
value 'number for char[]' code 'LODE_EQ(User, code, 5)'
value 'number for a UUID' token 'LODE_EQ(User, token, 5)'
value 'object for a number' id 'LODE_EQ(User, id, u)'
value 'UUID for text' name 'LODE_EQ(User, name, u->token)'
value 'text for lode_opt_int32' age 'LODE_EQ(User, age, "5")'
value 'member that is none' agge 'LODE_EQ(User, agge, 5)'
value 'relationship as a column' addresses 'LODE_EQ(User, addresses, 5)'
value 'reading past the accessors' addresses 'u->addresses[0]'

plan
