# SPDX-License-Identifier: MIT
# No function is longer than 120 lines.  One row a file; the longest function stands in its name.
# A function starts at an opening brace in column 0 below a line in column 0 (or at the end of such
# a line) that has a parenthesis, and ends at the next closing brace in column 0.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

limit=120
for file in $(c_files include libcore plugins tools tests examples bench); do
	said=$(scan -v limit="$limit" '
		/^[A-Za-z_].*\(/ && !/;[ \t]*$/ { name = $0; head = 1 }
		/^\{/ { if (head) first = FNR }
		/^[A-Za-z_].*\).*\{[ \t]*$/ { first = FNR }
		/^\}/ {
			if (first) {
				n = FNR - first + 1
				if (n > longest) longest = n
				if (n > limit) print FILENAME ":" first ": " n " lines: " name
			}
			first = 0; head = 0
		}
		END { print "longest " longest + 0 }' "$srcdir/$file")
	longest=$(printf '%s\n' "$said" | sed -n 's/^longest //p')
	row "$file (longest function $longest lines)" "$(printf '%s\n' "$said" | sed '/^longest /d')"
done
plan "no sources"
