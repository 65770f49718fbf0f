# SPDX-License-Identifier: MIT
# Every function declared with LODE_API in a public header has a /** block right above it that
# names @since, and @return unless it returns nothing.  One row a function.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

for header in $(public_headers); do
	$awk -v file="$header" '
		/^[ \t]*\/\*\*/ { block = ""; inside = 1 }
		inside { block = block $0 "\n"; if (/\*\//) { inside = 0; ready = 1 }; next }
		/^LODE_API/ {
			text = $0
			while (text !~ /;/ && (getline line) > 0) text = text " " line
			if (text !~ /\(/) { ready = 0; next } # data
			name = text; sub(/[ \t]*\(.*/, "", name); sub(/.*[ \t*]/, "", name)
			type = text; sub(/[ \t]*\(.*/, "", type)
			why = ""
			if (!ready) why = "no /** block right above it"
			else {
				if (block !~ /@since/) why = why " no @since;"
				if (type !~ /^LODE_API[ \t]+void[ \t]+[a-z]/ && block !~ /@return/) why = why " no @return;"
			}
			print name "\t" why
			ready = 0; next
		}
		/[^ \t]/ { ready = 0 }' "$srcdir/include/lode/$header" >"$scratch/said"
	while IFS='	' read -r name why; do
		row "$header: $name" "$why"
	done <"$scratch/said"
done
plan "no public functions yet"
