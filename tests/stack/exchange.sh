# The demonstration's exchange with a register (docs/exchange.md); sourced by
# stack.sh. The register is invented (tests/register); everything else is what a
# town sets up: keys, mailboxes, the partner, who the town is, schema sets.

exchange_town=quellstadt exchange_identity=buergerbuero
exchange_key=99000001 # of the town, and of its register
exchange_other=99000003 # of the municipality that people move from
exchange_sets=$root/../shared/xoev

# exchange_pair NAME USAGE OPENSSL_KEY...: one of a register's key pairs, in the
# folder $here.
exchange_pair()
{
	local name=$here/register_$1

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

# exchange_office FOLDER NAME KEY: a register with keys, mailbox and key in the
# directory.
exchange_office()
{
	local here=$dir/$1

	mkdir -p -m 700 "$here"
	exchange_pair cipher keyEncipherment,dataEncipherment \
	    -newkey rsa:2048 &&
	    exchange_pair sign digitalSignature,nonRepudiation -newkey ec \
		-pkeyopt ec_paramgen_curve:P-256 &&
	    torhaus osci mailbox add --name "$2" \
		--cert "$here/register_cipher.cert.pem" &&
	    torhaus osci partner add "$2" \
		--cipher "$here/register_cipher.cert.pem" \
		--sign "$here/register_sign.cert.pem" \
		--town $exchange_town --dvdv "ags:$3"
}

# Once; what is there stays.
exchange_load()
{
	local mark=$dir/loaded/exchange here=$dir/register

	[ -e "$mark" ] && return 0
	mkdir -p -m 700 "$here"
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
	    exchange_office register "Melderegister (erfunden)" \
		$exchange_key &&
	    exchange_office altstadt "Meldebehörde Altstadt (erfunden)" \
		$exchange_other &&
	    torhaus codelist import "$root/tests/register/gemeinden.xml" &&
	    torhaus osci fetch --town $exchange_town \
		--identity $exchange_identity --every 60 &&
	    torhaus nachrichten party --town $exchange_town \
		--key mbp:$exchange_key --name "Stadt Quellstadt" \
		--mail rathaus@quellstadt.example --street "Am Markt" \
		--house 1 --postcode 12345 --city Quellstadt \
		--identity $exchange_identity || return 1
	touch "$mark"
}

# exchange_watch NAME FOLDER: the office whose keys lie there.
exchange_watch()
{
	watch "$1" TERM - "$simulator" \
	    --uri "http://127.0.0.1:$port/osci" --intermediary \
	    "$dir/register/intermediary_cipher.pem" \
	    "$dir/register/intermediary_sign.pem" --keys "$dir/$2" \
	    --book "$dir/$2/book" --every "${AUTHORITY_EVERY_MS:-200}"
}

exchange_start()
{
	exchange_watch register register
	exchange_watch register-altstadt altstadt
}

# Who can be tried out.
exchange_residents()
{
	cat <<-'END'
	  Invented residents for "Wohnsitz an- oder ummelden" in Quellstadt (tick
	  the simulated log-in; the code of every letter is ABCD-1234):
	    Ayşegül Małgorzata Çağlar-Wójcik, 29.02.1988  lives in Quellstadt, with
	      Jürgen Wójcik, 03.11.1985 (married), and the children Łucja Wójcik,
	      04.05.2015, Đorđe Çağlar, 17.09.2018, Zoë Çağlar-Wójcik, 01.01.2022
	    Erika Altmann, 12.08.1984  moves from Altstadt, with Max, 15.01.1980,
	      and Leonie, 30.03.2016; Seán O’Súilleabháin, 31.12.1979, alone
	    Bente Sperling, 21.06.1991, with Kai, 10.10.1990  he is blocked: a person
	      decides, and nobody learns why; Mara Geheim, 05.04.1993  likewise
	    Anybody called Sofort  registered without a letter; Abgelehnt  refused;
	      Geduldig  may try the code three times; Frist  is too late for it;
	      Unbekannt, Verstorben  not found; Stumm, Spaet, Doppelt, Kaputt,
	      Ungueltig, Unbrauchbar, Fremd, Zurueck  what offices do wrong
	    Everybody else is known as they say they are.
	END
}
