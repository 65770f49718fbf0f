#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/servers.sh - servers for the tests: PostgreSQL, PgBouncer in transaction mode, MariaDB, and
# ODBC data sources that lead to them and to SQLite files.  They live in one directory, run as an
# unprivileged user, speak on sockets in that directory and, with TLS, on free ports of 127.0.0.1.
#
#   start [-o PID] [DIR [NAME...]]  start what is not running, print DIR (a new one under /tmp if
#                                   none is given); with -o all is stopped when process PID ends
#   env [DIR]                       print the shell assignments that lead tests to what runs there
#   stop [DIR]                      stop all and remove DIR
#   kill NAME                       a crash: the server and all its children die at once
#   restart NAME                    start it again on the same socket and port, killed or not
#   freeze NAME, thaw NAME          it answers no more, its sockets stay; and it answers again
#   certificate NAME KIND           the next TLS handshake shows: right, expired, foreign (signed by
#                                   an authority that ca.pem does not name) or misnamed (other host)
#   database BACKEND DATABASE       make a fresh, empty database of that name and print its URL
#   remove BACKEND DATABASE         drop it
#
# NAME is postgresql, pgbouncer or mariadb, for start also odbc; BACKEND is one of those, or
# odbc_postgresql, odbc_mariadb or odbc_sqlite.  DIR is, where it is
# not given, $LODE_TEST_SERVERS, which `env` prints.  A test that kills or freezes a server starts a
# DIR of its own: others run beside it.  A server whose program is not installed is left out with a
# line that names its package; `env` then says nothing of it.
#
# The passwords are unusual words, new with each DIR, and never stand in an argument of a program:
# DIR/words is what tests/meta/passwords.sh searches all that the suite wrote for; who has one among
# its arguments is named in DIR/arguments by a watcher that looks all the time.

all_names='postgresql pgbouncer mariadb odbc'
foreground_limit=30 # seconds that a server may take until it answers

say() {
	printf 'servers: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# what a caller has set up for clients of its own is not for ours
unset MYSQL_PWD MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT
unset PGPASSWORD PGPASSFILE PGSERVICE PGHOSTADDR PGOPTIONS PGSSLMODE PGCLIENTENCODING

# ---- passwords -----------------------------------------------------------------------------------

# the words, each with what no other run has; one a line
make_words() {
	[ -f "$dir/words" ] || for word in vellichor zarzuela; do
		echo "$word$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')"
	done >"$dir/words"
}

# They have characters that a URL must escape.  $1: postgresql or mariadb; in words: the first of
# the lines, or the second
password() {
	case $1 in
	postgresql) sed -n '1s|$|@quokka/1|p' "$dir/words" ;;
	mariadb) sed -n '2s|$|:axolotl@2|p' "$dir/words" ;;
	esac
}

# $1: the server; the user and its password as they stand in a URL
credentials() {
	echo "lode:$(password "$1" | sed 's|@|%40|g; s|/|%2F|g; s|:|%3A|g')"
}

# ---- the user ------------------------------------------------------------------------------------

# PostgreSQL and MariaDB refuse to run as root
if [ "$(id -u)" -eq 0 ]; then
	user=nobody
	as_user="setpriv --reuid nobody --regid $(id -g nobody) --clear-groups --"
else
	user=$(id -un)
	as_user=
fi

# ---- processes -----------------------------------------------------------------------------------

# a command as the user, away from our terminal, session and open files; its process id is in
# $dir/$1/pid.  $1: name of the server
launch() {
	launched=$1
	shift
	setsid $as_user "$@" </dev/null >>"$dir/$launched/log" 2>&1 \
		3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
	echo $! >"$dir/$launched/pid"
}

# does process $1 run, and not only wait to be buried?
alive() {
	grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null
}

# print the process id of server $1 if it runs; a recycled id does not count
pid_of() {
	pid=$(cat "$dir/$1/pid" 2>/dev/null) || return 1
	tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$dir/" && echo "$pid"
}

