# SPDX-License-Identifier: MIT
# Every example, and the program in README.md, runs and prints what stands in NAME.out beside this
# script.  They compile without a warning with every compiler that is here, and are no longer than
# they were designed to be.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

if [ ! -f "$builddir/plugins/sqlite/lode_sqlite.la" ]; then
	plan 'built without SQLite'
	exit 0
fi
expected=$srcdir/tests/examples
examples=$builddir/examples

# the complaints about program $1 with the URL $2 (none: its own), expected output $3
run() {
	name=$1
	url=$2
	"$examples/$name" ${url:+"$url"} >"$scratch/out" 2>"$scratch/err" ||
		echo "$name ended with status $?"
	cat "$scratch/err"
	diff "$expected/$3.out" "$scratch/out"
}

for name in quickstart queries relationships readme; do
	row "$name" "$(run $name '' $name)"
done
for name in quickstart queries relationships; do
	row "$name, in a file" "$(run $name "sqlite:///$scratch/$name.db" $name)"
done

# the same program by a name, with nothing but the configuration changed
configured() {
	printf '[engine.main]\nurl = sqlite:///%s\n' "$1" >"$scratch/lode.conf"
	LODE_CONFIG=$scratch/lode.conf
	export LODE_CONFIG
	run quickstart main quickstart
}
for database in :memory: "$scratch/configured.db"; do
	row "quickstart, configured $(basename "$database")" "$(configured "$database")"
done

# with echo=1 the same lines, and between them, indented, the SQL
with_sql() {
	"$examples/quickstart" 'sqlite:///:memory:?echo=1' >"$scratch/both" 2>&1 || echo "status $?"
	grep -v '^    ' "$scratch/both" | diff "$expected/quickstart.out" -
	for sql in 'BEGIN' 'CREATE TABLE user_account ' 'INSERT INTO user_account ' \
		'INSERT INTO address ' 'UPDATE user_account SET fullname = ?' \
		'SELECT .* WHERE address.email LIKE ? ORDER BY ' 'DELETE FROM user_account ' 'COMMIT'; do
		grep -q "^    $sql" "$scratch/both" || echo "no statement $sql"
	done
}
row 'quickstart, with its SQL' "$(with_sql)"

# ---- what goes wrong is said, and shows in the exit status

complaint() {
	"$examples/$1" "$2" >"$scratch/out" 2>"$scratch/err"
	status=$?
	[ $status -eq 1 ] || echo "status $status"
	grep -q "$3" "$scratch/err" || cat "$scratch/err"
}

for name in quickstart queries relationships; do
	row "$name without a plugin" "$(complaint $name nosuch:// 'no plugin has the scheme "nosuch"')"
	row "$name without a database" \
		"$(complaint $name "sqlite:///$scratch/none/none.db" 'unable to open database file')"
done
row 'quickstart a second time: names are unique' \
	"$(complaint quickstart "sqlite:///$scratch/quickstart.db" 'quickstart: commit: UNIQUE')"

# ---- length, of files and of the program in README.md

length() {
	lines=$(wc -l <"$1")
	[ "$lines" -le "$2" ] || echo "$lines lines, not $2"
}

row 'models.h has at most 44 lines' "$(length "$srcdir/examples/models.h" 44)"
row 'models.c has at most 32 lines' "$(length "$srcdir/examples/models.c" 32)"
row 'quickstart.c has at most 74 lines' "$(length "$srcdir/examples/quickstart.c" 74)"
row 'queries.c has at most 43 lines' "$(length "$srcdir/examples/queries.c" 43)"
row 'relationships.c has at most 48 lines' "$(length "$srcdir/examples/relationships.c" 48)"
row 'README.c has at most 40 lines' "$(length "$builddir/README.c" 40)"

# ---- warnings

flags='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -Wwrite-strings -Werror'
compilers=0
for cc in gcc clang; do
	command -v $cc >/dev/null 2>&1 || continue
	compilers=$((compilers + 1))
	for file in "$srcdir"/examples/*.c "$builddir/README.c"; do
		for std in c11 c2x; do
			row "$(basename "$file") $cc $std" \
				"$($cc $flags -std=$std -fsyntax-only -I"$srcdir/include" "$file" 2>&1)"
		done
	done
done
[ $compilers -gt 0 ] || { rows=$((rows + 1)) && echo "ok $rows # SKIP neither gcc nor clang here"; }
plan
