# seconds: 240
# Two authorities write to each other by OSCI, through our courier and our
# intermediary, while requests and answers get lost and the courier is killed:
# every message arrives once.
. tests/stack/lib.sh
. tests/stack/testdb.sh

dir=$(mktemp -d /tmp/torhaus-osci-exchange.XXXXXX)
pids=()
finish()
{
	kill -9 "${pids[@]}" "$courier" 2>/dev/null
	testdb_stop
	rm -rf "$dir"
}
trap finish EXIT
testdb_start || { echo "not ok osci exchange: no database"; exit 1; }
bin=$(realpath "$BUILD/${PROFILE:-release}/bin")
repo=$PWD
courier=
port=${OSCI_PORT:-20650}

cat >"$dir/conf" <<CONF
database_socket = $TORHAUS_TEST_DB_SOCKET
database_name = $TORHAUS_TEST_DB_NAME
database_user = $TORHAUS_TEST_DB_USER
master_key_file = $dir/master.key
documents_dir = $dir
texts_dir = $repo/fcgi-apps/texts
libexec_dir = $bin
sql_dir = $repo/sql
osci_dir = $dir/osci
osci_ca_file = $dir/trusted.pem
osci_uri = http://127.0.0.1:$port/osci
osci_http_timeout_s = 5
osci_http_plain = yes
osci_http_internal = yes
osci_chunk_max_kib = 64
CONF
export TORHAUS_CONFIG=$dir/conf TORHAUS_ALLOW_ROOT=1
cd "$dir" || exit 1
mkdir osci

osci()
{
	"$bin/torhaus" osci "$@"
}

# does NAME STATUS PATTERN COMMAND...: exit status, and what is said.
does()
{
	local name=$1 want=$2 pattern=$3 status
	shift 3
	"$@" >said 2>&1 </dev/null
	status=$?
	if [ $status -eq "$want" ] && grep -qE -- "$pattern" said; then
		echo "ok osci exchange: $name"
	else
		tail -n 12 said
		echo "not ok osci exchange: $name (status $status)"
	fi
}

# is NAME WANT GOT
is()
{
	if [ "$2" = "$3" ]; then
		echo "ok osci exchange: $1"
	else
		tail -n 4 courier.log
		echo "want: $2; got: $3"
		echo "not ok osci exchange: $1"
	fi
}

# wait_state ID PATTERN: until the ledger's last step, or the state, is it.
wait_state()
{
	local i
	for i in $(seq 80); do
		osci transfer show "$1" >shown 2>&1
		grep -qE -- "$2" shown && return 0
		sleep 0.1
	done
	return 1
}

state()
{
	osci transfer show "$1" | awk '$1 == "state" { print $2 }'
}

steps()
{
	osci transfer show "$1" | sed -n '/^ledger/,$p' | grep -c " $2 "
}

# troubled ID: until its ledger says that an answer was missed.
troubled()
{
	local i
	for i in $(seq 80); do
		[ "$(steps "$1" sent)" -ge 2 ] && return 0
		sleep 0.1
	done
	return 1
}

kept()
{
	osci message list | grep -c .
}

start_courier()
{
	"$bin/courier" >>courier.log 2>&1 &
	courier=$!
}

new()
{
	osci send m.xml "$@" --town a --to B | head -1
}

arrived()
{
	osci transfer list --town b --state arrived --max 1000 | grep -c ' in '
}

fetch()
{
	local before=$1 i
	osci fetch --town b --identity amt >/dev/null
	for i in $(seq 80); do
		[ "$(arrived)" = "$before" ] && break
		sleep 0.1
	done
	arrived
}

# ---- who there is ----
"$bin/torhaus" key create --out master.key
for town in a b; do
	echo "{\"slug\": \"$town\", \"name\": \"$town\", \"host\": \"$town.localhost\",
	    \"ags\": \"0999999$(( $(printf %d "'$town") - 96 ))\",
	    \"mail_from\": \"post@$town.example\",
	    \"departments\": [{\"slug\": \"amt\", \"name\": \"Amt\"}]}" >$town.json
	"$bin/torhaus" town add --file $town.json >/dev/null
