# seconds: 20
# torhaus xoev add, list and check, and what doctor says, as an operator uses
# them. The sets come from ../shared/xoev where it is.
. tests/stack/lib.sh
. tests/stack/testdb.sh

shared=$(realpath ../shared/xoev 2>/dev/null)
if [ ! -e "$shared/catalog.xml" ]; then
	echo "ok xoev: as a command # SKIP ../shared/xoev is not here"
	exit 0
fi
dir=$(mktemp -d /tmp/torhaus-xoev.XXXXXX)
trap 'testdb_stop; rm -rf "$dir"' EXIT
testdb_start || { echo "not ok xoev: no database"; exit 1; }
torhaus=$(realpath "$BUILD/${PROFILE:-release}/bin/torhaus")
repo=$PWD

cat >"$dir/conf" <<CONF
database_socket = $TORHAUS_TEST_DB_SOCKET
database_name = $TORHAUS_TEST_DB_NAME
database_user = $TORHAUS_TEST_DB_USER
master_key_file = $dir/master.key
documents_dir = $dir
texts_dir = $repo/fcgi-apps/texts
libexec_dir = $dir
sql_dir = $repo/sql
xoev_dir = $dir/xoev
CONF
export TORHAUS_CONFIG=$dir/conf
cd "$dir" || exit 1

CHECK="xoev"

xoev()
{
	"$torhaus" xoev "$@"
}

does "nothing is there" 0 'no set is installed' xoev list
does "what a set builds on comes first" 1 \
    'no installed set has .*; install the one that has it first' \
    xoev add "$shared/xmeld-25.11a"
does "a set without version" 1 'say which version' xoev add "$shared/xinneres"
does "the library" 0 'installed in' \
    xoev add "$shared/xoev-bibliothek" --version 2022-08
does "XInneres" 0 'strict' xoev add "$shared/xinneres" --version 26.11
cp -r "$shared/xmeld-25.11a" zipped && chmod -R u+w zipped
bsdtar -cf xmeld-25.11a.zip --format zip -C zipped .
does "XMeld from a ZIP file" 0 'valid 2025-11-01 to 2030-04-30' xoev add \
    xmeld-25.11a.zip --from 2025-11-01 --until 2030-04-30
does "the same again" 1 'installed already, with the same files' \
    xoev add "$shared/xmeld-25.11a"
echo '<!-- -->' >>zipped/xsd/xinneres.xmeld.xsd
does "another under its name" 1 'a published set never changes' \
    xoev add zipped --name xmeld --version 25.11a
does "a date that is none" 1 'is no date' \
    xoev add zipped --version 1 --from gestern
does "the list" 0 'http://www.osci.de/xmeld2511a, version 25.11a' xoev list
does "all files are right" 0 '52 files are what was installed' xoev check
does "a valid message" 0 'valid; [0-9]+ codes are of lists' \
    xoev check "$shared/xmeld-25.11a/samples/eigen-1700-meldebescheinigung-anfrage.xml"
does "a wrong one, by code and place" 3 \
    'X001 /[^ ]*/familienname.unstrukturiert/name: The value has characters' \
    xoev check "$shared/xmeld-25.11a/samples-invalid/eigen-fehler-zeichen-kyrillisch.xml"
if grep -qP '[\x{0400}-\x{04ff}]' said; then
	echo "not ok xoev: what stood there is said"
else
	echo "ok xoev: what stood there is not said"
fi
does "before its first day" 3 'V000' xoev check --on 2025-10-31 \
    "$shared/xmeld-25.11a/samples/eigen-1700-meldebescheinigung-anfrage.xml"

for set in xtorhaus-1.0 xproduzent-platzhalter-1.0; do
	does "our own: $set" 0 'strict' xoev add "$repo/xoev-schemas/$set"
done
for file in "$repo"/tests/data/xtorhaus/*.xml; do
	name=$(basename "$file" .xml)
	case $name in
	valid-*) does "$name" 0 'valid' xoev check "$file" ;;
	invalid-*) does "$name" 3 'X001' xoev check "$file" ;;
	empty-*) does "$name" 3 'S030' xoev check "$file" ;;
	semantic-*) does "$name" 3 'S999' xoev check "$file" ;;
	esac
done

"$torhaus" key create --out master.key >/dev/null
does "doctor sees the sets" 3 '^ok +schema sets of messages' "$torhaus" doctor
echo x >>xoev/xmeld-25.11a/published/xsd/xmeld-codes.xsd
does "a changed file" 3 'xsd/xmeld-codes.xsd: was changed' xoev check
does "doctor names it" 3 'schema set xmeld-25.11a was changed' \
    "$torhaus" doctor
does "what was changed is not used" 1 'does not|checksum|no installed set' \
    xoev check "$shared/xmeld-25.11a/samples/eigen-1700-meldebescheinigung-anfrage.xml"
