#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/install.sh [DIRECTORY] - installs lode into prefixes of its own, the way packagers and users
# do, and builds a program outside the tree with nothing but pkg-config.  TAP, then the totals.
source=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$source/tools/setup.sh"
work=${1:-$(mktemp -d /tmp/lode-install.XXXXXX)} || exit 1
mkdir -p "$work" || exit 1
work=$(cd "$work" && pwd)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
unset LODE_PLUGIN_PATH
rows=0
failed=0

# $1: name of the row; the rest is the command that must succeed
row() {
	name=$1
	shift
	rows=$((rows + 1))
	if "$@" >"$work/row.out" 2>&1; then echo "ok $rows - $name"; else
		failed=$((failed + 1))
		echo "not ok $rows - $name"
		sed 's/^/# /' "$work/row.out"
	fi
}

write_consumer() {
	cat >"$work/consumer.c" <<-'TEXT'
		#include <stdio.h>
		#include <lode/lode.h>

		int main(void)
		{
			lode_error error = LODE_ERROR_INIT;
			lode_registry *registry = lode_registry_new(NULL);
			lode_engine *engine = lode_engine_open("sqlite:///:memory:", NULL, &error);

			if (!engine || lode_create_all(lode_registry_metadata(registry), engine, &error) < 0) {
				fprintf(stderr, "consumer: %s\n", error.message);
				return 1;
			}
			lode_engine_close(engine);
			lode_registry_free(registry);
			return 0;
		}
	TEXT
}

# compile the consumer against prefix $1; $2 is --static to take liblode.a instead, $3 more flags
compile_consumer() {
	PKG_CONFIG_PATH=$1/lib/pkgconfig
	export PKG_CONFIG_PATH
	rm -f "$work/consumer"
	libs=$(pkg-config --libs $2 lode)
	[ -z "$2" ] || libs=$(echo "$libs" | sed 's/-llode/-l:liblode.a/')
	${CC:-cc} -Wall -Wextra -Werror -o "$work/consumer" "$work/consumer.c" \
		$3 $(pkg-config --cflags lode) $libs
}

run_consumer() {
	LD_LIBRARY_PATH=$1/lib "$work/consumer"
}

run_alone() {
	! ldd "$work/consumer" | grep liblode && "$work/consumer"
}

nothing_left() {
	left=$(find "$1" -type f -o -type l)
	[ -z "$left" ] || { echo "$left"; return 1; }
}

no_archives_of_libtool() {
	found=$(find "$1/lib/lode" -name '*.la' -o -name '*.a')
	[ -z "$found" ] && [ -n "$(ls "$1/lib/lode")" ] || { ls -l "$1/lib/lode"; return 1; }
}

absolute_plugindir() {
	[ "$(PKG_CONFIG_PATH=$1/lib/pkgconfig pkg-config --variable=plugindir lode)" = "$1/lib/lode" ]
}

# a DESTDIR installation, moved to where it was built for
staged() {
	make -C "$work/build" -s install DESTDIR="$work/stage" && mv "$work/stage$work/prefix" "$work/prefix"
}

write_consumer
setup_build "$source" "$work/build" CFLAGS=-O1 --prefix="$work/prefix" --enable-static
row 'make install' make -C "$work/build" -s install
row 'plugins are modules alone' no_archives_of_libtool "$work/prefix"
row 'lode.pc names the plugin directory' absolute_plugindir "$work/prefix"
row 'a program builds with pkg-config' compile_consumer "$work/prefix"
row 'it finds the plugin and runs' run_consumer "$work/prefix"
row 'a program builds with pkg-config --static' compile_consumer "$work/prefix" --static
row 'and runs without liblode.so' run_alone
row 'make uninstall' make -C "$work/build" -s uninstall
row 'nothing is left' nothing_left "$work/prefix"
rm -rf "$work/prefix"
row 'make install DESTDIR, moved into place' staged
row 'a program builds against it' compile_consumer "$work/prefix"
row 'it finds the plugin and runs too' run_consumer "$work/prefix"

rm -rf "$work/prefix" "$work/build"
setup_build "$source" "$work/build" CFLAGS=-O1 --prefix="$work/prefix" --enable-static \
	--disable-shared --with-builtin-dialects=sqlite \
	--without-postgresql --without-mariadb --without-odbc
row 'make install, the plugin built in' make -C "$work/build" -s install
row 'a wholly static program builds with it' compile_consumer "$work/prefix" --static -static
row 'it has the plugin and runs' "$work/consumer"

echo "1..$rows"
echo "lode: $rows tests"
echo "$((rows - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
