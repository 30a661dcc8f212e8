#!/bin/bash
# An intermediary and a passive recipient of OSCI-Transport on a fresh database,
# for whoever wants to point a foreign client at them:
#
#   endpoint.sh run   --keys DIR [OPTIONS]   in the foreground, until Ctrl-C
#   endpoint.sh start --keys DIR [OPTIONS]   in the background
#   endpoint.sh stop  [--dir DIR]
#
# DIR holds, in PEM, ca.cert.pem (any number of authorities) and the pairs
# NAME.cert.pem, NAME.key.pem of intermediary_cipher, intermediary_sign,
# addressee_cipher and addressee_sign (the recipient's); instead of a pair also
# NAME.p12 (password: OSCI_P12_PASSWORD, else osci-test). crl*.pem are
# revocation lists. Without DIR, test keys are made in build/osci-keys.
#
# Options: --port N (8090), --dir DIR (build/osci-endpoint), --lenient (requests
# need no signature; CBC, Triple DES and RSA PKCS#1 v1.5 are taken),
# --profile release|san, --set NAME=VALUE (a setting of torhaus.conf).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/stack/lib.sh

keys='' port=8090 dir=$BUILD/osci-endpoint profile=release lenient=''
settings=()

say()
{
	echo "osci-endpoint: $*"
}

die()
{
	say "$*" >&2
	exit 1
}

action=${1:-}
[ $# -gt 0 ] && shift
while [ $# -gt 0 ]; do
	case $1 in
	--lenient) lenient=1 ;;
	--keys | --port | --dir | --profile | --set)
		[ $# -ge 2 ] || die "$1 needs a value."
		case $1 in
		--keys) keys=$2 ;;
		--port) port=$2 ;;
		--dir) dir=$2 ;;
		--profile) profile=$2 ;;
		--set) settings+=(--set "$2") ;;
		esac
		shift
		;;
	*) die "unknown option $1." ;;
	esac
	shift
done
dir=$(realpath -m "$dir")
conf=$dir/torhaus.conf
bin=$PWD/$BUILD/$profile/bin

torhaus()
{
	"$bin/torhaus" --config "$conf" "$@"
}

# The folder is looked at before anything is started.
keys_check()
{
	local name

	if [ -z "$keys" ]; then
		keys=$BUILD/osci-keys
		tests/osci/keys.sh "$keys" || die "no test keys could be made."
	fi
	[ -d "$keys" ] || die "there is no folder $keys."
	keys=$(realpath "$keys")
	[ -s "$keys/ca.cert.pem" ] || die "$keys has no ca.cert.pem."
	for name in intermediary addressee; do
		pair_check "${name}_cipher"
		pair_check "${name}_sign"
	done
}

pair_check()
{
	[ -s "$keys/$1.p12" ] ||
	    { [ -s "$keys/$1.cert.pem" ] && [ -s "$keys/$1.key.pem" ]; } ||
	    die "$keys has neither $1.p12 nor $1.cert.pem with $1.key.pem."
}

# identity NAME OPTION...: both pairs of an identity, in either form.
identity()
{
	local name=$1 purpose pair from
	shift

	for purpose in cipher sign; do
		pair=$keys/${name}_$purpose
		from=(--cert "$pair.cert.pem" --key "$pair.key.pem")
		if [ ! -s "$pair.cert.pem" ] || [ ! -s "$pair.key.pem" ]; then
			(umask 077 && echo "${OSCI_P12_PASSWORD:-osci-test}" \
			    >"$dir/secrets/p12")
			from=(--p12 "$pair.p12"
				--password-file "$dir/secrets/p12")
		fi
		loaded osci key import "${from[@]}" --purpose "$purpose" "$@" ||
		    die "the pair ${name}_$purpose could not be imported."
	done
}

# loaded WORD...: torhaus, quiet unless it fails.
loaded()
{
	torhaus "$@" >>"$dir/log/load.log" 2>&1 && return 0
	tail -3 "$dir/log/load.log" >&2
	return 1
}

# What the passive recipient receives is kept for an authority of a town.
identities()
{
	loaded town add --file fcgi-apps/services/demo/quellstadt.json ||
	    die "the town could not be made."
	identity intermediary --role intermediary
	identity addressee --role recipient
	identity addressee --role client --town quellstadt --name addressee
}

start()
{
	local mail_port trust

	keys_check
	mail_port=$(port_free) || die "no free port for the mail sink."
	tests/stack/stack.sh stop --dir "$dir" >/dev/null 2>&1
	trust=$dir.trust
	rm -rf "$trust"
	mkdir -p "$trust/crl" && cp "$keys/ca.cert.pem" "$trust/ca.pem" ||
	    die "no right to write to $trust."
	# Without any list, none is asked for: revocation is then not checked.
	if compgen -G "$keys/crl*.pem" >/dev/null; then
		cp "$keys"/crl*.pem "$trust/crl/"
		settings=(--set osci_crl_dir="$trust/crl" "${settings[@]}")
	fi
	if [ -n "$lenient" ]; then
		settings=(--set osci_signatures=optional
			--set osci_allow_cbc=yes --set osci_allow_rsa15=yes
			"${settings[@]}")
	fi
	tests/stack/stack.sh start --dir "$dir" --port "$port" \
	    --mail-port "$mail_port" --profile "$profile" --reset --no-demo \
	    --no-limits --set osci_mailboxes=open \
	    --set osci_encryption=optional --set osci_message_max=256m \
	    --set osci_http_plain=yes --set osci_http_internal=yes \
	    --set "osci_receivers=*" \
	    --set osci_ca_file="$trust/ca.pem" \
	    "${settings[@]}" || exit 1
	[ "$(id -u)" -eq 0 ] && export TORHAUS_ALLOW_ROOT=1
	trap 'tests/stack/stack.sh stop --dir "$dir"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	identities
	tests/stack/stack.sh restart-program osci --dir "$dir" \
	    >>"$dir/log/load.log" || die "osci did not take its keys."
}

case $action in
run)
	start
	rules="Signatures are demanded."
	[ -n "$lenient" ] &&
	    rules="Signatures are free, old algorithms are taken."
	cat <<-END

	  intermediary       http://127.0.0.1:$port/osci
	  passive recipient  http://127.0.0.1:$port/osci/empfang

	  Keys: $keys   Logs: $dir/log
	  Any certificate of that authority has a mailbox. $rules
	  Ctrl-C stops everything.

	END
	trap 'trap "" INT TERM HUP; echo; say "stopping"
	    kill "$sleeper" 2>/dev/null
	    tests/stack/stack.sh stop --dir "$dir"; say "stopped"' EXIT
	trap 'exit 0' INT TERM HUP
	sleep infinity &
	sleeper=$!
	wait $sleeper
	;;
start)
	start
	trap - EXIT
	;;
stop) tests/stack/stack.sh stop --dir "$dir" ;;
*)
	sed -n '/^#   endpoint/,/^# --profile/s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
