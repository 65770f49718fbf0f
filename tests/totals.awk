# SPDX-License-Identifier: MIT
# tests/totals.awk - reads the .trs and .log files that automake's test driver left, names what
# failed or was skipped, and closes with a table of the backends and the totals.  One TAP line is one
# test; that a program with failed tests exits with 1 is no failure of its own.
# Arguments: NAME.trs; one that is not there is a suite that never ran.  tests/x.mariadb.trs is
# program tests/x on MariaDB; a program that has such a one runs on SQLite itself.

# how the driver reports the exit status of a program with failed tests
function is_consequence(line) {
	return line ~ /^ERROR: .* - exited with status 1$/
}

# does NAME.log have that line?
function has_consequence(suite,    line, found) {
	while (!found && (getline line < (suite ".log")) > 0) found = is_consequence(line)
	close(suite ".log")
	return found
}

# the driver's lines in NAME.log that say what failed, the first 20
function explain(suite, failures,    line, shown) {
	while ((getline line < (suite ".log")) > 0)
		if (line ~ /^(FAIL|ERROR|XPASS): / && !(failures && is_consequence(line)) &&
		    ++shown <= 20)
			print "  " line
	close(suite ".log")
	if (shown > 20) printf "  ... and %d more\n", shown - 20
}

# note the reasons of what was skipped in NAME.log
function note_skips(suite,    line) {
	while ((getline line < (suite ".log")) > 0) {
		if (line !~ /^(SKIP|XFAIL): /) continue
		sub(/^(SKIP|XFAIL): /, "", line)
		if (line ~ / # (SKIP|TODO) /) sub(/.* # (SKIP|TODO) /, "", line)
		else sub(/^[^ ]* - /, "", line)
		if (!(line in times)) reasons[++reason_count] = line
		times[line]++
		if (suite != last_suite[line] && ++suite_count[line] <= 3)
			suites[line] = suites[line] " " suite
		last_suite[line] = suite
	}
	close(suite ".log")
}

# which column of the table a suite belongs to
function backend_of(suite,    parts, n) {
	n = split(suite, parts, "/")
	if (split(parts[n], parts, ".") > 1) return parts[2]
	return (suite in on_backends) ? "sqlite" : "no-backend"
}

BEGIN {
	for (i = 1; i < ARGC; i++) {
		suite = ARGV[i]; sub(/\.[a-z_]+\.trs$/, "", suite)
		on_backends[suite]
	}
	for (i = 1; i < ARGC; i++) {
		file = ARGV[i]
		suite = file; sub(/\.trs$/, "", suite)
		good = bad = failures = left_out = 0
		while ((got = (getline line < file)) > 0) {
			if (line !~ /^:test-result:/) continue
			if (line ~ /^:test-result: *PASS/) good++
			else if (line ~ /^:test-result: *(SKIP|XFAIL)/) left_out++
			else {
				bad++
				if (line ~ /^:test-result: *FAIL/) failures++
			}
		}
		close(file)
		if (got < 0 || good + bad + left_out == 0) {
			bad++
			print "FAILED: " suite ": " (got < 0 ? "did not run" : "reported no test")
		} else if (bad) {
			if (failures && has_consequence(suite)) bad--
			printf "FAILED: %s: %d of %d, see %s.log\n", suite, bad, good + bad + left_out, suite
			explain(suite, failures)
		}
		if (left_out) note_skips(suite)
		backend = backend_of(suite)
		if (!(backend in rows)) backends[++backend_count] = backend
		rows[backend]
		passed_on[backend] += good; failed_on[backend] += bad; skipped_on[backend] += left_out
		passed += good; failed += bad; skipped += left_out
	}
	for (i = 1; i <= reason_count; i++)
		printf "skipped %d: %s (%s%s)\n", times[reasons[i]], reasons[i],
		       substr(suites[reasons[i]], 2), (suite_count[reasons[i]] > 3 ? " ..." : "")
	printf "%-16s %8s %8s %8s\n", "backend", "passed", "failed", "skipped"
	for (i = 1; i <= backend_count; i++)
		printf "%-16s %8d %8d %8d\n", backends[i], passed_on[backends[i]],
		       failed_on[backends[i]], skipped_on[backends[i]]
	printf "lode: %d tests\n", passed + failed + skipped
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
}
