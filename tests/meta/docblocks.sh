# SPDX-License-Identifier: MIT
# Every function declared with LODE_API in a public header has a /** block right above it that
# names @since, and @return unless it returns nothing or is a getter described in one line (a status
# always needs its @return).  One row a function.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

for header in $(public_headers); do
	scan '
		/^[ \t]*\/\*\*/ { block = ""; lines = 0; inside = 1 }
		inside { block = block $0; lines++; if (/\*\//) { inside = 0; ready = 1 }; next }
		/^([A-Z_]+[ \t]+)?LODE_API([ \t]|$)/ {
			type = $0
			while (type !~ /;/ && (getline line) > 0) type = type " " line
			documented = ready; ready = 0
			if (type !~ /\(/) next # data
			sub(/[ \t]*\(.*/, "", type)
			name = type; sub(/.*[ \t*]/, "", name)
			sub(/^.*LODE_API[ \t]+/, "", type)
			why = ""
			if (!documented) why = " no /** block right above it;"
			else {
				if (block !~ /@since/) why = why " no @since;"
				wordless = type ~ /^void[ \t]+[a-z]/ || (lines == 1 && type !~ /^lode_status[ \t]/)
				if (!wordless && block !~ /@return/) why = why " no @return;"
			}
			print name "\t" why
			next
		}
		/[^ \t]/ { ready = 0 }' "$srcdir/include/lode/$header" >"$scratch/said"
	while IFS='	' read -r name why; do
		row "$header: $name" "$why"
	done <"$scratch/said"
done
plan "no public functions yet"
