# The demonstration's exchange with a register (docs/exchange.md); sourced by
# stack.sh. The register is invented (tests/register); everything else is what a
# town sets up: keys, mailboxes, the partner, who the town is, schema sets.

exchange_town=quellstadt exchange_identity=buergerbuero
exchange_key=99000001 # of the town, and of its register
exchange_sets=$root/../shared/xoev

# exchange_pair NAME USAGE OPENSSL_KEY...: one of the register's key pairs.
exchange_pair()
{
	local name=$dir/register/register_$1

	[ -s "$name.cert.pem" ] && return 0
	(umask 077 && openssl req -x509 -nodes -days 3650 "${@:3}" \
	    -subj "/C=DE/O=Erfunden/CN=Register $1" \
	    -addext "keyUsage=critical,$2" -keyout "$name.key.pem" \
	    -out "$name.cert.pem" 2>/dev/null)
}

# exchange_cert ROLE PURPOSE FILE: the certificate of one of our keys.
exchange_cert()
{
	local number

	number=$(awk -v role="$1" -v purpose="$2" '
		$0 ~ role && $0 ~ purpose && /active/ { print $1; exit }' \
	    "$dir/register/keys")
	torhaus osci key cert "$number" >"$3"
}

exchange_sets_add()
{
	[ -d "$dir/xoev/xmeld-25.11a" ] && return 0
	[ -d "$exchange_sets/xmeld-25.11a" ] || return 1
	torhaus xoev add "$exchange_sets/xoev-bibliothek" --version 2022-08 &&
	    torhaus xoev add "$exchange_sets/xinneres" --version 26.11 &&
	    torhaus xoev add "$exchange_sets/xmeld-25.11a"
}

# Once; what is there stays.
exchange_load()
{
	local mark=$dir/loaded/exchange here=$dir/register

	[ -e "$mark" ] && return 0
	mkdir -p -m 700 "$here"
	exchange_pair cipher keyEncipherment,dataEncipherment \
	    -newkey rsa:2048 || return 1
	exchange_pair sign digitalSignature,nonRepudiation -newkey ec \
	    -pkeyopt ec_paramgen_curve:P-256 || return 1
	torhaus osci key list | grep -q intermediary ||
	    torhaus osci key create --role intermediary \
		--subject "CN=Vermittler,O=Demo,C=DE" || return 1
	torhaus osci key create --role client --town $exchange_town \
	    --name $exchange_identity \
	    --subject "CN=Buergerbuero,O=Stadt Quellstadt,C=DE" || return 1
	torhaus osci key list >"$here/keys" || return 1
	exchange_cert intermediary cipher "$here/intermediary_cipher.pem" &&
	    exchange_cert intermediary sign "$here/intermediary_sign.pem" &&
	    exchange_cert $exchange_identity cipher "$here/town_cipher.pem" ||
	    return 1
	torhaus osci mailbox add --cert "$here/town_cipher.pem" \
	    --town $exchange_town --name "Bürgerbüro Quellstadt" &&
	    torhaus osci mailbox add --name "Melderegister (erfunden)" \
		--cert "$here/register_cipher.cert.pem" &&
	    torhaus osci partner add "Melderegister (erfunden)" \
		--cipher "$here/register_cipher.cert.pem" \
		--sign "$here/register_sign.cert.pem" \
		--town $exchange_town --dvdv ags:$exchange_key &&
	    torhaus osci fetch --town $exchange_town \
		--identity $exchange_identity --every 60 &&
	    torhaus nachrichten party --town $exchange_town \
		--key mbp:$exchange_key --name "Stadt Quellstadt" \
		--mail rathaus@quellstadt.example --street "Am Markt" \
		--house 1 --postcode 12345 --city Quellstadt \
		--identity $exchange_identity || return 1
	touch "$mark"
}

exchange_start()
{
	watch register TERM - "$simulator" \
	    --uri "http://127.0.0.1:$port/osci" --intermediary \
	    "$dir/register/intermediary_cipher.pem" \
	    "$dir/register/intermediary_sign.pem" --keys "$dir/register" \
	    --book "$dir/register/book"
}