# the children of process $1, theirs and so on
descendants() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v wanted="$1" '
		{ pid = $1; sub(/.*\) /, ""); parent[pid] = $2 }
		END {
			for (pid in parent) {
				for (up = parent[pid]; up > 1 && up != wanted;) up = parent[up]
				if (up == wanted) print pid
			}
		}'
}

# send signal $2 to server $1 and its children
signal() {
	pid=$(pid_of "$1") || return 1
	kill -s "$2" "$pid" $(descendants "$pid") 2>/dev/null
}

# kill server $1, wait until it is gone
kill_server() {
	if pid=$(pid_of "$1"); then
		processes="$pid $(descendants "$pid")"
		kill -s KILL $processes 2>/dev/null
		for process in $processes; do
			while alive "$process"; do sleep 0.01; done
		done
	fi
	rm -f "$dir/$1/pid"
	[ "$1" != postgresql ] || forget_postgresql
}

port_of() {
	cat "$dir/$1/port"
}

# wait until the command answers; $1: name of the server
await() {
	awaited=$1
	shift
	tries=$((foreground_limit * 20))
	until "$@" >/dev/null 2>&1; do
		alive "$(cat "$dir/$awaited/pid")" || return 1
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# a port of 127.0.0.1 that nobody uses, not below $1; the system gives those above 32767 to clients
free_port() {
	used=$(awk '{ print substr($2, index($2, ":") + 1) }' /proc/net/tcp)
	port=$1
	while case $used in *$(printf %04X "$port")*) true ;; *) false ;; esac; do
		port=$((port + 1))
	done
	echo "$port"
}

# start server $1 with its function run_$1; when its port was taken meanwhile, with another
run_on_port() {
	for attempt in 1 2 3; do
		"run_$1" && return 0
		kill_server "$1"
		free_port $(($(port_of "$1") + attempt)) >"$dir/$1/port"
	done
	tail -n 5 "$dir/$1/log" >&2
	say "$1 does not start"
	return 1
}

# ---- certificates --------------------------------------------------------------------------------

# a certificate authority: NAME.pem, NAME.key
make_authority() {
	openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
		-subj "/CN=$1" -keyout "$1.key" -out "$1.pem"
}

# a certificate $1 of authority $2 for host $3, valid for $4 days from now
make_certificate() {
	echo "subjectAltName=$3" >extensions
	openssl x509 -req -in request -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$4" \
		-extfile extensions -out "$1.pem"
}

make_certificates() (
	umask 077
	mkdir "$dir/tls" && cd "$dir/tls" || exit 1
	make_authority ca && make_authority foreign_ca &&
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
			-subj /CN=localhost -keyout server.key -out request &&
		make_certificate right ca DNS:localhost,IP:127.0.0.1 30 &&
		make_certificate expired ca DNS:localhost,IP:127.0.0.1 -1 &&
		make_certificate foreign foreign_ca DNS:localhost,IP:127.0.0.1 30 &&
		make_certificate misnamed ca DNS:elsewhere.example 30
)

# let server $1 show certificate $2 once it has read it
show_certificate() {
	cp "$dir/tls/$2.pem" "$dir/$1/certificate.pem" && own "$dir/$1/certificate.pem"
}

# ---- PostgreSQL ----------------------------------------------------------------------------------

# $1: a program of the server; Debian keeps them out of the path
postgresql_program() {
	command -v "$1" || ls -d /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -n 1
}

missing_postgresql() {
	[ -n "$(postgresql_program initdb)" ] || echo postgresql
}

# What a killed server leaves: a segment of shared memory, and lock files with an id that may be
# that of a zombie, which a successor would take for a running server.
forget_postgresql() {
	lock=$dir/postgresql/data/postmaster.pid
	segment=$(sed -n '7s/.* //p' "$lock" 2>/dev/null)
	[ -z "$segment" ] || ipcrm -m "$segment" 2>/dev/null
	rm -f "$lock" "$dir"/postgresql/.s.PGSQL.*
}

run_postgresql() {
	launch postgresql "$(postgresql_program postgres)" -D "$dir/postgresql/data" \
		-p "$(port_of postgresql)"
	await postgresql psql_admin -c ''
}

