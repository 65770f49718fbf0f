# SPDX-License-Identifier: MIT
# Every source file stands in a Makefile.inc, so that it is built and in the tarball: in any of them
# with its path, or in the one of a folder above it behind %reldir%.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

fragments=$(cd "$srcdir" && find libcore plugins tools tests examples bench -name Makefile.inc)
(cd "$srcdir" && sed 's/#.*//' Makefile.am && for fragment in $fragments; do
	sed "s/#.*//; s|%reldir%|$(dirname "$fragment")|g" "$fragment"
done) | tr -s '[:space:]' '\n' >"$scratch/names"

for file in $(c_files include libcore plugins tools tests examples bench); do
	if grep -Fqx -e "$file" "$scratch/names"; then ok "$file"; else
		not_ok "$file" "in no Makefile.inc"
	fi
done
plan "no sources"
