# SPDX-License-Identifier: MIT
# The program lode from outside: what it prints where, its exit statuses, and that no secret it was
# given is ever printed.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

lode=$builddir/lode
secret='hush-hush'
unset LODE_PASSWORD
# whatever the one who runs this has configured
LODE_CONFIG=$scratch/lode.conf
export LODE_CONFIG
umask 077

# run lode with the arguments behind $1, the expected exit status; output in $scratch/out and err
lode() {
	expected=$1
	shift
	"$lode" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	ended $?
}

# the same with $2 on standard input
lode_reads() {
	expected=$1
	input=$2
	shift 2
	printf '%s' "$input" | "$lode" "$@" >"$scratch/out" 2>"$scratch/err"
	ended $?
}

ended() {
	[ "$1" -eq "$expected" ] || echo "status $1, not $expected"
	if grep -q "$secret" "$scratch/out" "$scratch/err"; then echo "the secret was printed"; fi
}

# complaints unless a line of file $1 (out, err) matches $2
says() {
	grep -q -e "$2" "$scratch/$1" ||
		{ echo "no line of standard $1 matches: $2" && cat "$scratch/out" "$scratch/err"; }
}

silent() {
	if [ -s "$scratch/$1" ]; then echo "standard $1 is not empty:" && cat "$scratch/$1"; fi
}

# ---- help, version, wrong usage

: >"$LODE_CONFIG"
row '--help' "$(lode 0 --help; says out '^usage: lode COMMAND'; silent err)"
row '--version' "$(lode 0 --version; says out '^lode [0-9]'; says out '^plugin ABI: [0-9]*\.[0-9]'
	says out '^plugin directory: /'; says out '^configuration: /.*/lode.conf$'; silent err)"
for command in plugins check; do
	row "$command --help" "$(lode 0 $command --help; says out "^usage: lode $command"; silent err)"
	row "$command: unknown option" "$(lode 2 $command --nonsense; says err 'option --nonsense: unknown'
		says err "^Try: lode $command --help"; silent out)"
	row "$command: unknown letter" "$(lode 2 $command -x; says err 'option -x: unknown'; silent out)"
done
row 'no command' "$(lode 2; says err '^lode: a command is missing'; silent out)"
row 'unknown command' "$(lode 2 chek; says err 'no command "chek"; did you mean "check"?')"
row 'unknown option' "$(lode 2 --nonsense; says err '^lode: option --nonsense: unknown')"
row 'help with a value' "$(lode 2 --help=yes; says err '^lode: option -h: ')"
row 'check without URL' "$(lode 2 check; says err 'one URL, or one name of an engine, is wanted'; silent out)"
row 'check with two URLs' "$(lode 2 check a:// b://; says err 'one URL, or one name of an engine, is wanted'; silent out)"
for timeout in 0 -1 x 1x '' 99999999999999999999; do
	row "check --timeout=$timeout" "$(lode 2 check --timeout="$timeout" sqlite://
		says err '--timeout: a number'; silent out)"
done
row 'plugins --directory relative' "$(lode 2 plugins -d x; says err 'must be absolute'; silent out)"

full() {
	expected=1
	: >"$scratch/out"
	"$lode" --version >/dev/full 2>"$scratch/err"
	ended $?
	says err '^lode: standard output cannot be written'
}
if [ -c /dev/full ]; then row 'standard output is full' "$(full)"; fi

# ---- check

keys() {
	sed 's/: .*//' "$scratch/out" | tr '\n' ' '
}

all_keys='url driver dialect server server_version client database schema capabilities connect_ms '
all_keys="${all_keys}round_trip_ms status "
has_keys() {
	[ "$(keys)" = "$all_keys" ] || { echo "keys: $(keys)" && cat "$scratch/err"; }
}

