# SPDX-License-Identifier: MIT
# tests/totals.awk - reads the .trs and .log files that automake's test driver left, names what
# failed or was skipped, and closes with the totals.  One TAP line is one test; that a program with
# failed tests exits with 1 is no failure of its own.
# Arguments: NAME.trs; one that is not there is a suite that never ran.

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

# the driver's lines in NAME.log that say what was not passed, the first 20
function explain(suite, failures,    line, shown) {
	while ((getline line < (suite ".log")) > 0)
		if (line ~ /^(FAIL|ERROR|XPASS|XFAIL|SKIP): / && !(failures && is_consequence(line)) &&
		    ++shown <= 20)
			print "  " line
	close(suite ".log")
	if (shown > 20) printf "  ... and %d more\n", shown - 20
}

BEGIN {
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
		} else if (left_out) {
			printf "skipped: %s: %d of %d\n", suite, left_out, good + left_out
			explain(suite, failures)
		}
		passed += good; failed += bad; skipped += left_out
	}
	printf "lode: %d tests\n", passed + failed + skipped
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
}
