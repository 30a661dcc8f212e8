# Goal 13's second half for run.sh, sourced: messages through the real courier,
# intermediary and database, with a stack of its own (six ports above the
# first) and the invented register. What comes one after the other in life is
# held back here, so that each step has all messages before it: they are built
# and written; sent by OSCI; fetched; read and filed.

exchange_sql()
{
	mariadb --no-defaults -N -S "$exchange_dir/run/db.sock" -u "$(id -un)" \
	    torhaus -e "$1"
}

# exchange_count N TABLE: waits until it has N rows; false after two minutes.
exchange_count()
{
	local until=$((SECONDS + 120))

	while [ $SECONDS -lt $until ]; do
		[ "$(exchange_sql "SELECT COUNT(*) FROM $2")" -ge "$1" ] &&
		    return
		sleep 0.05
	done
	say "of $1 messages there are only $(exchange_sql \
	    "SELECT COUNT(*) FROM $2") in $2"
	return 1
}

# exchange_rate WHERE: messages a second, by the moments of their rows.
exchange_rate()
{
	exchange_sql "SELECT ROUND((COUNT(*) - 1) / GREATEST(0.001,
	    TIMESTAMPDIFF(MICROSECOND, MIN(created_at), MAX(created_at)) / 1e6))
	    FROM exchange WHERE $1"
}

# exchange_cpu SINCE COUNT: CPU microseconds a message of courier and database.
exchange_cpu()
{
	local courier=$1 db=$2

	awk -v c="$(($(cpu_of "$courier_pid") - courier))" \
	    -v d="$(($(cpu_of "$db_pid") - db))" -v n="$3" -v hz="$ticks" \
	    'BEGIN { printf "%.0f, %.0f", c / hz / n * 1e6, d / hz / n * 1e6 }'
}

exchange_stack()
{
	tests/stack/stack.sh "$@" --dir "$exchange_dir"
}

# The table is locked by a session that lives as long as its input.
exchange_lock()
{
	coproc LOCK { mariadb --no-defaults -N -n \
	    -S "$exchange_dir/run/db.sock" -u "$(id -un)" torhaus; }
	echo "LOCK TABLES exchange WRITE; SELECT 'locked';" >&"${LOCK[1]}"
	read -r -t 20 _ <&"${LOCK[0]}"
}

exchange_unlock()
{
	local pid=$LOCK_PID

	eval "exec ${LOCK[1]}>&-"
	wait "$pid" 2>/dev/null
}

exchange_request()
{
	local body='{"family_name":"Muster","given_names":"Ada",'

	body+='"birth_date":"1990-08-12","postal_code":"12345",'
	body+='"street_house":"Lindenweg 7","scope":"minimum",'
	body+='"delivery":"pdf","truth_declared":true}'
	printf 'POST /api/v1/antraege/meldebescheinigung HTTP/1.1\r\n'
	printf 'Host: %s\r\nContent-Type: application/json\r\n' "$host"
	printf 'Simulated-Identity: yes\r\nIdempotency-Key: @ID@\r\n'
	printf 'Content-Length: %d\r\n\r\n%s' "${#body}" "$body"
}

exchange_measure()
{
	local n=$1 register db_pid courier_pid c d built filed i

	for ((i = 0; i < 100; i++)); do
		[ -s "$exchange_dir/run/register.pid" ] && break
		sleep 0.1
	done
	courier_pid=$(<"$exchange_dir/run/courier.pid")
	register=$(<"$exchange_dir/run/register.pid")
	db_pid=$(<"$exchange_dir/run/mariadbd.pid")
	kill -STOP "$register" "$courier_pid"
	exchange_request >"$BUILD/bench/request"
	"$tools/openloop" $((port + 6)) 20 $((n / 20)) 8 \
	    "$BUILD/bench/request" >"$BUILD/bench/open"
	exchange_count "$n" vorgang || return

	c=$(cpu_of "$courier_pid") d=$(cpu_of "$db_pid")
	kill -CONT "$courier_pid"
	exchange_count "$n" "osci_transfer WHERE direction = 1 AND state >= 4" ||
	    return
	built=$(exchange_rate 'direction = 1')
	figure 13 "messages built and written by the courier, a second" "$built"
	figure 13 "built, written and sent: CPU us of courier, database" \
	    "$(exchange_cpu "$c" "$d" "$n")"

	kill -STOP "$courier_pid"
	kill -CONT "$register"
	exchange_count $((2 * n)) osci_delivery || return
	exchange_lock
	c=$(cpu_of "$courier_pid") d=$(cpu_of "$db_pid")
	kill -CONT "$courier_pid"
	exchange_count "$n" "osci_transfer WHERE direction = 2" || return
	figure 13 "fetched: CPU us of courier, database" \
	    "$(exchange_cpu "$c" "$d" "$n")"
	c=$(cpu_of "$courier_pid") d=$(cpu_of "$db_pid")
	exchange_unlock
	exchange_count "$n" "exchange WHERE state = 10" || return
	filed=$(exchange_rate 'state = 10')
	figure 13 "messages read and filed by the courier, a second" "$filed"
	figure 13 "read and filed: CPU us of courier, database" \
	    "$(exchange_cpu "$c" "$d" "$n")"
	say "goal 13: a second, by the courier: $built built, $filed filed"
}

goal_filed()
{
	local exchange_dir

	exchange_dir=$(realpath -m "$BUILD/bench/exchange")
	[ -d ../shared/xoev/xmeld-25.11a ] || return
	exchange_stack start --port $((port + 6)) --mail-port $((port + 16)) \
	    --no-limits --reset --processes 1 --register \
	    --set identity=simulated --set submit_rate=0 \
	    >"$BUILD/bench/exchange.log" || {
		say "the stack with the register did not start"
		return
	}
	exchange_measure "$1"
	exchange_stack stop >>"$BUILD/bench/exchange.log"
}
