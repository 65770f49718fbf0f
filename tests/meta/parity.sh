# SPDX-License-Identifier: MIT
# tests/parity.tsv says what of the feature table is shown, and by which tests; this looks whether
# that is true.  Runs after every other test of the same `make check` and reads their logs:
# * each id stands there exactly once; how many an area has stands in the head of the table;
# * a row that is done, differs or part names tests, and every one of them is in its source file,
#   ran, was not skipped everywhere, and passed; where tests/backends.tsv expects it to fail on a
#   backend, that counts as skipped there;
# * a test stands for at most six rows: one that stands for more shows none of them;
# * part, differs and dropped say in a note what is missing, how it differs, why it was dropped.
# A test is FILE:NAME; a script's rows are named with underscores for blanks.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

table="$srcdir/tests/parity.tsv"

# RESULT<tab>FILE:NAME for every test that any log tells of
results() {
	find "$builddir/tests" -name '*.log' ! -name parity.log | sort | while read -r log; do
		scan '
			/^(PASS|FAIL|SKIP|ERROR|XFAIL|XPASS): / {
				result = $1; sub(/:$/, "", result)
				suite = $2; sub(/\.[a-z_]+\.backend$/, "", suite)
				name = $0; sub(/^[A-Z]*: [^ ]* [0-9]* (- )?/, "", name)
				sub(/ # (SKIP|TODO).*/, "", name)
				if (name ~ /\.[ch]:[^:]*:[^:]*: /) {
					# the file is the one of the last assertion, which may be a helper in a header
					split(name, part, ":")
					name = suite ".c:" part[3]
				} else {
					name = suite ":" name
				}
				gsub(/[ \t]/, "_", name)
				print result "\t" name
			}' "$log"
	done
}

# the text that has to stand in the file of a test, so that no log of an older tree is believed
sources() {
	cut -f 3 "$table" | tr ' ' '\n' | sort -u | while IFS=: read -r file name; do
		case $file in
		'' | '#'*) ;;
		*.sh) [ -f "$srcdir/$file" ] && printf '%s:%s\n' "$file" "$name" ;;
		*) grep -q "START_TEST($name)" "$srcdir/$file" 2>/dev/null && printf '%s:%s\n' "$file" "$name" ;;
		esac
	done
}

results >"$scratch/results"
sources >"$scratch/sources"

$awk -F '\t' -v results="$scratch/results" -v sources="$scratch/sources" '
	function say(good, name, why) {
		print (good ? "ok " : "not ok ") (++rows) " - " name
		if (!good) print "# " why
	}

	# what is wrong with one test; "" nothing
	function judge(test) {
		if (!(test in written)) return test ": no such test"
		if (test in failed) return test ": did not pass"
		if (!(test in passed)) return test ((test in skipped) ? ": skipped" : ": did not run")
		return ""
	}

	function judge_row(status, tests, note,    list, n, i, why) {
		if (status !~ /^(done|part|differs|open|dropped)$/) return "no such status: " status
		if (status ~ /^(part|differs|dropped)$/ && note == "") return "has no note"
		if (status ~ /^(open|dropped)$/) return tests == "" ? "" : "has tests but is " status
		n = split(tests, list, / +/)
		if (n == 0) return "names no test"
		for (i = 1; i <= n; i++) {
			why = judge(list[i])
			if (why != "") return why
			if (++rows_of[list[i]] == 1) order[++count] = list[i]
		}
		return ""
	}

	BEGIN {
		while ((getline line < sources) > 0) written[line] = 1
		while ((getline line < results) > 0) {
			split(line, part, "\t")
			if (part[1] == "PASS") passed[part[2]] = 1
			else if (part[1] == "SKIP" || part[1] == "XFAIL") skipped[part[2]] = 1
			else failed[part[2]] = 1
		}
	}

	/^# areas:/ {
		n = split(substr($0, 10), area, " ")
		for (i = 1; i < n; i += 2)
			for (k = 1; k <= area[i + 1]; k++) {
				id = sprintf("%s-%02d", area[i], k)
				wanted[id] = 1
				ids[++id_count] = id
			}
		next
	}
	/^#/ || /^$/ { next }
	{
		why = judge_row($2, $3, $4)
		if (NF > 4 || NF < 2) why = "has not two to four columns"
		if (!($1 in wanted)) why = "is no id of an area"
		if ($1 in seen) why = "stands there twice"
		seen[$1] = 1
		say(why == "", $1 " " $2, why)
	}

	END {
		for (i = 1; i <= id_count; i++)
			if (!(ids[i] in seen)) say(0, ids[i], "has no row")
		say(id_count == 328, "328 rows", "the areas have " id_count)
		for (i = 1; i <= count; i++)
			if (rows_of[order[i]] > 6)
				say(0, order[i], "stands for " rows_of[order[i]] " rows; six at most")
		print "1.." rows
	}' "$table"
