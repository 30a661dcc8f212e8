# seconds: 120
# torhaus osci key, ca and cert as an operator uses them: keys made, imported,
# renewed and retired; authorities; what is found about a certificate. The
# authority is OpenSSL's command line.
. tests/stack/lib.sh
. tests/stack/testdb.sh

dir=$(mktemp -d /tmp/torhaus-osci-keys.XXXXXX)
trap 'testdb_stop; rm -rf "$dir"' EXIT
testdb_start || { echo "not ok osci keys: no database"; exit 1; }
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
osci_ca_file = $dir/trusted.pem
osci_crl_dir = $dir/crl
osci_pkcs11_module = /usr/lib/softhsm/libsofthsm2.so
osci_pkcs11_pin_file = $dir/pin
CONF
export TORHAUS_CONFIG=$dir/conf SOFTHSM2_CONF=$dir/softhsm2.conf
export LSAN_OPTIONS=exitcode=0 # softhsm's own
cd "$dir" || exit 1
mkdir crl tokens

CHECK="osci keys"

osci()
{
	"$torhaus" osci "$@"
}

# key PATTERN: the number of the newest key whose line matches.
key()
{
	osci key list | grep -E -- "$1" | awk '{ print $1 }' | sort -n | tail -1
}

"$torhaus" key create --out master.key
cat >town.json <<JSON
{"slug": "quellstadt", "name": "Stadt Quellstadt",
 "host": "quellstadt.localhost", "ags": "09999999",
 "mail_from": "post@quellstadt.example",
 "departments": [{"slug": "buergeramt", "name": "Bürgeramt"}]}
JSON
does "a town" 0 added "$torhaus" town add --file town.json

# ---- an authority ----
{
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem \
	    -subj "/CN=Test CA" -days 30 -addext "keyUsage=keyCertSign,cRLSign"
	openssl req -newkey rsa:2048 -nodes -keyout p.key -out p.csr \
	    -subj "/CN=Partner"
	printf 'keyUsage=critical,keyEncipherment\nbasicConstraints=CA:FALSE\n' >cipher.ext
	printf 'keyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n' >sign.ext
	openssl x509 -req -in p.csr -CA ca.pem -CAkey ca.key -days 20 \
	    -set_serial 77 -extfile cipher.ext -out p.pem
	openssl pkcs12 -export -in p.pem -inkey p.key -passout pass:geheim \
	    -out p.p12
	openssl pkcs12 -export -legacy -in p.pem -inkey p.key \
	    -passout pass:geheim -out old.p12
	openssl req -x509 -newkey rsa:1024 -nodes -keyout short.key \
	    -out short.pem -subj "/CN=Short" -addext keyUsage=digitalSignature
	openssl pkey -in p.key -aes256 -passout pass:geheim -out locked.key
} >openssl.log 2>&1 || echo "not ok osci keys: $(tail -1 openssl.log)"
echo geheim >password
echo falsch >wrong
chmod 600 password wrong

# ---- making keys ----
does "intermediary's pairs" 0 "sign, RSA 3072, valid to .*active" \
    osci key create --role intermediary --subject "CN=Vermittler,C=DE"
does "list" 0 "^[0-9]+ +intermediary +- +intermediary +cipher +active" \
    osci key list
does "a client needs a town" 1 "town" \
    osci key create --role client --name buergeramt --kind p256 --purpose sign
does "a client needs a name" 1 "name" \
    osci key create --role client --town quellstadt
does "a name with blanks" 1 "lower-case" \
    osci key create --role client --town quellstadt --name "Das Amt"
does "a client's pair" 0 "client buergeramt sign, EC P-256" \
    osci key create --role client --name buergeramt --kind p256 --purpose sign \
    --town quellstadt
does "an unknown kind" 2 "does not know" \
    osci key create --role recipient --kind rsa512
first=$(key 'intermediary +cipher +active')
does "its certificate" 0 "BEGIN CERTIFICATE" osci key cert "$first"
cp said own.pem
does "what openssl reads" 0 "CN = Vermittler, C = DE" \
    openssl x509 -in own.pem -noout -subject

# ---- renewal ----
does "a new pair" 0 "cipher, RSA 3072" \
    osci key create --role intermediary --purpose cipher
does "the old one is retired" 0 "^$first .* retired" osci key list
does "back to it" 0 "active now" osci key activate "$first"
second=$(key 'intermediary +cipher +retired')
does "retired keys can go" 0 "is gone" osci key retire "$second" --destroy
does "active ones cannot" 2 "retire it first" \
    osci key retire "$first" --destroy
does "nor what is not there" 1 "no OSCI identity" osci key retire 999

# ---- a certificate by an authority ----
does "a waiting key" 0 "waiting" \
    osci key create --role client --town quellstadt --name meldeamt \
    --kind p256 --purpose sign --waiting
waiting=$(key 'meldeamt +sign +waiting')
osci key csr "$waiting" --subject "CN=Meldeamt,O=Quellstadt" >m.csr
openssl x509 -req -in m.csr -CA ca.pem -CAkey ca.key -days 20 -set_serial 78 \
    -extfile sign.ext -out m.pem >>openssl.log 2>&1
does "the answer to a request" 0 "client meldeamt sign, .*active" \
    osci key import --cert m.pem
