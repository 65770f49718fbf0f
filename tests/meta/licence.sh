# SPDX-License-Identifier: MIT
# Every source file says its licence in the first three lines (a #! line may come first).
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

sources() {
	c_files include libcore plugins tools tests examples bench
	(cd "$srcdir" && find configure.ac Makefile.am .ci libcore plugins tools tests examples bench \
		-type f \( -name '*.sh' -o -name '*.awk' -o -name '*.am' -o -name '*.ac' \
		-o -name 'Makefile.inc' -o -path '.ci/run' \) 2>/dev/null) | sort
}

for file in $(sources); do
	case $file in *.[ch]) first=1 ;; *) first=3 ;; esac
	if sed "${first}q" "$srcdir/$file" | grep -q 'SPDX-License-Identifier: MIT'; then
		ok "$file"
	else
		not_ok "$file" "no 'SPDX-License-Identifier: MIT' in the first $first line(s)"
	fi
done
plan "no sources"