# the administrator needs no password: nobody else can reach the socket
psql_admin() {
	psql -X -q -v ON_ERROR_STOP=1 -h "$dir/postgresql" -p "$(port_of postgresql)" \
		-U postgres "$@" postgres
}

prepare_postgresql() {
	data=$dir/postgresql/data
	$as_user "$(postgresql_program initdb)" -D "$data" -U postgres -A trust -E UTF8 --locale=C \
		--no-sync --no-instructions >"$dir/postgresql/log" 2>&1 || return 1
	show_certificate postgresql right
	cat >>"$data/postgresql.conf" <<-END
		listen_addresses = '127.0.0.1'
		unix_socket_directories = '$dir/postgresql'
		ssl = on
		ssl_cert_file = '$dir/postgresql/certificate.pem'
		ssl_key_file = '$dir/tls/server.key'
		password_encryption = 'scram-sha-256'
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		max_wal_size = 4GB
		shared_buffers = 64MB
		dynamic_shared_memory_type = mmap
		max_connections = 200
		max_prepared_transactions = 20
		log_timezone = 'UTC'
		timezone = 'UTC'
	END
	cat >"$data/pg_hba.conf" <<-END
		local all postgres trust
		local all all scram-sha-256
		host all postgres all reject
		host all all 127.0.0.1/32 scram-sha-256
	END
	run_on_port postgresql || return 1
	psql_admin <<-END || return 1
		CREATE ROLE lode LOGIN CREATEDB IN ROLE pg_signal_backend, pg_monitor
			PASSWORD '$(password postgresql)';
		CREATE DATABASE lode OWNER lode;
	END
}

url_postgresql() {
	echo "postgresql://$(credentials postgresql)@$(escape "$dir/postgresql"):$(port_of postgresql)/$1"
}

env_postgresql() {
	assign LODE_TEST_POSTGRESQL "$(url_postgresql lode)"
	assign LODE_TEST_POSTGRESQL_TCP \
		"postgresql://$(credentials postgresql)@127.0.0.1:$(port_of postgresql)/lode"
}

remove_postgresql() {
	PGOPTIONS='-c client_min_messages=warning' psql_admin -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)"
}

database_postgresql() {
	remove_postgresql "$1" && psql_admin -c "CREATE DATABASE $1 OWNER lode"
}

reload_postgresql() {
	kill -HUP "$(pid_of postgresql)"
}

# ---- PgBouncer -----------------------------------------------------------------------------------

missing_pgbouncer() {
	[ -n "$(command -v pgbouncer)" ] || echo pgbouncer
	missing_postgresql
}

run_pgbouncer() {
	launch pgbouncer pgbouncer "$dir/pgbouncer/pgbouncer.ini"
	await pgbouncer test -S "$dir/pgbouncer/.s.PGSQL.$(port_of pgbouncer)"
}

prepare_pgbouncer() {
	bouncer_port=$(port_of pgbouncer)
	cat >"$dir/pgbouncer/pgbouncer.ini" <<-END
		[databases]
		* = host=$dir/postgresql port=$(port_of postgresql)
		[pgbouncer]
		listen_addr =
		listen_port = $bouncer_port
		unix_socket_dir = $dir/pgbouncer
		auth_type = scram-sha-256
		auth_file = $dir/pgbouncer/users
		pool_mode = transaction
		default_pool_size = 20
		max_client_conn = 200
	END
	echo "\"lode\" \"$(password postgresql)\"" >"$dir/pgbouncer/users"
	own "$dir/pgbouncer"
	run_on_port pgbouncer
}

url_pgbouncer() {
	echo "postgresql://$(credentials postgresql)@$(escape "$dir/pgbouncer"):$(port_of pgbouncer)/$1?prepare=never"
}

env_pgbouncer() {
	assign LODE_TEST_PGBOUNCER "$(url_pgbouncer lode)"
}

remove_pgbouncer() {
	remove_postgresql "$1"
}

