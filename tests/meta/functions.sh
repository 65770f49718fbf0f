# SPDX-License-Identifier: MIT
# No function is longer than 120 lines, no line of C wider than 100 columns.  One row a file; the
# longest function stands in its name.  A function starts at a line in column 0 that has its
# opening brace in column 0 below it, and ends at the next closing brace in column 0.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

limit=120
for file in $(c_files include libcore plugins tools tests examples bench); do
	said=$($awk -v limit="$limit" '
		/^[A-Za-z_].*\(/ && !/;[ \t]*$/ { head = FNR; name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
		/^START_TEST/ { head = FNR; name = $0 }
		/^\{/ { if (head) open = head }
		/^[A-Za-z_].*\).*\{[ \t]*$/ { open = head }
		/^\}/ {
			if (open) {
				n = FNR - open + 1
				if (n > longest) longest = n
				if (n > limit) print FILENAME ":" open ": " name " has " n " lines, limit " limit
			}
			open = 0; head = 0
		}
		{
			# tabs to the next multiple of 8; continuation bytes of UTF-8 have no width
			width = 0
			if (length($0) > 50) {
				line = $0; gsub(/[\200-\277]/, "", line)
				n = split(line, part, "\t")
				for (i = 1; i < n; i++) width += length(part[i]), width += 8 - width % 8
				width += length(part[n])
			}
			if (width > 100) print FILENAME ":" FNR ": " width " columns, limit 100"
		}
		END { print "longest " longest + 0 }' "$srcdir/$file")
	longest=$(printf '%s\n' "$said" | sed -n 's/^longest //p')
	row "$file (longest function $longest lines)" "$(printf '%s\n' "$said" | sed '/^longest /d')"
done
plan "no sources"