done
touch trusted.pem
osci key create --role intermediary >/dev/null
osci key create --role client --town a --name amt >/dev/null
osci key create --role client --town b --name amt >/dev/null
for i in 1 2 3 4 5 6; do osci key cert $i >$i.pem; done
osci ca add 3.pem 4.pem 5.pem 6.pem >/dev/null
does "a mailbox" 0 "^1 " osci mailbox add --cert 5.pem --name B --town b
does "a partner" 0 "is partner 1" osci partner add B --cipher 5.pem --sign 6.pem
does "the other way" 0 "is partner 2" \
    osci partner add A --cipher 3.pem --sign 4.pem --town b
does "listed" 0 "by our own intermediary, a mailbox" osci partner list
does "changed, not doubled" 0 "is partner 1" \
    osci partner add B --cipher 5.pem --sign 6.pem
does "a certificate of the other use" 1 "not for encryption" \
    osci partner add C --cipher 6.pem
does "no partner" 1 'no partner "C"' osci send conf --town a --to C
does "no identity" 1 "no identity x" \
    osci send conf --town a --to B --identity x
echo '<nachricht>Grüße</nachricht>' >m.xml

"$bin/osci" --listen "$dir/osci.sock" >osci.log 2>&1 &
pids+=($!)
node "$repo/tests/osci/gateway.mjs" $port "$dir/osci.sock" "$dir/fault" \
    >gateway.log 2>&1 &
pids+=($!)
for i in $(seq 50); do
	grep -q ready gateway.log && [ -S osci.sock ] && break
	sleep 0.1
done

# ---- whom to trust cannot be read: mail waits until it can ----
mv trusted.pem away.pem
mkdir trusted.pem # what cannot be read, whoever one is
start_courier
id=$(new conf --subject "Betreff & mehr")
for i in $(seq 100); do grep -q 'not ready' courier.log && break; sleep 0.1; done
does "without osci_ca_file its mail waits" 0 "osci: not ready, .*trusted.pem" \
    grep 'osci: not' courier.log
is "and nothing was tried" "built 0" "$(state "$id") $(osci transfer show "$id" |
    awk '$1 == "attempts" { print $2 }')"
does "doctor says so" 3 "WRONG  OSCI trust: .*trusted.pem" "$bin/torhaus" doctor
rmdir trusted.pem
mv away.pem trusted.pem

# ---- a message, from end to end ----
wait_state "$id" '^state +accepted'
is "it is accepted" accepted "$(state "$id")"
if [ "$(state "$id")" != accepted ]; then
	tail -n 3 osci.log gateway.log
	exit 1
fi
is "it arrives" 1 "$(fetch 1)"
in=$(osci transfer list --town b | awk '{ print $1 }')
mkdir out
does "it opens, signed" 0 "content-1" osci transfer open "$in" --out out
is "byte for byte" "$(sha256sum <m.xml) $(sha256sum <conf)" \
    "$(sha256sum <out/content-1) $(sha256sum <out/content-2)"
does "its subject" 0 "Betreff & mehr" osci transfer show "$in"
osci transfer retry "$id" >/dev/null
wait_state "$id" '^state +received'
is "its reception is known" received "$(state "$id")"
does "nothing to retry then" 2 "nothing to retry" osci transfer retry "$id"

# ---- answers and requests that get lost: the 2nd is the StoreDelivery ----
echo "2 answer" >fault
id=$(new)
troubled "$id"
is "without an answer nobody knows" 0 $?
osci transfer retry "$id" >/dev/null
wait_state "$id" '^state +accepted'
does "the process card tells" 0 "answer was lost, the message not" \
    osci transfer show "$id"
is "it was sent once" 2 "$(kept)"

echo "2 request" >fault
id=$(new)
sleep 1
wait_state "$id" '^attempts +1'
osci transfer retry "$id" >/dev/null
wait_state "$id" '^state +accepted'
is "what never got there is sent again" accepted "$(state "$id")"
is "with the same id" 1 "$(steps "$id" reserved)"
is "once" 3 "$(kept)"

