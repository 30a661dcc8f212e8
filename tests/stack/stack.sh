#!/bin/bash
# The whole of Torhaus on this machine, under one folder: database, programs,
# nginx and a mail sink, each watched and started again when it ends.
#
#   stack.sh run   [OPTIONS]     in the foreground, until Ctrl-C (make run)
#   stack.sh start [OPTIONS]     in the background; returns when it is ready
#   stack.sh stop|status         [--dir DIR]
#   stack.sh restart-program NAME [--dir DIR]   without a failed request
#
# Options: --dir DIR (build/run), --port N (8080), --mail-port N (8025; SMTP is
# one above), --profile release|san, --processes N (2 a program), --reset,
# --no-limits (no rate limits for this machine), --no-demo (no towns),
# --register (an invented register office and producer of identity cards answer
# quellstadt's messages; run has them anyway), --set NAME=VALUE (a setting of torhaus.conf; may be repeated).
set -u
cd "$(dirname "$0")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin # nginx and mariadbd, for users who lack it
. nginx/render.sh
. tests/stack/database.sh

# As many open files as the machine lets us have, within reason.
ulimit -Sn 65536 2>/dev/null || ulimit -Sn "$(ulimit -Hn)" 2>/dev/null

BUILD=${BUILD:-build}
root=$PWD
. tests/stack/exchange.sh
. tests/stack/producer.sh
. tests/stack/fachverfahren.sh
dir=$BUILD/run port=8080 mail_port=8025 profile=release processes=2
reset='' demo=1 register='' exempt=() settings=()
programs=(forms documents status handover osci)

say()
{
	echo "torhaus: $*"
}

die()
{
	say "$*" >&2
	exit 1
}

usage()
{
	sed -n '/^#   stack/,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

action=${1:-}
[ $# -gt 0 ] && shift
if [ "$action" = restart-program ]; then
	[ $# -gt 0 ] || usage
	renewed=$1
	shift
fi
while [ $# -gt 0 ]; do
	case $1 in
	--reset) reset=1 ;;
	--no-limits)
		exempt=(127.0.0.0/8 ::1)
		settings=(submit_rate=0 osci_client_rate=0 "${settings[@]}")
		;;
	--no-demo) demo='' ;;
	--register) register=1 ;;
	--dir | --port | --mail-port | --profile | --processes | --set)
		[ $# -ge 2 ] || usage
		case $1 in
		--dir) dir=$2 ;;
		--port) port=$2 ;;
		--mail-port) mail_port=$2 ;;
		--profile) profile=$2 ;;
		--processes) processes=$2 ;;
		--set) settings+=("$2") ;;
		esac
		shift
		;;
	*) usage ;;
	esac
	shift
done
dir=$(realpath -m "$dir")
for number in "$port" "$mail_port"; do
	[[ $number =~ ^[1-9][0-9]{0,4}$ ]] && [ "$number" -lt 65535 ] ||
	    die "'$number' is no port number (1 to 65534)."
done
smtp_port=$((mail_port + 1))
[ "$action" = run ] && [ -n "$demo" ] && register=1
bin=$root/$BUILD/$profile/bin
simulators=$root/$BUILD/$profile/simulators
simulator=$simulators/register

# ---- what must hold before anything is started ----

