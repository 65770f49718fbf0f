# SPDX-License-Identifier: MIT
# tools/setup.sh - what quickstart.sh, tests/run.sh and .ci/run share; sourced from the source tree.
# Everything here is idempotent: what is installed, configured or built already is left alone.

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

say() {
	printf 'lode: %s\n' "$*"
}

die() {
	printf 'lode: %s\n' "$*" >&2
	exit 1
}

has() {
	command -v "$1" >/dev/null 2>&1
}

has_header() {
	printf '#include <%s>\n' "$1" | ${CC:-cc} -E - >/dev/null 2>&1
}

# packages of the servers that tests/servers.sh starts, and of the client libraries for them
missing_servers() {
	has openssl || echo openssl
	has_header ini.h || echo libinih-dev
	has initdb || [ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || echo postgresql
	has pgbouncer || echo pgbouncer
	has mariadbd || [ -x /usr/sbin/mariadbd ] || echo mariadb-server
	has_odbc_driver psqlodbcw.so || echo odbc-postgresql
	has_odbc_driver libmaodbc.so || echo odbc-mariadb
	has_odbc_driver libsqlite3odbc.so || echo libsqliteodbc
}

has_odbc_driver() {
	[ -n "$(ls /usr/lib/*/odbc/"$1" /usr/lib*/odbc/"$1" /usr/lib*/"$1" 2>/dev/null)" ]
}

# Debian packages that are missing for $1: build, test (build and more) or ci (test and more)
missing_packages() {
	has "${CC:-cc}" || has gcc || echo gcc
	has make || echo make
	has autoreconf || echo autoconf
	has automake || echo automake
	has libtoolize || echo libtool
	has pkg-config || echo pkgconf
	has_header ltdl.h || echo libltdl-dev
	has_header ini.h || echo libinih-dev
	has_header sqlite3.h || echo libsqlite3-dev
	has_header mysql.h || has_header mariadb/mysql.h || echo libmariadb-dev
	has_header libpq-fe.h || has_header postgresql/libpq-fe.h || echo libpq-dev
	has_header sql.h || echo unixodbc-dev
	[ "$1" = build ] && return
	has_header check.h || echo check
	has g++ || has clang++ || echo g++
	missing_servers
	[ "$1" = test ] && return
	has g++ || echo g++
	has clang || echo clang
	has valgrind || echo valgrind
	has xz || echo xz-utils
}

# compilers running side by side bury an error: the errors first, then the end of log file $1
show_failure() {
	{
		grep -n -A 6 -E 'error: |undefined reference|\*\*\* \[' "$1" | head -n 60
		echo '...'
		tail -n 20 "$1"
	} >&2
}

# run a step silently; when it fails show its errors and the end of what it said.  $1: log file
quietly() {
	log=$1
	shift
	"$@" >"$log" 2>&1 || {
		show_failure "$log"
		die "failed: $* (whole output: $log)"
	}
}

# install what is missing for $1, or name it and give up
setup_packages() {
	missing=$(missing_packages "$1" | sort -u | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	has apt-get || die "missing, by their Debian names: $missing- install them and run this again"
	if [ "$(id -u)" -eq 0 ]; then as_root=; elif has sudo; then as_root=sudo; else
		die "missing: $missing- run as root: apt-get install $missing"
	fi
	say "installing $missing"
	log=$(mktemp) || exit 1
	# a source of packages that is broken matters only if something is missing because of it
	$as_root apt-get update >"$log" 2>&1
	quietly "$log" $as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 $missing
	rm -f "$log"
	missing=$(missing_packages "$1" | tr '\n' ' ')
	[ -z "$missing" ] || die "still missing after the installation: $missing"
}

# is configure of source tree $1 missing or older than what it is made from?  (A configured tree is
# kept up to date by make.)
stale_configure() {
	[ ! -x "$1/configure" ] || [ -n "$(find "$1" -path "$1/build" -prune -o -newer "$1/Makefile.in" \
		\( -name Makefile.inc -o -name Makefile.am -o -name configure.ac -o -name lode.m4 \) -print)" ]
}

# configure the source tree $1 in directory $2 with the other arguments, if that is not done, and
# build it
setup_build() {
	source=$1
	build=$2
	shift 2
	mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 1
	if [ "$(cat "$build/arguments" 2>/dev/null)" != "configure $*" ]; then
		if stale_configure "$source"; then quietly "$build/autoreconf.out" autoreconf -i "$source"; fi
		say "configuring in $build"
		(cd "$build" && quietly "$build/configure.out" "$source/configure" -q "$@") || exit 1
		echo "configure $*" >"$build/arguments"
	fi
	quietly "$build/make.out" make -C "$build" -j"$jobs"
}