database_pgbouncer() {
	database_postgresql "$1"
}

# ---- MariaDB -------------------------------------------------------------------------------------

mariadb_server() {
	command -v mariadbd || ls /usr/sbin/mariadbd 2>/dev/null
}

missing_mariadb() {
	[ -n "$(mariadb_server)" ] || echo mariadb-server
}

mariadb_admin() {
	mariadb --no-defaults --socket="$dir/mariadb/socket" --user=root "$@"
}

run_mariadb() {
	launch mariadb "$(mariadb_server)" --defaults-file="$dir/mariadb/my.cnf" \
		--port="$(port_of mariadb)"
	await mariadb mariadb_admin --execute='DO 0'
}

# mariadb-install-db without its help texts and statistics views, which take half of its time
make_system_tables() {
	{
		echo 'CREATE DATABASE mysql;'
		echo 'USE mysql;'
		echo 'SET @auth_root_socket = NULL;'
		cat /usr/share/mysql/mysql_system_tables.sql /usr/share/mysql/mysql_system_tables_data.sql
	} | $as_user "$(mariadb_server)" --defaults-file="$dir/mariadb/my.cnf" --bootstrap \
		--enforce-storage-engine='' --max-allowed-packet=8M --init-file='' \
		>>"$dir/mariadb/log" 2>&1
}

prepare_mariadb() {
	show_certificate mariadb right
	cat >"$dir/mariadb/my.cnf" <<-END
		[mariadbd]
		datadir = $dir/mariadb/data
		socket = $dir/mariadb/socket
		pid-file = $dir/mariadb/data/server.pid
		tmpdir = $dir/mariadb
		init-file = $dir/mariadb/users.sql
		bind-address = 127.0.0.1
		ssl-cert = $dir/mariadb/certificate.pem
		ssl-key = $dir/tls/server.key
		skip-name-resolve
		max-connections = 200
		innodb-data-file-path = ibdata1:5M:autoextend
		innodb-log-file-size = 32M
		innodb-buffer-pool-size = 64M
		innodb-flush-log-at-trx-commit = 0
		innodb-flush-method = nosync
		innodb-doublewrite = 0
		innodb-use-native-aio = 0
		sync-frm = 0
	END
	cat >"$dir/mariadb/users.sql" <<-END
		CREATE USER IF NOT EXISTS lode@localhost IDENTIFIED BY '$(password mariadb)';
		CREATE USER IF NOT EXISTS lode@127.0.0.1 IDENTIFIED BY '$(password mariadb)';
		GRANT ALL ON *.* TO lode@localhost, lode@127.0.0.1;
		CREATE DATABASE IF NOT EXISTS lode;
	END
	mkdir "$dir/mariadb/data" && own "$dir/mariadb" && make_system_tables && run_on_port mariadb
}

url_mariadb() {
	echo "mariadb://$(credentials mariadb)@$(escape "$dir/mariadb/socket")/$1"
}

env_mariadb() {
	assign LODE_TEST_MARIADB "$(url_mariadb lode)"
	assign LODE_TEST_MARIADB_TCP \
		"mariadb://$(credentials mariadb)@127.0.0.1:$(port_of mariadb)/lode"
}

remove_mariadb() {
	mariadb_admin --execute="DROP DATABASE IF EXISTS $1"
}

database_mariadb() {
	remove_mariadb "$1" && mariadb_admin --execute="CREATE DATABASE $1"
}

reload_mariadb() {
	mariadb_admin --execute='FLUSH SSL'
}

# ---- ODBC: data sources, no process --------------------------------------------------------------

# the first of the files named $1 where drivers are
odbc_driver() {
	ls /usr/lib/*/odbc/"$1" /usr/lib*/odbc/"$1" /usr/lib*/"$1" 2>/dev/null | head -n 1
}

# each data source says itself what it misses
missing_odbc() {
	:
}

