# SPDX-License-Identifier: MIT
# Three lists of the public names are one: what the headers declare with LODE_API, what
# liblode.map exports, what the built library has.  `symbols.sh --update` writes the map from the
# headers.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

map=$srcdir/libcore/liblode.map

# names declared with LODE_API, comments removed
declared() {
	for header in $(public_headers); do
		scan '
			function uncomment(line,    out, at) {
				for (;;) {
					at = index(line, comment ? "*/" : "/*")
					if (!comment) out = out (at ? substr(line, 1, at - 1) : line) " "
					if (!at) return out
					line = substr(line, at + 2)
					comment = !comment
				}
			}
			{ line = uncomment($0) }
			line ~ /^[ \t]*([A-Z_]+[ \t]+)?LODE_API([ \t]|$)/ { text = ""; declaring = 1 }
			declaring { text = text " " line }
			declaring && line ~ /;/ {
				name = text; sub(/[ \t]*[(;[].*/, "", name); sub(/.*[ \t*]/, "", name)
				print name; declaring = 0
			}' "$srcdir/include/lode/$header"
	done | sort -u
}

mapped() {
	sed -n 's/^[ \t]*\(lode_[A-Za-z0-9_]*\);$/\1/p' "$map" | sort
}

exported() {
	${LODE_TEST_NM:-nm} -D --defined-only "$1" |
		scan '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort
}

write_map() {
	cat <<-'TEXT'
		/* SPDX-License-Identifier: MIT */
		/* liblode.map - what liblode exports.  Written by `sh tests/meta/symbols.sh --update`
		 * from the LODE_API declarations in include/lode.  A released node is never changed. */
		LODE_0.1 {
	TEXT
	if [ -s "$scratch/declared" ]; then
		echo 'global:'
		sed 's/.*/	&;/' "$scratch/declared"
	fi
	printf 'local:\n\t*;\n};\n'
}

declared >"$scratch/declared"
if [ "${1-}" = --update ]; then
	write_map >"$scratch/map"
	if cmp -s "$scratch/map" "$map"; then echo "liblode.map is up to date"; else
		cp "$scratch/map" "$map" && echo "liblode.map: $(wc -l <"$scratch/declared") names"
	fi
	exit
fi

mapped >"$scratch/mapped"
library=$builddir/.libs/liblode.so
if [ -f "$library" ]; then exported "$library" >"$scratch/exported"; fi

for name in $(sort -u "$scratch"/declared "$scratch"/mapped $([ -f "$library" ] && echo "$scratch/exported")); do
	why=
	grep -qx "$name" "$scratch/declared" || why="not declared with LODE_API in include/lode; "
	grep -qx "$name" "$scratch/mapped" ||
		why="${why}not in liblode.map (sh tests/meta/symbols.sh --update); "
	if [ -f "$library" ]; then
		grep -qx "$name" "$scratch/exported" || why="${why}not defined in the library"
	fi
	row "$name" "$why"
done
row "no name in the map twice" "$(uniq -d "$scratch/mapped")"

# a plugin exports its entry and nothing else
for module in "$builddir"/plugins/*/.libs/lode_*.so; do
	[ -f "$module" ] || continue
	name=$(basename "$module" .so)
	names=$(${LODE_TEST_NM:-nm} -D --defined-only "$module" | $awk '{ print $3 }')
	if [ "$names" = "${name}_LTX_lode_plugin_v0" ]; then ok "$name exports its entry alone"; else
		not_ok "$name exports its entry alone" "$names"
	fi
	row "$name needs nothing of lode" \
		"$(${LODE_TEST_NM:-nm} -D --undefined-only "$module" | $awk '$2 ~ /^lode_/ { print $2 }')"
done
plan "nothing to compare"
