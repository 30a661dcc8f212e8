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
# A dialog from its beginning to behind its end, two at once, one that idles.
printf '\0\0\1\6\0\1\6\0\1\7\0\1\6\0\1' >"$to/osci_dialog/whole"
printf '\0\0\1\0\0\1\6\0\1\13\0\1\6\3\1\13\0\1' >"$to/osci_dialog/two"
printf '\0\0\1\6\0\377\6\0\377\3\0\1\4\0\1' >"$to/osci_dialog/idle"
touch "$to/osci_packet"
