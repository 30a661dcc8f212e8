# The demonstration's producer of identity cards (docs/exchange.md); sourced by
# stack.sh, after exchange.sh. It is invented (tests/producer) and makes no
# cards; what goes to it only stands in for orders, and goes nowhere else.

producer_name="Ausweisproduzent (erfunden)"

# producer_pair PURPOSE USAGE OPENSSL_KEY...: one of its key pairs.
producer_pair()
{
	local name=$dir/producer/producer_$1

	[ -s "$name.cert.pem" ] && return 0
	(umask 077 && openssl req -x509 -nodes -days 3650 "${@:3}" \
	    -subj "/C=DE/O=Erfunden/CN=Ausweisproduzent $1" \
	    -addext "keyUsage=critical,$2" -keyout "$name.key.pem" \
	    -out "$name.cert.pem" 2>/dev/null)
}

# Our own standards, once the library that they build on is there.
producer_set_add()
{
	local name

	[ -d "$dir/xoev/xoev-bibliothek-2022-08" ] || return 1
	for name in xtorhaus-1.0 xproduzent-platzhalter-1.0; do
		[ -d "$dir/xoev/$name" ] ||
		    torhaus xoev add "$root/xoev-schemas/$name" || return 1
	done
}

# Once; what is there stays.
producer_load()
{
	local mark=$dir/loaded/producer here=$dir/producer

	[ -e "$mark" ] && return 0
	mkdir -p -m 700 "$here"
	producer_pair cipher keyEncipherment,dataEncipherment \
	    -newkey rsa:2048 &&
	    producer_pair sign digitalSignature,nonRepudiation -newkey ec \
		-pkeyopt ec_paramgen_curve:P-256 &&
	    torhaus osci mailbox add --name "$producer_name" \
		--cert "$here/producer_cipher.cert.pem" &&
	    torhaus osci partner add "$producer_name" \
		--cipher "$here/producer_cipher.cert.pem" \
		--sign "$here/producer_sign.cert.pem" \
		--town $exchange_town --dvdv simulator:$exchange_key ||
	    return 1
	touch "$mark"
}

producer_start()
{
	watch producer TERM - "$simulators/producer" \
	    --uri "http://127.0.0.1:$port/osci" --intermediary \
	    "$dir/register/intermediary_cipher.pem" \
	    "$dir/register/intermediary_sign.pem" --keys "$dir/producer" \
	    --book "$dir/producer/book" \
	    --every "${AUTHORITY_EVERY_MS:-200}"
}

# A card that only waits for the office's word: whoever applied has come, and
# the application is complete. Its reference goes to $dir/loaded/card.
producer_case()
{
	local mark=$dir/loaded/card reference state=''

	reference=$(cat "$mark" 2>/dev/null)
	[ -z "$reference" ] || state=$(torhaus vorgang list --state at_counter \
	    --town $exchange_town --limit 1000 | grep -F "$reference")
	[ -z "$state" ] || return 0
	reference=$(curl -sS --max-time 10 \
	    --resolve "$exchange_town.localhost:$port:127.0.0.1" \
	    -H 'Content-Type: application/json' \
	    -H "Idempotency-Key: $(openssl rand -hex 16)" \
	    --data-binary @tests/stack/card.json \
	    "http://$exchange_town.localhost:$port/api/v1/antraege/personalausweis" |
	    sed -n 's/.*"reference" *: *"\([^"]*\)".*/\1/p')
	[ -n "$reference" ] &&
	    torhaus vorgang advance "$reference" --town $exchange_town \
		--to at_counter >/dev/null || return 1
	echo "$reference" >"$mark"
}

# Two commands for the office, and what they show.
producer_tell()
{
	local tool="${bin#"$root"/}/torhaus --config ${dir#"$root"/}/torhaus.conf"

	echo "  An identity card waits to be ordered (from an invented producer):"
	echo "    $tool vorgang advance $(<"$dir/loaded/card")" \
	    "--town $exchange_town --to approved"
	echo "    $tool nachrichten list --town $exchange_town"
}
