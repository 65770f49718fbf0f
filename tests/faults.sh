# SPDX-License-Identifier: MIT
# tests/faults.sh PROGRAM.BACKEND.faults - run a test program on a server of its own, which it kills,
# freezes and starts again by tests/servers.sh.  The program finds its URL in LODE_TEST_URL, one by
# TCP in LODE_TEST_TCP.  Skipped where servers are not asked for, as by tests/backend.sh.
name=${1%.faults}
backend=${name##*.}
program=${name%.*}
program=${program#"$LODE_TEST_SRCDIR"/}
servers=$LODE_TEST_SRCDIR/tests/servers.sh

skip() {
	echo "1..0 # SKIP $backend: $1"
	exit 0
}

[ -f "$LODE_TEST_BUILDDIR/plugins/$backend/lode_$backend.la" ] || skip "built without $backend"
case " ${LODE_TEST_BACKENDS-$backend} " in
*" $backend "*) ;;
*) skip 'not among LODE_TEST_BACKENDS' ;;
esac
[ -n "$LODE_TEST_SERVERS" ] || skip 'no servers; tests/run.sh starts them'

dir=$(mktemp -d /tmp/lode-faults.XXXXXX) || exit 99
rmdir "$dir"
trap 'sh "$servers" stop "$dir"' EXIT
trap 'exit 99' HUP INT TERM
LODE_TEST_SERVERS=$(sh "$servers" start -o $$ "$dir" "$backend") || skip 'the server does not start'
export LODE_TEST_SERVERS
# what is committed must survive the server, as it does where nobody is in a hurry
case $backend in
mariadb) sed -i 's/^\(innodb-flush-log-at-trx-commit\) = .*/\1 = 2/' "$dir/mariadb/my.cnf" ;;
postgresql) sed -i 's/^\(synchronous_commit\) = .*/\1 = on/' "$dir/postgresql/data/postgresql.conf" ;;
esac
sh "$servers" restart "$backend" || skip 'the server does not start again'
eval "$(sh "$servers" env)"
LODE_TEST_URL=$(sh "$servers" database "$backend" faults 2>&1) || skip "$LODE_TEST_URL"
LODE_TEST_TCP=$(eval "echo \"\$LODE_TEST_$(echo "$backend" | tr a-z A-Z)_TCP\"")
LODE_TEST_BACKEND=$backend
export LODE_TEST_URL LODE_TEST_TCP LODE_TEST_BACKEND
"$program"
