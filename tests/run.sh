#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/run.sh [BUILD-DIRECTORY [CONFIGURE-ARGUMENTS...]] - install what is missing, build, run the
# whole test suite, on SQLite and on servers that run meanwhile; closes with a table of the backends
# and the totals.  Exit status 0: no test failed.
# Run again it installs and rebuilds nothing.
source=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$source/tools/setup.sh"

build=${1:-$source/build/check}
[ $# -eq 0 ] || shift
setup_packages test
setup_build "$source" "$build" "$@"
servers=$(sh "$source/tests/servers.sh" start -o $$) || die 'the servers did not start'
trap 'sh "$source/tests/servers.sh" stop "$servers"' EXIT
trap 'exit 1' HUP INT TERM
eval "$(sh "$source/tests/servers.sh" env "$servers")" # also for the plugins' own tests
say "testing in $build, servers in $servers"
make -C "$build" -j"$jobs" -k check >"$build/check.out" 2>&1
checked=$?
if [ $checked -ne 0 ] && ! grep -q '^# TOTAL:' "$build/check.out"; then
	show_failure "$build/check.out"
	die "the tests did not build (whole output: $build/check.out)"
fi
make -C "$build" -s totals >"$build/totals.out"
cat "$build/totals.out"
grep -q "^[0-9]* passed, 0 failed, " "$build/totals.out"
