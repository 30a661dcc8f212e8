#!/bin/bash
# seeds_osci.sh: what the fuzz targets of OSCI start from, made from the test
# vectors (the repository's, else those beside it) into build/fuzz/seeds/NAME.
# Says nothing and makes nothing where there are none.
set -u
cd "$(dirname "$0")/../.." || exit 1
to=${BUILD:-build}/fuzz/seeds
for from in tests/data/osci ../shared/osci/vectors; do
	[ -d "$from/positive" ] && break
done
[ -d "$from/positive" ] || exit 0
[ "$to/osci_packet" -nt "$0" ] && exit 0

# envelope FILE: the XML of a message's root part.
envelope()
{
	sed -n '/^<?xml/,/<\/soap:Envelope>/p' "$1" |
		sed 's@\(</soap:Envelope>\).*@\1@'
}

# flows NAME PATTERN: the envelopes of plain messages, one behind the other, as
# a dialog that a client may try.
flows()
{
	local out=$to/osci_dialog/$1 file
	: >"$out"
	shift
	for file; do
		[ -e "$from/positive/$file.http" ] || continue
		cat "$from/positive/$file.http" >>"$out"
		printf '\0' >>"$out"
	done
}

rm -rf "$to"/osci_{mime,packet,encryption,content,dialog}
mkdir -p "$to"/osci_{mime,packet,encryption,content,dialog} || exit 1
for file in "$from"/{positive,recipient,responses,negative}/*.{http,inner}; do
	[ -e "$file" ] && [ "$(stat -c %s "$file")" -lt 60000 ] || continue
	name=$(basename "$(dirname "$file")")-$(basename "$file")
	cp "$file" "$to/osci_packet/$name"
	{ printf '\7' && cat "$file"; } >"$to/osci_mime/$name"
	if grep -aq 'xenc:EncryptedData' "$file"; then
		{
			envelope "$file"
			printf '\0%32s' ''
			tail -c 300 "$file"
		} >"$to/osci_encryption/$name"
	fi
	if grep -aq 'osci:ContentContainer' "$file"; then
		cp "$file" "$to/osci_content/$name"
	fi
done
flows whole init-dialog-signed get-message-id-explicit-signed \
    store-explicit-signed exit-dialog-signed
flows fetch init-dialog-signed fetch-delivery-by-none fetch-process-card-by-all
flows implicit get-message-id-implicit-signed store-plain-signed
flows chunks partial-store-1-of-2 partial-store-info-only partial-store-2-of-2
touch "$to/osci_packet"