port_is_used()
{
	(: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

check_machine()
{
	local free number what

	mkdir -p "$dir" 2>/dev/null && [ -w "$dir" ] ||
	    die "no right to write to $dir."
	[ ${#dir} -le 80 ] ||
	    die "the path $dir is too long for Unix sockets; clone to a" \
		"shorter one."
	free=$(df --output=avail -k "$dir" | tail -1)
	[ "$free" -ge 204800 ] ||
	    die "the disk is full: $((free / 1024)) MB free at $dir, 200 MB" \
		"needed."
	what="choose another one, such as make run PORT=8090 MAIL_PORT=8035."
	for number in "$port" "$mail_port" "$smtp_port"; do
		port_is_used "$number" &&
		    die "port $number is in use by another program; $what"
	done
	[ "$port" -ge 1024 ] || [ "$(id -u)" -eq 0 ] ||
	    die "port $port is for root only; $what"
	return 0
}

# The lock is held by the folder's stack as long as it runs.
lock_take()
{
	mkdir -p "$dir/run" "$dir/log" "$dir/tmp" 2>/dev/null &&
	    exec 9>>"$dir/run/lock" || die "no right to write to $dir."
	flock -n 9 ||
	    die "it already runs from $dir; stop it with Ctrl-C there, or" \
		"with: $0 stop --dir $dir"
}

# ---- what is generated once ----

secret()
{
	[ -s "$dir/secrets/$1" ] && return 0
	(umask 077 && openssl rand -hex "$2" >"$dir/secrets/$1") ||
	    die "no right to write to $dir/secrets."
}

prepare()
{
	local name

	chmod 700 "$dir"
	mkdir -p "$dir"/{run,log,tmp,documents,osci,mails,tls,nginx} &&
	    mkdir -p -m 700 "$dir/secrets" || die "no right to write to $dir."
	secret master.key 32
	for name in "${accounts[@]}"; do
		secret "$name.password" 24
	done
	if [ ! -s "$dir/tls/mail.pem" ]; then
		(umask 077 && openssl req -x509 -newkey ec -nodes -days 3650 \
		    -pkeyopt ec_paramgen_curve:P-256 -subj /CN=localhost \
		    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
		    -keyout "$dir/tls/mail.key" -out "$dir/tls/mail.pem" \
		    2>/dev/null) || die "openssl could not make a certificate."
	fi
}

config_write()
{
	local pair

	cat >"$dir/torhaus.conf" <<-END
	# Written by tests/stack/stack.sh at every start.
	database_socket = $dir/run/db.sock
	database_password_file = $dir/secrets/%p.password
	master_key_file = $dir/secrets/master.key
	documents_dir = $dir/documents
	osci_dir = $dir/osci
	osci_http_plain = yes
	osci_http_internal = yes
	osci_uri = http://127.0.0.1:$port/osci
	xoev_dir = $dir/xoev
	texts_dir = $root/fcgi-apps/texts
	libexec_dir = $bin
	sql_dir = $root/sql
	smtp_url = smtp://localhost:$smtp_port
	smtp_tls = required
	smtp_ca_file = $dir/tls/mail.pem
	identity = simulated
	simulators = yes
	public_scheme = http
	public_port = $port
	END
	for pair in "${settings[@]}"; do
		sed -i "/^${pair%%=*} *=/d" "$dir/torhaus.conf"
		echo "${pair%%=*} = ${pair#*=}" >>"$dir/torhaus.conf"
	done
}

nginx_config_write()
{
	local v6='' words network

	[ -s /proc/net/if_inet6 ] &&
	    v6="listen [::1]:$port default_server backlog=4096;"
	words=(PAGES="$dir/pages" SOCKETS="$dir/run" LOGS="$dir/log"
		ASSETS="$root/$BUILD/assets" LAYOUT="$root/$BUILD/layout")
	render_nginx nginx "$dir/nginx" "${words[@]}" COOKIE_SECURE= \
	    HSTS_LINE= || return 1
	for network in "${exempt[@]}"; do
		echo "$network 1;"
	done >"$dir/nginx/exempt.conf"
	render nginx/demo.conf "$dir/nginx.conf" "${words[@]}" \
	    SNIPPETS="$dir/nginx" PORT="$port" LISTEN_V6="$v6" \
	    TEMP="$dir/tmp" WORKERS="$(nproc)" \
	    MIME_TYPES=/etc/nginx/mime.types USER_LINE="$(nginx_user_line)"
}

# ---- running ----

# A process that has ended counts as gone, also while nobody has taken notice
# of its end (a zombie; some machines' init is slow).
is_alive()
{
	local line

	read -r line 2>/dev/null <"/proc/$1/stat" || return 1
	line=${line##*) }
	[ "${line:0:1}" != Z ]
}

# watch NAME STOP_SIGNAL SOCKET COMMAND...: in a session of its own, so that
# Ctrl-C reaches nobody but this script.
watch()
{
	setsid tests/stack/supervise.sh "$1" "$dir" "${@:2}" \
	    </dev/null >>"$dir/log/supervisor.log" 2>&1 9>&- &
	echo $! >"$dir/run/$1.watch"
	disown
}

# unwatch NAME: stops it and waits until it is gone; after 15 s by force.
unwatch()
{
	local file=$dir/run/$1.watch watcher child i

	[ -s "$file" ] || return 0
	watcher=$(<"$file")
	child=$(cat "$dir/run/$1.pid" 2>/dev/null)
	kill -TERM "$watcher" 2>/dev/null
	for ((i = 0; i < 300; i++)); do
		is_alive "$watcher" || break
		sleep 0.05
	done
	if is_alive "$watcher"; then
		say "$1 did not stop in 15 s and was killed"
		kill -KILL "$watcher" 2>/dev/null
	fi
	# Also what a killed watcher left behind.
	[ -n "$child" ] && kill -KILL -- "-$child" 2>/dev/null
	rm -f "$file" "$dir/run/$1.pid"
}

stop_all()
{
	local file name

	unwatch nginx
	for file in "$dir"/run/*.watch; do
		[ -e "$file" ] || continue
		name=$(basename "$file" .watch)
		case $name in
		courier | mailsink | mariadbd) ;;
		*) kill -TERM "$(<"$file")" 2>/dev/null ;;
		esac
	done
	for file in "$dir"/run/*.watch; do
		[ -e "$file" ] || continue
		name=$(basename "$file" .watch)
		case $name in
		courier | mailsink | mariadbd) ;;
		*) unwatch "$name" ;;
		esac
	done
	unwatch courier
	unwatch mailsink
	unwatch mariadbd
	rm -f "$dir"/run/*.sock
}

torhaus()
{
	"$bin/torhaus" --config "$dir/torhaus.conf" "$@"
}

# Towns and services of fcgi-apps/services/demo, each once; a package that was
# changed since is published again.
demo_load()
{
	local file slug package mark sum

	mkdir -p "$dir/loaded"
	for file in fcgi-apps/services/demo/*.json; do
		slug=$(basename "$file" .json)
		sum=$(sha256sum <"$file")
		mark=$dir/loaded/$slug
		if [ "$(cat "$mark" 2>/dev/null)" != "$sum" ]; then
			torhaus town add --file "$file" || return 1
			echo "$sum" >"$mark"
		fi
		for package in fcgi-apps/services/*/service.json; do
			package=$(dirname "$package")
			sum=$(cat "$file" "$package"/*.json \
			    fcgi-apps/services/{blocks,messages}/*.json | sha256sum)
			mark=$dir/loaded/$slug.$(basename "$package")
			[ "$(cat "$mark" 2>/dev/null)" = "$sum" ] && continue
			torhaus service import "$package" --town "$slug" \
			    --settings "$file" || return 1
			echo "$sum" >"$mark"
		done
	done
}

start_programs()
{
	local program n

	for program in "${programs[@]}"; do
		for ((n = 1; n <= processes; n++)); do
			watch "$program.$n" TERM "$dir/run/$program.$n.sock" \
			    "$bin/$program" --config "$dir/torhaus.conf" \
			    --listen "$dir/run/$program.$n.sock"
		done
	done
	watch courier TERM - "$bin/courier" --config "$dir/torhaus.conf"
}

# Until every program answers through nginx.
ready_wait()
{
	local program i answer

	for program in "${programs[@]}"; do
		for ((i = 0; i < 400; i++)); do
			answer=
			if exec 8<>"/dev/tcp/127.0.0.1/$port"; then
				printf 'GET /bereit/%s HTTP/1.0\r\n\r\n' \
				    "$program" >&8
				read -r -t 5 answer <&8
				exec 8>&-
			fi 2>/dev/null
			[[ $answer == *" 200 "* ]] && break
			sleep 0.05
		done
		[[ $answer == *" 200 "* ]] && continue
		tail -qn 3 "$dir/log/$program.1.log" "$dir/log/error.log" \
		    2>/dev/null >&2
		die "$program did not come up; see $dir/log/$program.1.log."
	done
}

start()
{
	local name

	for name in torhaus courier "${programs[@]}"; do
		[ -x "$bin/$name" ] ||
		    die "$bin/$name is not built; run: make PROFILE=$profile all"
	done
	[ -z "$register" ] ||
	    { [ -x "$simulator" ] && [ -x "$simulators/producer" ]; } ||
	    die "$simulators are not built; run: make PROFILE=$profile" \
		simulators
	lock_take
	if compgen -G "$dir/run/*.watch" >/dev/null; then
		say "stopping what an earlier run left behind"
		stop_all
	fi
	check_machine
	# Whatever goes wrong from here on: nothing keeps running.
	trap 'stop_all; rm -f "$dir/run/lock"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	if [ -n "$reset" ]; then
		say "removing the data of earlier runs"
		rm -rf "$dir"/{db,documents,osci,mails,loaded,secrets,pages,tls} \
		    "$dir"/{xoev,register,producer,authorities}
	fi
	[ "$(id -u)" -eq 0 ] && export TORHAUS_ALLOW_ROOT=1
	prepare
	database_config_write
	config_write
	database_create
	: >"$dir/log/supervisor.log"
	watch mariadbd TERM - mariadbd --defaults-file="$dir/db.cnf"
	watch mailsink TERM - node tests/mailsink/mailsink.mjs \
	    --dir "$dir/mails" --tls "$dir/tls" --http "$mail_port" \
	    --smtp "$smtp_port" --npm "$root/$BUILD/npm"
	database_wait
	database_accounts
	torhaus migrate --dir "$root/sql" >"$dir/log/migrate.log" 2>&1 ||
	    { tail -3 "$dir/log/migrate.log" >&2
	    die "the schema could not be brought up to date."; }
	if [ -n "$demo" ]; then
		demo_load >"$dir/log/load.log" 2>&1 ||
		    { tail -5 "$dir/log/load.log" >&2
		    die "the demo towns could not be loaded."; }
	fi
	if [ -n "$register" ]; then
		exchange_load >>"$dir/log/load.log" 2>&1 ||
		    { tail -5 "$dir/log/load.log" >&2
		    die "the demo's register could not be set up."; }
		exchange_sets_add >>"$dir/log/load.log" 2>&1 ||
		    say "messages to the register wait for schema sets:" \
			"torhaus xoev add, as docs/exchange.md tells"
		producer_load >>"$dir/log/load.log" 2>&1 ||
		    { tail -5 "$dir/log/load.log" >&2
		    die "the demo's producer could not be set up."; }
		producer_set_add >>"$dir/log/load.log" 2>&1 ||
		    say "orders of cards wait for the library of XÖV:" \
			"torhaus xoev add, as docs/exchange.md tells"
		authorities_load >>"$dir/log/load.log" 2>&1 ||
		    { tail -5 "$dir/log/load.log" >&2
		    die "the demo's authorities could not be set up."; }
		authorities_sets_add >>"$dir/log/load.log" 2>&1 ||
		    say "messages to other authorities wait for the library" \
			"of XÖV, as docs/exchange.md tells"
	fi
	torhaus pages --out "$dir/pages" --towns nginx/towns >"$dir/log/pages.log" 2>&1 ||
	    { tail -3 "$dir/log/pages.log" >&2
	    die "the static pages could not be written."; }
	nginx_config_write || die "nginx's configuration could not be written."
	nginx -t -q -c "$dir/nginx.conf" -e "$dir/log/error.log" ||
	    die "nginx does not take its configuration."
	start_programs
	watch nginx QUIT - nginx -c "$dir/nginx.conf" -e "$dir/log/error.log"
	ready_wait
	[ -z "$register" ] || { exchange_start; producer_start
		authorities_start; }
}

print_addresses()
{
	local host slug

	echo
	echo "  Torhaus is ready."
	echo
	while read -r host slug; do
		echo "    http://$host:$port/"
	done < <(sed -n 's/^ *\([a-z0-9.-]*\)  *\([a-z0-9-]*\);.*/\1 \2/p' \
	    "$dir/pages/hosts.map")
	echo "    http://localhost:$mail_port/   every mail that is sent"
	echo
	echo "  Apply as a citizen would, read the mail, follow its link."
	echo "  As the office (in another terminal):"
	echo "    ${bin#"$root"/}/torhaus --config ${dir#"$root"/}/torhaus.conf" \
	    "vorgang list --town quellstadt"
	[ ! -s "$dir/loaded/card" ] || producer_tell
	[ -z "$register" ] || { echo; exchange_residents; echo; }
	echo "  Logs: $dir/log   Data: $dir   Anew: make run RESET=1"
	echo "  Ctrl-C stops everything."
	echo
}

run()
{
	local start_time=$EPOCHREALTIME ms pid=''

	start
	echo $$ >"$dir/run/lock.pid" # for stop, from another terminal
	# Before it says that it is ready: somebody may answer at once.
	trap 'trap "" INT TERM HUP; echo; say "stopping"
	    [ -n "$pid" ] && kill "$pid" 2>/dev/null
	    stop_all; rm -f "$dir/run/lock" "$dir/run/lock.pid"; say "stopped; the data stays in $dir"' EXIT
	trap 'exit 0' INT TERM HUP
	ms=$(((${EPOCHREALTIME//[.,]/} - ${start_time//[.,]/}) / 1000))
	say "up in $((ms / 1000)).$((ms % 1000 / 100)) s"
	[ -z "$register" ] || producer_case 2>>"$dir/log/load.log" ||
	    say "no demo order could be made; see $dir/log/load.log"
	print_addresses
	tail --pid=$$ -n 0 -F "$dir/log/supervisor.log" 2>/dev/null 9>&- &
	pid=$!
	wait
}

start_detached()
{
	start
	# The watchers keep nothing of this shell; the lock goes with them.
	setsid bash -c 'exec -a torhaus-lock sleep infinity' \
	    </dev/null >/dev/null 2>&1 &
	echo $! >"$dir/run/lock.pid"
	disown
	trap - EXIT
}

stop()
{
	local holder

	[ -d "$dir/run" ] || die "nothing runs from $dir."
	holder=$(cat "$dir/run/lock.pid" 2>/dev/null)
	compgen -G "$dir/run/*.watch" >/dev/null ||
	    die "nothing runs from $dir."
	stop_all
	[ -n "$holder" ] && kill "$holder" 2>/dev/null
	rm -f "$dir/run/lock.pid" "$dir/run/lock"
}

status()
{
	local file name pid down=0

	compgen -G "$dir/run/*.watch" >/dev/null || {
		say "nothing runs from $dir"
		return 1
	}
	for file in "$dir"/run/*.watch; do
		name=$(basename "$file" .watch)
		pid=$(cat "$dir/run/$name.pid" 2>/dev/null)
		if [ -n "$pid" ] && is_alive "$pid"; then
			printf '%-12s runs as process %s\n' "$name" "$pid"
		else
			printf '%-12s is down\n' "$name"
			down=1
		fi
	done
	return $down
}

# One process after the other, so that one always serves.
restart_program()
{
	local file name old i

	compgen -G "$dir/run/$renewed*.watch" >/dev/null ||
	    die "no program $renewed runs from $dir."
	for file in "$dir/run/$renewed.watch" "$dir/run/$renewed".*.watch; do
		[ -e "$file" ] || continue
		name=$(basename "$file" .watch)
		old=$(cat "$dir/run/$name.pid")
		kill -USR1 "$(<"$file")" || die "$name is not watched."
		for ((i = 0; i < 300; i++)); do
			is_alive "$old" || break
			sleep 0.05
		done
		is_alive "$old" &&
		    die "$name was not replaced; see $dir/log/supervisor.log."
		say "$name: process $old gave way to $(<"$dir/run/$name.pid")"
	done
}

case $action in
run) run ;;
start) start_detached ;;
stop) stop ;;
status) status ;;
restart-program) restart_program ;;
*) usage ;;
esac
