# SPDX-License-Identifier: MIT
# The passwords of the servers that the tests used stand in nothing that the suite wrote, neither logs
# nor arguments of programs.  Runs after every other test of the same `make check`, as each writes.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

if [ -z "$LODE_TEST_SERVERS" ]; then
	plan 'no servers; tests/run.sh starts them'
	exit 0
fi
words=$LODE_TEST_SERVERS/words

# the files among those read from standard input that have a word; never the word itself
with_words() {
	tr '\n' '\0' | xargs -0 grep -alFf "$words" -- /dev/null
}

# it must be able to fail
row 'the search finds what is there' "$(
	find "$LODE_TEST_SERVERS" -path '*/pgbouncer/users' -o -path '*/mariadb/users.sql' | with_words |
		grep -q . || echo "not found in the servers' own files"
)"
row 'output of the tests' "$(find "$builddir" -name '*.log' -o -name '*.trs' -o -name '*.out' | with_words)"
row 'logs of the servers' "$(find "$LODE_TEST_SERVERS" -name log -o -name '*.log' | with_words)"
row 'arguments of programs' "$(sort "$LODE_TEST_SERVERS/arguments" 2>/dev/null | uniq -c)"
plan
