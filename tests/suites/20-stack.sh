# seconds: 240
# The stack's own promises: what dies comes back, a program is replaced under
# load without a failed request, a second start is refused and quick, the data
# stay, and nothing keeps running.
. tests/stack/lib.sh

dir=$(realpath -m "$BUILD")/test/stack
rm -rf "$dir"
port=$(port_free) mail=$(port_free)
options=(--dir "$dir" --port "$port" --mail-port "$mail")
stack()
{
	tests/stack/stack.sh "$@"
}
trap 'stack stop --dir "$dir" >/dev/null 2>&1' EXIT

# result NAME STATUS [WHAT]: one line of the report.
result()
{
	[ "$2" -eq 0 ] || echo "${3:-}"
	[ "$2" -eq 0 ] && echo "ok stack: $1" || echo "not ok stack: $1"
}

# get PATH: the status of a page.
get()
{
	curl -s -o /dev/null -w '%{http_code}' --max-time 10 \
	    -H 'Host: quellstadt.localhost' "http://127.0.0.1:$port$1"
}

stack start "${options[@]}" --no-limits || {
	echo "not ok stack: first start"
	exit 1
}
echo "ok stack: first start"
for path in / /antrag/hundesteuer-anmeldung/ /vorgang/ /api/v1/leistungen; do
	answer=$(get $path)
	result "page $path" $((answer != 200)) "status $answer"
done
answer=$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$mail/")
result "mail page" $((answer != 200)) "status $answer"

said=$(stack start "${options[@]}" 2>&1)
[[ $said == *"already runs"* ]]
result "a second start says so" $? "$said"
said=$(stack start --dir "$dir-2" --port "$port" --mail-port "$mail" 2>&1)
[[ $said == *"port $port is in use"* && $(wc -l <<<"$said") -eq 1 ]]
result "a used port is one sentence" $? "$said"

mode=$(stat -c '%a' "$dir/secrets" "$dir"/secrets/* | sort -u | tr '\n' ' ')
[ "$mode" = "600 700 " ]
result "secrets are their owner's" $? "$mode"
said=$(mariadb --no-defaults -S "$dir/run/db.sock" -u torhaus_forms \
    -p"$(<"$dir/secrets/forms.password")" torhaus \
    -e 'UPDATE event SET seal_seq = 1' 2>&1)
[[ $said == *denied* ]]
result "forms has no right to change events" $? "$said"

towns()
{
	mariadb --no-defaults -S "$dir/run/db.sock" -u "$(id -un)" -N torhaus \
	    -e 'SELECT COUNT(*), MIN(HEX(town_key)) FROM town'
}
# Load: requests one after the other in four lanes, until told to stop.
lane()
{
	local n=0 bad=0 code

	while [ ! -e "$dir/enough" ]; do
		code=$(get "$1")
		[ "$code" = 200 ] || bad=$((bad + 1))
		n=$((n + 1))
	done
	echo "$n $bad" >"$dir/lane.$2"
}
# under_load NAME PATH COMMAND...: none of the requests may fail meanwhile.
under_load()
{
	local name=$1 path=$2 i n=0 bad=0 a b
	shift 2
	rm -f "$dir/enough"
	for i in 1 2 3 4; do
		lane "$path" $i &
	done
	sleep 0.5
	"$@" >"$dir/said" 2>&1
	local status=$?
	sleep 0.5
	touch "$dir/enough"
	wait
	for i in 1 2 3 4; do
		read -r a b <"$dir/lane.$i"
		n=$((n + a)) bad=$((bad + b))
	done
	[ $status -eq 0 ] && [ $bad -eq 0 ] && [ $n -gt 20 ]
	result "$name" $? "$bad of $n requests failed; $(<"$dir/said")"
}
under_load "forms replaced, no request failed" /api/v1/leistungen \
    stack restart-program forms --dir "$dir"
under_load "status replaced, no request failed" /vorgang/ \
    stack restart-program status --dir "$dir"
under_load "documents replaced" /vorgang/ \
    stack restart-program documents --dir "$dir"
under_load "one process killed, no request failed" /vorgang/ \
    bash -c "kill -KILL \$(<'$dir/run/status.1.pid'); sleep 1"

for name in forms.1 documents.2 courier mailsink nginx mariadbd; do
	kill -KILL "$(<"$dir/run/$name.pid")"
done
for ((i = 0; i < 100; i++)); do
	sleep 0.1
	[ "$(get /api/v1/leistungen)" = 200 ] && [ "$(get /vorgang/)" = 200 ] &&
	    stack status --dir "$dir" >"$dir/said" &&
	    towns >/dev/null 2>&1 && break
done
[ $i -lt 100 ]
result "all come back after SIGKILL" $? "$(<"$dir/said")"

before=$(towns)
stack stop --dir "$dir"
result "stop" $?
said=$(pgrep -af -- "$dir/" | grep -v 'suites/20-stack')
[ -z "$said" ]
result "nothing keeps running" $? "$said"
begin=$EPOCHREALTIME
stack start "${options[@]}"
status=$?
ms=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
result "second start" $status
[ $ms -le 5000 ]
result "second start takes at most 5 s" $? "$ms ms"
[ "$before" = "$(towns)" ]
result "the data stay" $? "$before; $(towns)"
# asked: how many statements the database has answered so far.
asked()
{
	mariadb --no-defaults -S "$dir/run/db.sock" -u root -N \
	    -e "SHOW GLOBAL STATUS LIKE 'Questions'" | cut -f2
}
before=$(asked)
sleep 5
asked=$(($(asked) - before))
[ "$asked" -gt 0 ] && [ "$asked" -le 400 ]
result "idle: at most 80 questions a second to the database" $? \
    "$asked in 5 s"

# Ctrl-C in the foreground.
stack stop --dir "$dir"
# What starts in the background ignores SIGINT, unless told otherwise.
env --default-signal=INT setsid tests/stack/stack.sh run "${options[@]}" >"$dir/said" 2>&1 &
pid=$!
# The first run makes the demo's keys: that takes as long as chance wants.
for ((i = 0; i < 900; i++)); do
	grep -q 'is ready' "$dir/said" && break
	sleep 0.1
done
kill -INT -- "-$pid"
# Its own end is awaited: it speaks last when all others are gone.
for ((i = 0; i < 600; i++)); do
	kill -0 "$pid" 2>/dev/null || break
	sleep 0.1
done
said=$(pgrep -af -- "$dir/")
grep -q 'stopped; the data stays' "$dir/said" && [ -z "$said" ]
result "Ctrl-C stops everything" $? "$said $(tail -2 "$dir/said")"

# Left behind by a killed supervisor: the next start clears up.
stack start "${options[@]}" --reset >/dev/null
kill -KILL "$(<"$dir/run/lock.pid")" "$(<"$dir/run/nginx.watch")" 2>/dev/null
said=$(stack start "${options[@]}" 2>&1)
result "start after a crash of its own" $? "$said"