if [ -f "$builddir/plugins/sqlite/lode_sqlite.la" ]; then
	row 'check in memory' "$(lode 0 check sqlite:///:memory:; has_keys; silent err
		says out '^server: SQLite$'; says out '^server_version: 3\.[0-9.]*$'
		says out '^dialect: sqlite$'; says out '^connect_ms: [0-9]*\.[0-9][0-9][0-9]$'
		says out '^round_trip_ms: [0-9]*\.[0-9][0-9][0-9]$'; says out '^status: ok$')"
	row 'check a file' "$(lode 0 check "sqlite:///$scratch/check.db"; has_keys
		says out "^url: sqlite:///$scratch/check.db$"; says out "^database: $scratch/check.db$")"
	row 'check with a timeout' "$(lode 0 check --timeout=5 sqlite:///:memory:; says out '^status: ok$')"
	row 'check what is not there' "$(lode 1 check "sqlite:///$scratch/none.db?mode=rw"
		says out '^status: LODE_E_'; says err '^lode check: '; ls "$scratch/none.db" 2>/dev/null)"
	row 'check a directory' "$(lode 1 check "sqlite:///$scratch"; says out '^status: LODE_E_'
		says err '^lode check: ')"
	printf 'no database at all, but long enough to be looked at as one: %0200d' 0 >"$scratch/bad.db"
	row 'check a file of something else' "$(lode 1 check "sqlite:///$scratch/bad.db"
		says out '^status: LODE_E_'; says err '^lode check: ')"
	row 'check with an unknown option' "$(lode 1 check 'sqlite:///:memory:?nonsense=1'
		says out '^status: LODE_E_CONFIG$'; says err 'no option "nonsense"')"
	row 'check reads the URL' "$(lode_reads 0 'sqlite:///:memory:
' check -; has_keys)"
	row 'check reads a line of Windows' \
		"$(lode_reads 0 "$(printf 'sqlite:///:memory:\r\n.')" check -; has_keys)"
fi
row 'check without plugin' "$(lode 1 check nosuch://host/x; says out '^url: nosuch://host/x$'
	says out '^status: LODE_E_PLUGIN$'; says err 'no plugin has the scheme "nosuch"')"
row 'check no URL' "$(lode 2 check non:sense; says err '^lode check: URL: '; silent out)"
row 'check reads nothing' "$(lode 1 check -; says err 'standard input: the first line is empty')"
row 'check reads no URL' "$(lode_reads 1 "u:$secret" check -; says err '^lode check: URL: ')"
row 'check reads too long a line' \
	"$(lode_reads 1 "sqlite:///$(printf '%05000d' 0)" check -; says err 'is longer than')"

# ---- engines of the configuration

row 'check no engine' "$(lode 1 check nonsense; says out '^status: LODE_E_CONFIG$'
	says err "no engine \"nonsense\" is configured; read: $LODE_CONFIG")"
if [ -f "$builddir/plugins/sqlite/lode_sqlite.la" ]; then
	printf '[engine.main]\nurl = sqlite:///%s/main.db\ntimeout_ms = 900\n' "$scratch" >"$LODE_CONFIG"
	row 'check an engine' "$(lode 0 check main; has_keys; silent err
		says out "^url: sqlite:///$scratch/main.db?timeout_ms=900$"; says out '^status: ok$')"
	row 'check an engine nearly so called' "$(lode 1 check mian
		says err 'no engine "mian" is configured; did you mean "main"?')"
fi
printf '[engine.main]\nurl = nosuch://h/x\npool_size = none\n' >"$LODE_CONFIG"
row 'check a wrong configuration' "$(lode 1 check main; says out '^status: LODE_E_CONFIG$'
	says err "^lode check: $LODE_CONFIG:3: the option pool_size must be a number from 1 on$")"
printf '%s\n' "$secret" >"$scratch/password"
printf '[engine.main]\nurl = nosuch://u@h/x\npassword_file = %s\n' "$scratch/password" >"$LODE_CONFIG"
row 'check an engine with a password file' "$(lode 1 check main; says out '^status: LODE_E_PLUGIN$')"
row 'check an engine, --password-file' "$(lode 2 check --password-file="$scratch/password" main
	says err 'the configuration says where'; silent out)"
: >"$LODE_CONFIG"

# ---- passwords: refused where others see them, taken from where they do not

for argument in "nosuch://u:$secret@h/x" "nosuch://:$secret@h/x" "nosuch://h/x?password=$secret" \
	"nosuch://h/x?sslpassword=$secret" "nosuch://h/x?pwd=$secret"; do
	row "$(echo "$argument" | sed "s/$secret/.../") as an argument" \
		"$(lode 2 check "$argument"; says err 'visible to every user'; silent out)"
