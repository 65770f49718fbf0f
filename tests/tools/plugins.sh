# SPDX-License-Identifier: MIT
# lode plugins: what is loaded, what is refused and why, and that nobody but root and the user can
# bring a plugin in: writable directories, files of others, links to them, setuid programs.
# As root everything is tried, else some rows are skipped.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

lode=$scratch/lode                       # where any user can run it
module=$builddir/plugins/sqlite/.libs/lode_sqlite.so
other=65534                              # an ordinary user, nobody
me=$(id -u)
unset LODE_PLUGIN_PATH LODE_CONFIG
XDG_CONFIG_HOME=$scratch/config          # whatever the one who runs this has configured
export XDG_CONFIG_HOME
umask 022
chmod 711 "$scratch"

if [ ! -f "$module" ]; then
	plan 'no plugin module is built here'
	exit 0
fi

cp "$builddir/tests/tools/lode" "$lode" && chmod 755 "$lode" || exit 99

skip() {
	rows=$((rows + 1))
	echo "ok $rows - $1 # SKIP $2"
}

# a directory $1 with a plugin file in it
folder() {
	mkdir "$scratch/$1" && cp "$module" "$scratch/$1/lode_sqlite.so"
}

# lode with LODE_PLUGIN_PATH $1, expected exit status $2, and arguments; output in $scratch/said
lode() {
	path=$1
	expected=$2
	shift 2
	LODE_PLUGIN_PATH=$path $as "$lode" "$@" >"$scratch/said" 2>&1
	status=$?
	[ $status -eq "$expected" ] || { echo "status $status, not $expected" && cat "$scratch/said"; }
}

says() {
	grep -Fqx -e "$1" "$scratch/said" || { echo "no line: $1" && cat "$scratch/said"; }
}

