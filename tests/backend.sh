# SPDX-License-Identifier: MIT
# tests/backend.sh PROGRAM.BACKEND.backend - run a test program in a fresh database of a server of
# tests/servers.sh.  The program finds its URL in LODE_TEST_URL and the name of the backend in
# LODE_TEST_BACKEND, see tests/backend.h.  Where the backend is absent its tests are skipped:
# without LODE_TEST_SERVERS, without the plugin, and what LODE_TEST_BACKENDS leaves out.
name=${1%.backend}
backend=${name##*.}
program=${name%.*}
program=${program#"$LODE_TEST_SRCDIR"/}
servers=$LODE_TEST_SRCDIR/tests/servers.sh

skip() {
	echo "1..0 # SKIP $backend: $1"
	exit 0
}

case $backend in
odbc_*)
	plugin=odbc
	# libraries without frame pointers: tests/lsan.supp knows their leaks by the whole stack
	ASAN_OPTIONS=fast_unwind_on_malloc=0
	export ASAN_OPTIONS
	;;
pgbouncer) plugin=postgresql ;;
*) plugin=$backend ;;
esac
[ -f "$LODE_TEST_BUILDDIR/plugins/$plugin/lode_$plugin.la" ] || skip "built without $plugin"
case " ${LODE_TEST_BACKENDS-$backend} " in
*" $backend "*) ;;
*) skip 'not among LODE_TEST_BACKENDS' ;;
esac
[ -n "$LODE_TEST_SERVERS" ] || skip 'no servers; tests/run.sh starts them'

eval "$(sh "$servers" env)"
database=$(echo "${program#./}_$backend" | sed 's|^tests/||' | tr / _)
LODE_TEST_URL=$(sh "$servers" database "$backend" "$database" 2>&1) || skip "$LODE_TEST_URL"
LODE_TEST_BACKEND=$backend
export LODE_TEST_URL LODE_TEST_BACKEND

# What tests/backends.tsv says to fail here is marked "# TODO reason", which automake counts as an
# expected failure; a test of it that fails no more is an error, so that the table stays true.
"$program" | ${LODE_TEST_AWK:-awk} -F '\t' -v program="${program#./}" -v backend="$backend" '
	FILENAME != "-" {
		if ($1 == program && (" " $2 " ") ~ (" " backend " ")) reason[$3] = $4
		next
	}
	/^(not )?ok / {
		split($0, part, ":")
		ran[part[3]]
		if (/^not ok /) {
			fails[part[3]]
			if (part[3] in reason) $0 = $0 " # TODO " reason[part[3]]
			else status = 1
		}
	}
	/^1[.][.]/ { planned = 1 }
	{ print; fflush() }
	END {
		for (name in reason)
			if (name in ran && !(name in fails)) {
				print "# tests/backends.tsv: " name " passes on " backend ": take it out"
				status = 1
			}
		exit status || !planned
	}
' "$LODE_TEST_SRCDIR/tests/backends.tsv" -
status=$?
sh "$servers" remove "$backend" "$database"
exit $status
