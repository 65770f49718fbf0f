# SPDX-License-Identifier: MIT
# tests/meta/tap.sh - what the meta tests share; sourced.  A row is `ok NAME` or `not_ok NAME WHY`;
# `plan` closes the script with the number of rows.

srcdir=${LODE_TEST_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${LODE_TEST_BUILDDIR:-$PWD}
awk=${LODE_TEST_AWK:-awk}
rows=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/lode-meta.XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT PIPE TERM
LC_ALL=C
export LC_ALL

ok() {
	rows=$((rows + 1))
	echo "ok $rows - $1"
}

# every line of $2 is a diagnostic
not_ok() {
	rows=$((rows + 1))
	echo "not ok $rows - $1"
	printf '%s\n' "$2" | sed 's/^/# /'
}

# one row for a check whose complaints are $2; empty: it passed
row() {
	if [ -z "$2" ]; then ok "$1"; else not_ok "$1" "$2"; fi
}

plan() {
	if [ "$rows" -eq 0 ]; then echo "1..0 # SKIP $1"; else echo "1..$rows"; fi
}

# files under the folders $@ of the source tree with the extension .c or .h, sorted
c_files() {
	for folder; do
		if [ -d "$srcdir/$folder" ]; then
			(cd "$srcdir" && find "$folder" -type f -name '*.[ch]')
		fi
	done | sort
}

# names of the public headers without folder, sorted
public_headers() {
	(cd "$srcdir/include/lode" 2>/dev/null && ls -- *.h 2>/dev/null) | sort
}

# awk whose own failure cannot pass for "no complaints"
scan() {
	$awk "$@" 2>&1 || printf "%s\tfailed with status %s\n" "$awk" $?
}