# data source $1 with driver library $2 of package $3; its lines are read from standard input
data_source() {
	library=$(odbc_driver "$2")
	if [ -z "$library" ]; then
		say "no ODBC driver $2 here: install $3"
		cat >/dev/null
		return
	fi
	printf '[%s]\nDriver = %s\n' "$1" "$library" >>"$dir/odbc/odbcinst.ini"
	{
		printf '[%s]\nDriver = %s\n' "$1" "$1"
		cat
	} >>"$dir/odbc/odbc.ini"
}

prepare_odbc() {
	: >"$dir/odbc/odbc.ini"
	: >"$dir/odbc/odbcinst.ini"
	[ ! -f "$dir/postgresql/ready" ] || data_source lode_postgresql psqlodbcw.so odbc-postgresql <<-END
		Servername = $dir/postgresql
		Port = $(port_of postgresql)
		Database = lode
	END
	[ ! -f "$dir/mariadb/ready" ] || data_source lode_mariadb libmaodbc.so odbc-mariadb <<-END
		Socket = $dir/mariadb/socket
		Database = lode
	END
	data_source lode_sqlite libsqlite3odbc.so libsqliteodbc <<-END
		Database = $dir/odbc/lode.db
	END
}

url_odbc_postgresql() {
	echo "odbc://$(credentials postgresql)@lode_postgresql/$1"
}

url_odbc_mariadb() {
	echo "odbc://$(credentials mariadb)@lode_mariadb/$1"
}

url_odbc_sqlite() {
	echo "odbc://lode_sqlite/$dir/odbc/$1.db"
}

has_source() {
	grep -q "^\[lode_$1\]" "$dir/odbc/odbc.ini" 2>/dev/null
}

env_odbc() {
	assign ODBCSYSINI "$dir/odbc"
	assign ODBCINI "$dir/odbc/odbc.ini"
	for source in postgresql mariadb sqlite; do
		! has_source $source || assign "LODE_TEST_ODBC_$(echo $source | tr a-z A-Z)" \
			"$(url_odbc_$source lode)"
	done
}

remove_sqlite() {
	rm -f "$dir/odbc/$1.db"*
}

database_sqlite() {
	remove_sqlite "$1"
}

# ---- verbs ---------------------------------------------------------------------------------------

# what is written by us and read by the servers
own() {
	chown -R "$user" "$1"
}

# each / of a path as a host in a URL
escape() {
	printf %s "$1" | sed 's|/|%2F|g'
}

assign() {
	printf "%s='%s'; export %s\n" "$1" "$2" "$1"
}

# set and check $dir
use_dir() {
	dir=${1:-$LODE_TEST_SERVERS}
	[ -n "$dir" ] || die 'which directory?  Give one, or set LODE_TEST_SERVERS'
	[ -f "$dir/lode-servers" ] || die "$dir is not of tests/servers.sh start"
	dir=$(cd "$dir" && pwd)
}

# start server $1, which has been running here before, or prepare it first
start_server() {
	if [ -f "$dir/$1/ready" ]; then
		[ "$1" = odbc ] || pid_of "$1" >/dev/null || run_on_port "$1"
	else
		"prepare_$1" && : >"$dir/$1/ready"
	fi
}

# make the directory of server $1 and choose its port, if it is installed and that is not done
make_place() {
	packages=$("missing_$1" | tr '\n' ' ')
	[ -z "$packages" ] || {
		say "no $1 here: install $packages"
		return 1
	}
	[ -d "$dir/$1" ] || {
		mkdir "$dir/$1" && own "$dir/$1"
		port=$(free_port $((port + 1)))
		echo "$port" >"$dir/$1/port"
	}
}

# the servers $@: PostgreSQL and MariaDB side by side, then what leads to them
start_servers() {
	port=$((20000 + $$ % 12000))
	started=
	later=
	for name; do
		case $name in
		postgresql | mariadb)
			make_place "$name" || continue
			start_server "$name" &
			started="$started $!"
			;;
		pgbouncer | odbc) later="$later $name" ;;
		*) die "no server $name; known are $all_names" ;;
		esac
	done
	for process in $started; do
		wait "$process" || return 1
	done
	for name in $later; do
		! make_place "$name" || start_server "$name" || return 1
	done
}