# ---- the courier dies while it waits for the answer ----
echo "2 hold" >fault
id=$(new)
wait_state "$id" '^state +sent'
for i in $(seq 50); do [ -e fault ] || break; sleep 0.1; done
sleep 0.3
kill -9 "$courier"
wait "$courier" 2>/dev/null
start_courier
osci transfer retry "$id" >/dev/null
wait_state "$id" '^state +accepted'
is "killed while it waits: accepted" accepted "$(state "$id")"
is "killed while it waits: sent once" 4 "$(kept)"

# ---- fetching: the answer behind the first delivery is lost ----
echo "3 hold" >fault
osci fetch --town b --identity amt >/dev/null
for i in $(seq 50); do [ "$(arrived)" = 2 ] && break; sleep 0.1; done
for i in $(seq 50); do [ -e fault ] || break; sleep 0.1; done
kill -9 "$courier"
wait "$courier" 2>/dev/null
start_courier
is "killed while it fetches: all arrive once" 4 "$(fetch 4)"
osci fetch --town b --identity amt >/dev/null
sleep 1
is "and never again" 4 "$(arrived)"

# ---- a message in chunks, of which the courier loses some ----
head -c 400000 /dev/urandom >big
echo "6 answer" >fault
id=$(new big)
troubled "$id"
osci transfer retry "$id" >/dev/null
wait_state "$id" '^state +accepted'
is "in chunks, one lost: accepted" accepted "$(state "$id")"
is "in chunks: arrives" 5 "$(fetch 5)"
in=$(osci transfer list --town b --max 1 | awk '{ print $1 }')
rm -rf out && mkdir out
does "in chunks: opens" 0 "400000 bytes  big" \
    osci transfer open "$in" --out out
is "in chunks: byte for byte" "$(sha256sum <big)" "$(sha256sum <out/content-2)"

# ---- the courier dies while it fetches chunks ----
restart_courier()
{
	kill -9 "$courier"
	wait "$courier" 2>/dev/null
	start_courier
}

arriving()
{
	osci transfer list --town b --state arriving | grep -c ' in '
}

id=$(new big)
wait_state "$id" '^state +(accepted|forwarded)'
echo "7 hold" >fault
osci fetch --town b --identity amt >/dev/null
for i in $(seq 100); do [ -e fault ] || break; sleep 0.1; done
for i in $(seq 100); do [ "$(arriving)" = 1 ] && break; sleep 0.1; done
is "some of its chunks are kept" 1 "$(arriving)"
restart_courier
is "killed between chunks: arrives" 6 "$(fetch 6)"
does "killed between chunks: goes on with the next" 0 "behind chunk [1-9]" \
    grep "goes on" courier.log
is "and nothing is left of it" 0 "$(arriving)"
in=$(osci transfer list --town b --max 1 | awk '{ print $1 }')
rm -rf out && mkdir out
does "killed between chunks: opens" 0 "400000 bytes  big" \
    osci transfer open "$in" --out out
is "killed between chunks: byte for byte" "$(sha256sum <big)" \
    "$(sha256sum <out/content-2)"

# ---- a delivery that cannot be had does not keep the others ----
id=$(new)
wait_state "$id" '^state +accepted'
file=$(find osci -type f -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2)
mv "$file" lost
id=$(new)
wait_state "$id" '^state +accepted'
is "one that the intermediary lost: the next arrives" 7 "$(fetch 7)"
does "one that the intermediary lost: is told" 0 "left where it is: .*9811" \
    grep "left where" courier.log
mv lost "$file"
is "found again: arrives" 8 "$(fetch 8)"

id=$(new big)
wait_state "$id" '^state +accepted'
cp conf wide
echo "osci_http_answer_max = 64k" >>conf # a chunk does not go through
restart_courier
id=$(new)
wait_state "$id" '^state +accepted'
is "one that cannot be read: the next arrives" 9 "$(fetch 9)"
does "one that cannot be read: is put aside" 0 " in   failed" \
    osci transfer list --town b --state failed
in=$(awk '{ print $1 }' said)
does "with its reason" 0 "left at the intermediary, since it cannot be read" \
    osci transfer show "$in"
