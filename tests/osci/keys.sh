#!/bin/bash
# keys.sh DIR: a test authority and key pairs, laid out as endpoint.sh wants
# them: NAME_cipher and NAME_sign for originator, addressee, intermediary,
# author and reader, RSA 2048 and P-256; with OSCI_RSA_BITS=N all of them RSA of
# N bits. Nothing is made anew. Never trust this authority elsewhere.
set -eu
[ $# -eq 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
cd "$1"
[ -s done ] && exit 0

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -days 3650 -subj "/C=DE/O=Torhaus Test/CN=Test authority" \
    -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout ca.key.pem -out ca.cert.pem 2>/dev/null

# pair NAME USAGE OPENSSL_KEY...
pair()
{
	local name=$1 usage=$2
	shift 2
	openssl req -nodes "$@" -subj "/C=DE/O=Torhaus Test/CN=$name" \
	    -keyout "$name.key.pem" -out "$name.csr" 2>/dev/null
	openssl x509 -req -in "$name.csr" -CA ca.cert.pem -CAkey ca.key.pem \
	    -days 3650 -set_serial "$serial" -out "$name.cert.pem" \
	    -extfile <(echo "keyUsage=critical,$usage") 2>/dev/null
	rm "$name.csr"
	serial=$((serial + 1))
}

rsa=${OSCI_RSA_BITS:-2048}
sign=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
[ -n "${OSCI_RSA_BITS:-}" ] && sign=(-newkey "rsa:$rsa")
serial=1001
for name in originator addressee intermediary author reader; do
	pair "${name}_cipher" keyEncipherment,dataEncipherment \
	    -newkey "rsa:$rsa"
	pair "${name}_sign" digitalSignature,nonRepudiation "${sign[@]}"
done
touch done