# stop all when process $1 has ended, "" never; in a session of its own, so that nothing ends it
watch_over() {
	[ ! -f "$dir/watcher" ] || return 0
	setsid sh "$0" watch "$1" "$dir" </dev/null >/dev/null 2>&1 \
		3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
	echo $! >"$dir/watcher"
}

do_watch() {
	while [ -f "$dir/watcher" ] && { [ -z "$1" ] || kill -0 "$1" 2>/dev/null; }; do
		for file in $(grep -alFf "$dir/words" /proc/[0-9]*/cmdline 2>/dev/null); do
			cat "${file%cmdline}comm" 2>/dev/null >>"$dir/arguments"
		done
		sleep 0.3
	done
	rm -f "$dir/watcher"
	[ ! -d "$dir" ] || do_stop
}

do_start() {
	owner=
	[ "$1" != -o ] || {
		owner=$2
		shift 2
	}
	dir=${1:-$(mktemp -d "${TMPDIR:-/tmp}/lode-servers.XXXXXX")} || exit 1
	[ $# -eq 0 ] || shift
	mkdir -p "$dir" && dir=$(cd "$dir" && pwd) || exit 1
	[ ${#dir} -le 70 ] || die "$dir: a socket in it would have too long a name, go nearer to /"
	trap 'kill -s KILL $(descendants $$) 2>/dev/null; do_stop; exit 1' HUP INT TERM
	: >"$dir/lode-servers"
	chown "$user" "$dir"
	make_words
	watch_over "$owner"
	[ -d "$dir/tls" ] || make_certificates >"$dir/openssl.log" 2>&1 ||
		die "openssl made no certificates, see $dir/openssl.log"
	own "$dir/tls"
	start_servers ${*:-$all_names} || {
		do_stop
		exit 1
	}
	trap - HUP INT TERM
	echo "$dir"
}

do_env() {
	assign LODE_TEST_SERVERS "$dir"
	assign LODE_TEST_TLS "$dir/tls"
	for name in $all_names; do
		[ ! -f "$dir/$name/ready" ] || "env_$name"
	done
}

do_stop() {
	[ ! -f "$dir/watcher" ] || kill -s KILL -- "-$(cat "$dir/watcher")" 2>/dev/null
	for name in pgbouncer postgresql mariadb; do
		kill_server "$name"
	done
	# somebody may be writing a last file
	for attempt in 1 2 3 4 5; do
		rm -rf "$dir" 2>/dev/null && return
		sleep 0.1
	done
	die "could not remove $dir"
}

check_backend() {
	case $1 in
	odbc_*) has_source "${1#odbc_}" || die "there is no data source for $1 in $dir" ;;
	*) check_ready "$1" ;;
	esac
}

do_database() {
	check_backend "$1"
	"database_${1#odbc_}" "$2" && "url_$1" "$2"
}

do_remove() {
	check_backend "$1"
	"remove_${1#odbc_}" "$2"
}

check_ready() {
	[ -f "$dir/$1/ready" ] || die "there is no $1 in $dir"
}

do_certificate() {
	[ -f "$dir/tls/$2.pem" ] || die "no certificate $2"
	show_certificate "$1" "$2" && "reload_$1"
}

umask 077
verb=$1
[ $# -eq 0 ] || shift
case $verb in
start)
	do_start "$@"
	;;
env | stop)
	use_dir "$1"
	"do_$verb"
	;;
watch)
	use_dir "$2"
	do_watch "$1"
	;;
database | remove)
	use_dir
	"do_$verb" "$1" "$2"
	;;
kill | restart | freeze | thaw | certificate)
	use_dir
	check_ready "$1"
	case $verb in
	kill) kill_server "$1" ;;
	restart)
		kill_server "$1"
		"run_$1" || die "$1 does not start, see $dir/$1/log"
		;;
	freeze) signal "$1" STOP ;;
	thaw) signal "$1" CONT ;;
	certificate) do_certificate "$@" ;;
	esac
	;;
*)
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