id=$(new)
wait_state "$id" '^state +accepted'
is "and it is passed over from then on" "10 1" \
    "$(fetch 10) $(osci transfer show "$in" | grep -c 'left at the')"
cp wide conf
restart_courier
does "by hand again" 0 "fetches it" osci transfer retry "$in"
is "by hand again: arrives" 11 "$(fetch 11)"
does "as the same transfer" 0 "^state +arrived" osci transfer show "$in"

# ---- a passive recipient: our own, at its address ----
osci partner add R --cipher 5.pem --sign 6.pem \
    --receiver "http://127.0.0.1:$port/osci/empfang" >/dev/null
id=$(osci send m.xml big --town a --to R | head -1)
wait_state "$id" '^state +received'
is "forwarded: received at once" received "$(state "$id")"
is "forwarded: arrives" 12 "$(arrived)"
in=$(osci transfer list --town b --max 1 | awk '{ print $1 }')
rm -rf out && mkdir out
does "forwarded: opens" 0 "400000 bytes  big" \
    osci transfer open "$in" --out out

# ---- what old messages said goes ----
testdb_sql torhaus -e "UPDATE osci_transfer SET changed_at = '2001-01-01'
    WHERE state IN (6, 8) LIMIT 1000"
out=$(osci transfer list --state received | awk 'NR == 1 { print $1 }')
restart_courier # it sweeps when it starts
wait_state "$out" '^contents +erased'
does "what an old message said is erased" 0 "what it said was erased" \
    osci transfer show "$out"
is "its bytes are gone" 0 "$(testdb_sql torhaus -N -e "SELECT COUNT(*)
    FROM osci_transfer_piece p JOIN osci_transfer t ON t.id = p.transfer_id
    WHERE t.state = 6")"
does "what nobody has handled stays" 0 "400000 bytes  big" \
    osci transfer open "$in" --out "$(mktemp -d "$dir/o.XXX")"

# ---- who is not who we know ----
does "a foreign intermediary" 0 "is intermediary 1" osci peer add fremd \
    --uri "http://127.0.0.1:$port/osci" --cipher 1.pem --sign 4.pem
osci partner add F --cipher 5.pem --sign 6.pem --peer fremd >/dev/null
id=$(osci send m.xml --town a --to F)
wait_state "$id" ' built .*signature'
does "an answer signed by another does not count" 0 "9601" \
    osci transfer show "$id"
osci peer add fremd --uri "http://127.0.0.1:1/osci" --cipher 1.pem \
    --sign 2.pem >/dev/null
echo "osci_attempts = 1" >>conf
kill "$courier"
wait "$courier" 2>/dev/null
start_courier
osci transfer retry "$id" >/dev/null
wait_state "$id" '^state +failed'
is "given up, with a reason" 1 "$(steps "$id" failed)"
osci peer add fremd --uri "http://127.0.0.1:$port/osci" --cipher 1.pem \
    --sign 2.pem >/dev/null
osci transfer retry "$id" >/dev/null
wait_state "$id" '^state +accepted'
is "by hand again: accepted" accepted "$(state "$id")"
does "a partner with transfers stays" 1 "are kept" osci partner remove F

# ---- stored messages ----
data=$repo/tests/data/osci
does "verify: who is not trusted" 3 "^ok +signature over the message: " \
    osci verify "$data/positive/store-author-signed.http"
osci ca add "$data/keys/ca.cert.pem" >/dev/null
does "verify: all is well" 0 "signed by .*author" \
    osci verify "$data/positive/store-author-signed-xades-time.http"
does "verify: encrypted" 0 "was encrypted" osci verify \
    "$data/positive/store-attachment-encrypted.http" \
    --key "$data/keys/intermediary_cipher.key.pem" \
    --cert "$data/keys/intermediary_cipher.cert.pem"
does "verify: changed" 3 "^BAD +signature over the message: 9601" \
    osci verify "$data/negative/digest-broken-body.http"
does "explain a code" 0 "not carried out" osci explain 9801
does "explain no code" 2 "no code 1234" osci explain 1234
does "explain a message" 0 "process card of msg-0001" \
    osci explain "$data/responses/response-to-store-delivery.http"