done
row '--password' "$(lode 2 check --password="$secret" sqlite://; says err '^lode check: --password: a pass')"
row '--pasword' "$(lode 2 check --pasword="$secret" sqlite://; says err '^lode check: option --pasword: ')"
row '-p' "$(lode 2 check "-p$secret" sqlite://; says err '^lode check: option -p: ')"
row 'a broken URL' "$(lode 2 check "nosuch://u:$secret@h:port/x"; says err '^lode check: URL: ')"
row 'URL with password on standard input' \
	"$(lode_reads 1 "nosuch://u:$secret@h/x?key=$secret" check -; says err 'no plugin'
	says out '^url: nosuch://u:\*\*\*@h/x?key=\*\*\*$')"

LODE_PASSWORD=$secret
export LODE_PASSWORD
row 'LODE_PASSWORD, URL with a user' \
	"$(lode 1 check nosuch://u@h/x; says out '^url: nosuch://u:\*\*\*@h/x$')"
row 'LODE_PASSWORD, URL with a host' \
	"$(lode 1 check nosuch://h/x; says out '^url: nosuch://:\*\*\*@h/x$')"
row 'LODE_PASSWORD, URL of a file' "$(lode 1 check nosuch:///x; says out '^url: nosuch:///x$')"
unset LODE_PASSWORD
# whatever the one who runs this has configured
LODE_CONFIG=$scratch/lode.conf
export LODE_CONFIG

printf '%s\nanother line' "$secret" >"$scratch/password"
row '--password-file' "$(lode 1 check --password-file="$scratch/password" nosuch://u@h/x
	says out '^url: nosuch://u:\*\*\*@h/x$')"
row '--password-file=-' "$(lode_reads 1 "$secret" check --password-file=- nosuch://u@h/x
	says out '^url: nosuch://u:\*\*\*@h/x$')"
row 'URL and password on standard input' "$(lode_reads 2 "$secret" check --password-file=- -
	says err 'cannot both'; silent out)"
chmod 640 "$scratch/password"
row 'a password file of a group' "$(lode 1 check --password-file="$scratch/password" nosuch://u@h/x
	says err 'others have access to this file'; silent out)"
row 'no password file' "$(lode 1 check --password-file="$scratch/none" nosuch://u@h/x
	says err 'none: No such file'; silent out)"
row 'a directory as password file' "$(lode 1 check --password-file="$scratch" nosuch://u@h/x
	says err 'is a directory'; silent out)"
: >"$scratch/empty"
row 'an empty password file' "$(lode 1 check --password-file="$scratch/empty" nosuch://u@h/x
	says err 'the first line is empty'; silent out)"
printf '%05000d\n' 0 >"$scratch/long"
row 'too long a password' "$(lode 1 check --password-file="$scratch/long" nosuch://u@h/x
	says err 'is longer than 4094 bytes'; silent out)"
printf '%04094d\n' 0 >"$scratch/long"
row 'a password of 4094 bytes' "$(lode 1 check --password-file="$scratch/long" nosuch://u@h/x
	says out '^url: nosuch://u:\*\*\*@h/x$')"

# ---- the man page names every command and option, and every variable that help names

manual=$srcdir/tools/lode.1
format=$srcdir/tools/lode.conf.5
for word in $({ "$lode" --help; "$lode" check --help; "$lode" plugins --help; } |
	grep -o -e '--[a-z-]*[a-z]' -e 'LODE_[A-Z_]*' | sort -u); do
	row "lode.1 has $word" "$(grep -q -e "${word#-}" "$manual" || echo 'it has not')"
done
for key in $(sed -n 's/^\t{ "\([a-z_]*\)", offsetof.*/\1/p' "$srcdir/libcore/engine/options.c") \
	echo isolation pool url password_file password_env directories; do
	row "lode.conf.5 has $key" "$(grep -q "^\.It Cm $key\( \|\$\)" "$format" || echo 'it has not')"
done
if command -v groff >/dev/null 2>&1; then
	row 'lode.1 is well formed' "$(groff -mdoc -ww -Tutf8 "$manual" 2>&1 >/dev/null)"
	row 'lode.conf.5 is well formed' "$(groff -mdoc -ww -Tutf8 "$format" 2>&1 >/dev/null)"
fi
plan
