# SPDX-License-Identifier: MIT
# Every public header compiles alone, twice in one file, and in every language version we promise,
# without a warning; lode.h and driver.h live in one file in both orders.  One row a header,
# compiler and language.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

flags='-Wall -Wextra -Wpedantic -Wshadow -Wundef -Werror -fsyntax-only'

# compile stdin: $1 compiler command, $2 language (c, c++), $3 standard
compile() {
	$1 $flags -std="$3" -I"$srcdir/include" -x "$2" - 2>&1
}

# all standards of one text: $1 name, $2 text
each_standard() {
	for cc in gcc clang; do
		command -v "$cc" >/dev/null 2>&1 || continue
		for std in c11 c17 c2x; do
			row "$1 $cc $std" "$(printf "$2" | compile "$cc" c "$std")"
		done
	done
	for cxx in g++ clang++; do
		command -v "$cxx" >/dev/null 2>&1 || continue
		for std in c++11 c++14 c++17 c++20; do
			row "$1 $cxx $std" "$(printf "$2" | compile "$cxx" c++ "$std")"
		done
	done
}

# the compiler at hand may be neither
if ! command -v gcc >/dev/null 2>&1 && ! command -v clang >/dev/null 2>&1; then
	plan "neither gcc nor clang here"
	exit 0
fi

for header in $(public_headers); do
	each_standard "$header" "#include <lode/$header>\n#include <lode/$header>\n"
done
if [ -f "$srcdir/include/lode/lode.h" ] && [ -f "$srcdir/include/lode/driver.h" ]; then
	each_standard "lode.h then driver.h" '#include <lode/lode.h>\n#include <lode/driver.h>\n'
	each_standard "driver.h then lode.h" '#include <lode/driver.h>\n#include <lode/lode.h>\n'
fi
plan "no public headers yet"