# the record of path $1 has the reason $2, $3 is "refused" or "ignored"; nor does anything load it
refuses() {
	directory=$1
	[ "$3" = ignored ] || directory=${1%/*}
	lode "$directory" 1 plugins
	says "$3 $1"
	grep -A 2 -F "$3 $1" "$scratch/said" | grep -Fqx "  reason: $2" ||
		{ echo "no reason: $2" && cat "$scratch/said"; }
	lode "$directory" 1 check sqlite:///:memory:
	says 'status: LODE_E_PLUGIN'
	grep -Fq "lode_sqlite.so: $2" "$scratch/said" ||
		{ echo "the error does not say: $2" && cat "$scratch/said"; }
}

accepts() {
	lode "$1" 0 plugins sqlite
	says "usable $1/lode_sqlite.so"
	lode "$1" 0 check sqlite:///:memory:
	says 'status: ok'
}

as=
# one of the installation would be found where none should be
if "$lode" plugins 2>/dev/null | grep -q '^usable'; then
	plan 'a plugin is installed where this lode looks for it'
	exit 0
fi

# ---- what a record says

folder own
row "a directory of one's own" "$(accepts "$scratch/own")"
row 'a record' "$(lode "$scratch/own" 0 plugins
	says '  name: sqlite'; says '  abi: 0.0'; says '  license: MIT'; says '  drivers: sqlite'
	says '  schemes: sqlite, sqlite3'; says '  dialects: sqlite'
	grep -q '^  version: [0-9]' "$scratch/said" || echo 'no version'
	grep -q '^  capabilities: .*savepoint' "$scratch/said" || echo 'no capabilities')"
row 'a plugin by name' "$(lode "$scratch/own" 1 plugins sqlite nosuch
	says "usable $scratch/own/lode_sqlite.so"
	says 'lode plugins: there is no usable plugin "nosuch"')"
row 'a directory by option' "$(lode '' 0 plugins --directory="$scratch/own" sqlite
	says "usable $scratch/own/lode_sqlite.so")"
mkdir "$scratch/config"
printf '[plugins]\ndirectories = %s:%s\n' "$scratch/none" "$scratch/own" >"$scratch/config/lode.conf"
row 'a directory of the configuration' "$(lode '' 0 plugins sqlite
	says "ignored $scratch/none"; says "usable $scratch/own/lode_sqlite.so")"
echo 'nonsense' >>"$scratch/config/lode.conf"
row 'a broken configuration' "$(lode "$scratch/own" 1 plugins sqlite
	says "lode plugins: $scratch/config/lode.conf:3: neither [section] nor key = value"
	says "usable $scratch/own/lode_sqlite.so")"
chmod 666 "$scratch/config/lode.conf"
row 'a configuration of anybody' "$(lode "$scratch/own" 1 plugins sqlite
	says "lode plugins: $scratch/config/lode.conf: the file is writable by others")"
rm -r "$scratch/config"
row 'no plugin at all' "$(lode '' 1 plugins; says 'lode plugins: there is no usable plugin')"
row 'a directory that is not there' "$(lode "$scratch/none" 1 plugins
	says "ignored $scratch/none"; says '  reason: No such file or directory')"
row 'a relative directory' "$(cd "$scratch" && lode own:./own 1 plugins; says 'ignored own'
	says 'ignored ./own'; says '  reason: an entry of LODE_PLUGIN_PATH must be absolute')"
folder twice
row 'a plugin found twice' "$(lode "$scratch/own:$scratch/twice" 0 plugins
	says "usable $scratch/own/lode_sqlite.so"; says "refused $scratch/twice/lode_sqlite.so"
	says "  reason: passed over: $scratch/own/lode_sqlite.so is in use")"

mkdir "$scratch/odd" "$scratch/odd/lode_folder.so"
echo 'not a library' >"$scratch/odd/lode_text.so"
: >"$scratch/odd/lode_empty.so"
ln -s "$scratch/none" "$scratch/odd/lode_dangling.so"
mkfifo "$scratch/odd/lode_pipe.so"
cp "$module" "$scratch/odd/lode_Name.so"
cp "$module" "$scratch/odd/sqlite.so"
cp "$module" "$scratch/odd/lode_renamed.so"
row 'files that are no plugins' "$(lode "$scratch/odd" 1 plugins
	for name in folder text empty dangling pipe renamed; do
		says "refused $scratch/odd/lode_$name.so"
	done
	says '  reason: not a regular file'; says '  reason: No such file or directory'
	[ "$(grep -c '^refused' "$scratch/said")" -eq 6 ] || cat "$scratch/said"
	[ "$(grep -c '^  reason: .' "$scratch/said")" -ge 6 ] || cat "$scratch/said")"

# ---- writable by others

folder open
chmod 777 "$scratch/open"
row 'a world-writable directory' \
	"$(refuses "$scratch/open" 'the directory is writable by others' ignored)"
chmod 1777 "$scratch/open"
row 'with a sticky bit' "$(refuses "$scratch/open" 'the directory is writable by others' ignored)"
folder openfile
chmod 757 "$scratch/openfile/lode_sqlite.so"
row 'a world-writable file' \
	"$(refuses "$scratch/openfile/lode_sqlite.so" 'the file is writable by others' refused)"
mkdir "$scratch/tolink"
ln -s "$scratch/open/lode_sqlite.so" "$scratch/tolink/lode_sqlite.so"
row 'a link into a world-writable directory' "$(refuses "$scratch/tolink/lode_sqlite.so" \
	'the directory of the file is writable by others' refused)"
ln -s "$scratch/open" "$scratch/linked"
row 'a link to a world-writable directory' \
	"$(refuses "$scratch/linked" 'the directory is writable by others' ignored)"
mkdir "$scratch/good"
ln -s "$scratch/own/lode_sqlite.so" "$scratch/good/lode_sqlite.so"
row 'a link to a good file' "$(accepts "$scratch/good")"
row 'a good directory behind a bad one' "$(lode "$scratch/open:$scratch/own" 0 plugins sqlite
	says "ignored $scratch/open"; says "usable $scratch/own/lode_sqlite.so")"
folder group
chmod 775 "$scratch/group"
row 'a directory writable by the group, process not privileged' "$(accepts "$scratch/group")"

# ---- of another user

not_root='changing the owner of a file needs root'
belongs="belongs to user $other, not to root or to user $me"
if [ "$me" -eq 0 ]; then
	folder theirfile
	chown $other "$scratch/theirfile/lode_sqlite.so"
	row 'a file of another user' \
		"$(refuses "$scratch/theirfile/lode_sqlite.so" "the file $belongs" refused)"
	mkdir "$scratch/totheirs"
	ln -s "$scratch/theirfile/lode_sqlite.so" "$scratch/totheirs/lode_sqlite.so"
	row 'a link to a file of another user' \
		"$(refuses "$scratch/totheirs/lode_sqlite.so" "the file $belongs" refused)"
	folder their
	chown -R $other "$scratch/their"
	row 'a directory of another user' \
		"$(refuses "$scratch/their" "the directory $belongs" ignored)"
	mkdir "$scratch/intotheirs"
	cp "$module" "$scratch/their/lode_sqlite.so" && chown 0 "$scratch/their/lode_sqlite.so"
	ln -s "$scratch/their/lode_sqlite.so" "$scratch/intotheirs/lode_sqlite.so"
	row 'a link into a directory of another user' "$(refuses "$scratch/intotheirs/lode_sqlite.so" \
		"the directory of the file $belongs" refused)"
else
	for name in 'a file of another user' 'a link to a file of another user' \
		'a directory of another user' 'a link into a directory of another user'; do
		skip "$name" "$not_root"
	done
fi

# ---- an ordinary user: root's files, and one's own that root would refuse

if [ "$me" -ne 0 ]; then
	as_other='becoming another user needs root'
elif ! command -v setpriv >/dev/null 2>&1; then
	as_other='there is no setpriv'
elif ! setpriv --reuid $other --clear-groups "$lode" --version >/dev/null 2>&1; then
	as_other='the ordinary user cannot run a program from the directory for temporary files'
else
	as_other=
fi
if [ -z "$as_other" ]; then
	chown $other "$scratch/their/lode_sqlite.so"
	as="setpriv --reuid $other --clear-groups"
	row "an ordinary user, a directory of root's" "$(accepts "$scratch/own")"
	row "an ordinary user, a directory of one's own" "$(accepts "$scratch/their")"
	as=
else
	skip "an ordinary user, a directory of root's" "$as_other"
	skip "an ordinary user, a directory of one's own" "$as_other"
fi

# ---- a setuid program: of another user, run by this one

# a copy of program $1 that runs as the other user
make_setuid() {
	cp "$1" "$scratch/setuid" && chown $other "$scratch/setuid" && chmod 4755 "$scratch/setuid"
}

setuid_missing() {
	if [ "$me" -ne 0 ]; then
		echo 'making a setuid program of another user needs root'
	elif ! make_setuid "$(command -v id)" || [ "$("$scratch/setuid" -u)" != $other ]; then
		echo 'setuid programs do not work in this place'
	elif ! make_setuid "$lode" || ! "$scratch/setuid" --version >/dev/null 2>&1; then
		# the leak checker cannot look at a process that is not its user's, nor be told not to
		echo 'a setuid copy of the program does not run (a sanitized one cannot)'
	fi
}

reason=$(setuid_missing)
if [ -z "$reason" ]; then
	lode=$scratch/setuid
	row 'setuid: LODE_PLUGIN_PATH is refused, and it says why' "$(lode "$scratch/own" 1 plugins
		says "ignored $scratch/own"
		says '  reason: LODE_PLUGIN_PATH is not used in a privileged (setuid) process'
		if grep -q '^usable' "$scratch/said"; then cat "$scratch/said"; fi)"
	row 'setuid: nothing is loaded from it' "$(lode "$scratch/own" 1 check sqlite:///:memory:
		says 'status: LODE_E_PLUGIN'
		if grep -Fq "$scratch/own" "$scratch/said"; then cat "$scratch/said"; fi)"
	row "setuid: a directory of root's that the program names" \
		"$(lode '' 0 plugins -d "$scratch/own"; says "usable $scratch/own/lode_sqlite.so")"
	row 'setuid: a directory writable by its group' "$(lode '' 1 plugins -d "$scratch/group"
		says "ignored $scratch/group"; says '  reason: the directory is writable by its group')"
	mkdir "$scratch/config"
	printf '[plugins]\ndirectories = %s\n' "$scratch/own" >"$scratch/config/lode.conf"
	row "setuid: the user's configuration is not read" "$(lode '' 1 plugins
		if grep -q '^usable' "$scratch/said"; then cat "$scratch/said"; fi)"
	row 'setuid: LODE_CONFIG is refused, and it says why' \
		"$(LODE_CONFIG=$scratch/config/lode.conf; export LODE_CONFIG; lode '' 1 plugins
		says "ignored $LODE_CONFIG"
		says '  reason: LODE_CONFIG is not used in a privileged (setuid) process'
		if grep -q '^usable' "$scratch/said"; then cat "$scratch/said"; fi)"
	row 'setuid: LODE_PASSWORD is not used' "$(LODE_PASSWORD=hush; export LODE_PASSWORD
		lode '' 1 check nosuch://u@h/x; says 'url: nosuch://u@h/x')"
else
	for name in 'LODE_PLUGIN_PATH is refused, and it says why' 'nothing is loaded from it' \
		"a directory of root's that the program names" 'a directory writable by its group' \
		"the user's configuration is not read" 'LODE_CONFIG is refused, and it says why' \
		'LODE_PASSWORD is not used'; do
		skip "setuid: $name" "$reason"
	done
fi
plan