does "what waited is gone" 1 "no OSCI identity $waiting" \
    osci key cert "$waiting"
does "once is enough" 1 "there already" osci key import --cert m.pem
does "a certificate of nobody" 1 "no key of ours" osci key import --cert p.pem

# ---- keys from elsewhere ----
does "PKCS#12, wrong password" 1 "wrong password" \
    osci key import --p12 p.p12 --role recipient --password-file wrong
chmod 644 password
does "a password for all to read" 1 "chmod 600" \
    osci key import --p12 p.p12 --role recipient --password-file password
chmod 600 password
does "no terminal" 1 "no terminal|password-file" \
    setsid "$torhaus" osci key import --p12 p.p12 --role recipient
does "PKCS#12" 0 "recipient recipient cipher, RSA 2048" \
    osci key import --p12 p.p12 --role recipient --password-file password
does "PKCS#12 of old" 1 "there already" \
    osci key import --p12 old.p12 --role recipient --password-file password
does "PEM with a password" 0 "client stadtarchiv cipher" \
    osci key import --cert p.pem --key locked.key --role client \
    --town quellstadt --name stadtarchiv --password-file password
does "a key of another certificate" 1 "another key" \
    osci key import --cert p.pem --key ca.key --role recipient
does "a short key" 1 "RSA 1024 is too short" \
    osci key import --cert short.pem --key short.key --role recipient
does "a use that it does not have" 1 "forbids to sign" \
    osci key import --cert p.pem --key p.key --role recipient --purpose sign
does "in the database lies no key" 0 "^0$" \
    testdb_sql torhaus -N -e "SELECT COUNT(*) FROM osci_identity
	WHERE key_sealed LIKE CONCAT('%', UNHEX('2A864886F70D010101'), '%')"

# ---- a token ----
if command -v softhsm2-util >/dev/null &&
    [ -e /usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so ]; then
	echo "directories.tokendir = $dir/tokens" >softhsm2.conf
	echo 1234 >pin
	chmod 600 pin
	openssl pkcs8 -topk8 -nocrypt -in p.key -out p8.key
	softhsm2-util --init-token --free --label torhaus --so-pin 5678 \
	    --pin 1234 >/dev/null
	softhsm2-util --import p8.key --token torhaus --label cipher --id 01 \
	    --pin 1234 >/dev/null
	does "a key in a token" 0 "intermediary intermediary cipher" \
	    osci key import --cert p.pem --role intermediary \
	    --uri "pkcs11:token=torhaus;object=cipher"
	does "its request" 0 "BEGIN CERTIFICATE REQUEST" \
	    osci key csr "$(key 'intermediary +cipher +active')"
	does "a key that is not in the token" 1 "no private key" \
	    osci key import --cert p.pem --role recipient \
	    --uri "pkcs11:token=torhaus;object=none"
else
	echo "ok osci keys: a token # SKIP softhsm2 is not installed"
fi

# ---- whom to trust ----
does "nobody yet" 0 "names none" osci ca list
does "an unknown issuer" 3 "9706 \(refused\)" osci cert check p.pem
does "registered" 0 "finding +none" osci cert check --registered p.pem
does "registered, but short" 3 "too short|too weak" \
    osci cert check --registered short.pem
does "trust" 0 "^trusted .*CN=Test CA" osci ca add ca.pem
does "once" 0 "^known" osci ca add ca.pem
does "no list yet" 3 "3705 \(warning\)|3707 \(warning\)" osci cert check p.pem
touch index.txt
echo 01 >crlnumber
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=5\n' >ca.conf
openssl ca -config ca.conf -gencrl -cert ca.pem -keyfile ca.key \
    -out crl/test.crl 2>>openssl.log
does "the doctor on lists" 3 "^ok +OSCI revocation lists" "$torhaus" doctor
does "the doctor on a half identity" 3 \
    "meldeamt, sign.: there is no active pair for encryption" "$torhaus" doctor
does "the doctor on the end of certificates" 3 \
    "recipient, cipher.: its certificate ends on" "$torhaus" doctor
does "all is well" 0 "not revoked, by list" osci cert check p.pem
openssl ca -config ca.conf -revoke p.pem -cert ca.pem -keyfile ca.key \
    2>>openssl.log
openssl ca -config ca.conf -gencrl -cert ca.pem -keyfile ca.key \
    -out crl/test.crl 2>>openssl.log
does "revoked" 3 "9707 \(refused\)" osci cert check p.pem
does "neither one nor the other" 3 "neither" osci cert check ca.pem
print=$(osci ca list | awk '{ print $1 }')
does "too short a fingerprint" 2 "8 digits" osci ca remove "${print:0:4}"
does "no such authority" 1 "begins with" osci ca remove 0000000000
mv trusted.pem away.pem
openssl ca -config ca.conf -gencrl -cert ca.pem -keyfile ca.key \
    -crl_lastupdate 20200101000000Z -crl_nextupdate 20200102000000Z \
    -out crl/test.crl 2>>openssl.log
does "the doctor on old lists" 3 "CN=Test CA ran out on 2020-01-02" \
    "$torhaus" doctor
mv away.pem trusted.pem
does "trust no longer" 0 "^removed" osci ca remove "${print:0:12}"
does "nobody any more" 0 "names none" osci ca list
