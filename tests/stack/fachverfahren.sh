# The demonstration's other authorities (docs/exchange.md); sourced by stack.sh,
# after exchange.sh. Each is the system of tests/fachverfahren with keys and a
# mailbox of its own: NAME|what people call it|its key in the directory.

authorities=(
	"svb|Straßenverkehrsbehörde (erfunden)|svb:$exchange_key"
	"strassenbau|Landesbetrieb Straßen (erfunden)|mangel:strassenbau"
)

# authority_pair DIR PURPOSE USAGE OPENSSL_KEY...
authority_pair()
{
	local name=$1/fachverfahren_$2

	[ -s "$name.cert.pem" ] && return 0
	(umask 077 && openssl req -x509 -nodes -days 3650 "${@:4}" \
	    -subj "/C=DE/O=Erfunden/CN=Fachverfahren $2" \
	    -addext "keyUsage=critical,$3" -keyout "$name.key.pem" \
	    -out "$name.cert.pem" 2>/dev/null)
}

authority_load()
{
	local here=$dir/authorities/$1

	mkdir -p -m 700 "$dir/authorities" "$here"
	authority_pair "$here" cipher keyEncipherment,dataEncipherment \
	    -newkey rsa:2048 &&
	    authority_pair "$here" sign digitalSignature,nonRepudiation \
		-newkey ec -pkeyopt ec_paramgen_curve:P-256 &&
	    torhaus osci mailbox add --name "$2" \
		--cert "$here/fachverfahren_cipher.cert.pem" &&
	    torhaus osci partner add "$2" \
		--cipher "$here/fachverfahren_cipher.cert.pem" \
		--sign "$here/fachverfahren_sign.cert.pem" \
		--town $exchange_town --dvdv "$3"
}

# Once; what is there stays.
authorities_load()
{
	local mark=$dir/loaded/authorities one name label key

	[ -e "$mark" ] && return 0
	for one in "${authorities[@]}"; do
		IFS='|' read -r name label key <<<"$one"
		authority_load "$name" "$label" "$key" || return 1
	done
	touch "$mark"
}

# Our own standard, once the library that it builds on is there.
authorities_sets_add()
{
	local mark=$dir/loaded/xtorhaus

	[ -e "$mark" ] && return 0
	[ -d "$dir/xoev/xoev-bibliothek-2022-08" ] || return 1
	[ -d "$dir/xoev/xtorhaus-1.0" ] ||
	    torhaus xoev add "$root/xoev-schemas/xtorhaus-1.0" || return 1
	torhaus codelist import \
	    "$root"/xoev-schemas/xtorhaus-1.0/codelisten/*.xml || return 1
	touch "$mark"
}

authorities_start()
{
	local one name rest

	for one in "${authorities[@]}"; do
		IFS='|' read -r name rest <<<"$one"
		watch "$name" TERM - \
		    "$simulators/fachverfahren" \
		    --uri "http://127.0.0.1:$port/osci" --intermediary \
		    "$dir/register/intermediary_cipher.pem" \
		    "$dir/register/intermediary_sign.pem" \
		    --keys "$dir/authorities/$name" \
		    --every "${AUTHORITY_EVERY_MS:-200}"
	done
}
