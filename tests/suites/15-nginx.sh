# seconds: 120
# nginx alone, with programs that echo what they were told: where each address
# leads, which language it speaks, what the log keeps to itself, TLS.
. tests/stack/lib.sh
. nginx/render.sh

dir=$(realpath -m "$BUILD")/test/nginx
rm -rf "$dir"
mkdir -p "$dir"/{run,log,tmp,assets,layout,tls} \
    "$dir"/pages/probe/{fehler,antrag/hund,leistungen/hund,stadt,marke}
port=$(port_free) port_tls=$(port_free) port_http=$(port_free)
pids=()

stop()
{
	[ ${#pids[@]} -gt 0 ] && kill "${pids[@]}" 2>/dev/null
	wait
}
trap stop EXIT

cc -std=c17 -D_GNU_SOURCE -o "$dir/echo" tests/nginx/echo.c -lfcgi || exit 1
for program in forms documents status osci handover; do
	for n in 1 2; do
		"$dir/echo" $program.$n "$dir/run/$program.$n.sock" \
		    2>/dev/null &
		pids+=($!)
	done
done

# Pages as `torhaus pages` writes them.
echo 'probe.localhost probe;' >"$dir/pages/hosts.map"
for lang in de en; do
	echo "start $lang" >"$dir/pages/probe/index.$lang.html"
	echo "service $lang" >"$dir/pages/probe/leistungen/hund/index.$lang.html"
	echo "form $lang <!--#echo var=\"request_id\" -->" \
	    >"$dir/pages/probe/antrag/hund/index.$lang.html"
	echo "top <!--#echo var=\"titel\" -->" \
	    "<!--#include virtual=\"/intern/marke/name.html\" -->" \
	    "<!--#include virtual=\"/intern/marke/missing.html\" -->" >"$dir/layout/anfang.$lang.html"
	for status in 404 413 500; do
		echo "<!--#include virtual=\"/intern/layout/anfang.$lang.html\" -->" \
		    "error $status $lang <!--#echo var=\"request_id\" -->" \
		    >"$dir/pages/probe/fehler/$status.$lang.html"
	done
done
for lang in leicht ar; do
	echo "service $lang" >"$dir/pages/probe/leistungen/hund/index.$lang.html"
done
echo 'Probstadt' >"$dir/pages/probe/marke/name.html"
echo 'body {}' >"$dir/assets/x-1234.css"
echo 'a {}' >"$dir/pages/probe/stadt/stadt.css"

echo "client_max_body_size 64k; client_body_buffer_size 64k;" \
    >"$dir/pages/limits-request.conf"
echo "client_max_body_size 1m; client_body_buffer_size 64k;" \
    >"$dir/pages/limits-upload.conf"
cp "$dir/pages/limits-upload.conf" "$dir/pages/limits-osci.conf"
words=(PAGES="$dir/pages" SOCKETS="$dir/run" LOGS="$dir/log"
	ASSETS="$dir/assets" LAYOUT="$dir/layout")
render_nginx nginx "$dir/conf" "${words[@]}" COOKIE_SECURE= HSTS_LINE= ||
    exit 1
render nginx/demo.conf "$dir/nginx.conf" "${words[@]}" \
    SNIPPETS="$dir/conf" PORT="$port" LISTEN_V6= TEMP="$dir/tmp" WORKERS=1 \
    MIME_TYPES=/etc/nginx/mime.types USER_LINE="$(nginx_user_line)" || exit 1
if nginx -t -c "$dir/nginx.conf" -e "$dir/log/error.log" 2>"$dir/check"; then
	echo "ok configuration"
else
	cat "$dir/check"
	echo "not ok configuration"
	exit 1
fi
nginx -c "$dir/nginx.conf" -e "$dir/log/error.log" &
pids+=($!)
wait_port "$port" || exit 1

# get ARGS...: the answer with its headers; PATH is the last argument.
get()
{
	curl -sS -i --max-time 10 -H "Host: ${HOST:-probe.localhost}" \
	    "${@:1:$#-1}" "http://127.0.0.1:$port${*: -1}"
}

security='^(X-|Referrer|Permissions|Cross-|Content-Sec)'

# check NAME PATTERN ARGS...: the answer matches the pattern (-z multi-line).
check()
{
	local name=$1 pattern=$2 answer
	shift 2
	answer=$(get "$@" | tr -d '\r')
	if grep -Pzoq -- "(?s)$pattern" <<<"$answer"; then
		echo "ok $name"
	else
		echo "wanted: $pattern"
		echo "came:" "$(grep -Ev "$security" <<<"$answer" |
		    head -c 600)"
		echo "not ok $name"
	fi
}

id='[0-9a-f]{32}'
check "start page" '200 OK.*\nstart de' /
check "security headers" 'Content-Security-Policy: default-src .none.' /
check "reference number" "X-Request-Id: $id" /
check "no slash: redirect" '308.*Location: /leistungen/hund/' /leistungen/hund
check "unknown page" "404 Not.*Probstadt.*error 404 de $id" /nichts/
HOST=fremd.example check "unknown host" '421 .*Unknown address' /
HOST=fremd.example check "unknown host, POST" '421 .*Unknown address' -d a=b /
HOST=fremd.example check "unknown host, health" '200 .*program: forms' \
    /bereit/forms
check "path with dots" '400 ' --path-as-is /assets/../../conf/site.conf
check "parts are internal" '404 ' /intern/layout/anfang.de.html
check "forms' internal address" '404 ' /intern/antrag/hund/absenden
check "page and index" '404 ' /index.de.html
check "asset" 'immutable.*body' /assets/x-1234.css
check "town's style" 'max-age=3600.*a \{' /stadt/stadt.css

lang()
{
	check "language: $1" "\n$2\n" ${3:+-H "$3"} ${4:+-H "$4"} "${5:-/}"
}
lang "none" "start de"
lang "en-US,en" "start en" "Accept-Language: en-US,en;q=0.9"
lang "de first" "start de" "Accept-Language: de-DE,de;q=0.9,en;q=0.8"
lang "en heavier" "start en" "Accept-Language: de;q=0.3, en;q=0.31"
lang "de heavier" "start de" "Accept-Language: en;q=0.85, de;q=0.9"
lang "third language" "start en" "Accept-Language: fr,en;q=0.8,de;q=0.7"
lang "en refused" "start de" "Accept-Language: en;q=0"
lang "star" "start de" "Accept-Language: fr, *;q=0.5"
lang "en, star" "start en" "Accept-Language: en, *;q=0.5"
lang "en refused, star" "start de" "Accept-Language: en;q=0, *"
lang "cookie beats browser" "start en" "Cookie: sprache=en" \
    "Accept-Language: de"
lang "query beats cookie" "start de" "Cookie: sprache=en" "" "/?sprache=de"
lang "nonsense in query" "start de" "" "" "/?sprache=../../x"
check "language sticks" 'Set-Cookie: sprache=en;' '/?sprache=en'
# Languages that only some pages have.
hund=/leistungen/hund/
lang "plain German" "service leicht" "Cookie: sprache=leicht" "" $hund
lang "plain German, page without" "start de" "Cookie: sprache=leicht" \
    "Accept-Language: en"
lang "Arabic by query" "service ar" "" "" "$hund?sprache=ar"
lang "Arabic, page without" "start en" "" "" "/?sprache=ar"
lang "Arabic by browser" "service ar" "" \
    "Accept-Language: ar-EG,ar;q=0.9,de;q=0.8" $hund
lang "Arabic by browser, page without" "start de" "" \
    "Accept-Language: ar-EG,ar;q=0.9,de;q=0.8"
lang "Arabic lighter" "service de" "" "Accept-Language: de,ar;q=0.9" $hund
lang "plain German by browser" "service leicht" "" \
    "Accept-Language: de-simple,de;q=0.9" $hund
lang "plain German lighter" "service en" "" \
    "Accept-Language: en,de-simple;q=0.99" $hund
lang "a region of German" "service de" "" "Accept-Language: de-AT" $hund
check "Arabic sticks" 'Set-Cookie: sprache=ar;' '/?sprache=ar'
check "error in what stands in" '404 .*error 404 en' '/nichts/?sprache=ar'

api=/api/v1/fachverfahren
check "specialised procedures" 'handover\.\d\n.*CLIENT_VERIFY: \(absent\)\n' \
    $api/vorgaenge
check "no header is a certificate" 'CLIENT_CERT: \(absent\)\n' \
    -H 'Client-Cert: x' -H 'Client-Verify: SUCCESS' $api
check "form page" "no-store.*form de $id" /antrag/hund/
check "form post" \
    'forms\.\d\nbody: 7\n.*POST\n.*DOCUMENT_URI: /antrag/hund/\n' \
    -d 'a=b&c=d' /antrag/hund/
check "form post keeps the query" 'QUERY_STRING: x=1\n' -d a=b '/antrag/hund/?x=1'
check "multipart post" 'documents\.\d\n.*DOCUMENT_URI: /antrag/hund/\n' \
    -F a=b /antrag/hund/
check "no proxy header" 'HTTP_PROXY: \(absent\)' -H 'Proxy: x' -d a=b /antrag/hund/
check "nobody claims to be inside" 'INTERNAL: 0\n' -H 'Internal: 1' \
    -d a=b /antrag/hund/
check "handed on inside" \
    'forms\.\d\nbody: 0\n.*POST\n.*URI: /intern/antrag/hund/absenden\n.*QUERY_STRING: id=0123\n.*INTERNAL: 1\n' \
    -F a=b '/antrag/hund/?accel=1'
check "draft" 'program: forms' '/antrag/hund/entwurf?id=0123'
check "upload" 'program: documents' -F a=b /dokument/
check "look-up" 'program: status' /vorgang/
check "by link" 'program: status' /vorgang/l/GEHEIMNIS
check "message" 'program: status' -d a=b /vorgang/l/GEHEIMNIS/nachricht
check "document of a Vorgang" 'program: documents' \
    -F a=b /vorgang/l/GEHEIMNIS/dokument
check "download" 'program: documents' /vorgang/l/GEHEIMNIS/dokument/7
check "API services" 'program: forms' /api/v1/leistungen/hund/openapi.json
check "API submission" 'program: forms' --json '{}' /api/v1/antraege/hund
check "API upload" 'program: documents' -d x /api/v1/dokumente
check "API status" 'program: status' /api/v1/vorgang
check "API download" 'program: documents' /api/v1/vorgang/dokumente/7
check "API look-up" 'program: status' --json '{}' /api/v1/vorgang/suche
check "layout around a program's page" "\ntop Probe Probstadt\n.*\nid=$id" '/vorgang/?page=1'
check "a program's error is its own" '422\n.*program: status' \
    '/vorgang/?status=422'

head -c 70000 /dev/zero | tr '\0' a >"$dir/70k"
head -c 2000000 /dev/zero | tr '\0' a >"$dir/2m"
check "form too large" '413 .*error 413 de' --data-binary "@$dir/70k" \
    -H 'Expect:' /antrag/hund/
check "upload within the limit" 'documents.*\nbody: 70' -F "f=@$dir/70k" \
    /antrag/hund/
check "upload too large" '413 .*error 413 de' -F "f=@$dir/2m" \
    -H 'Expect:' /antrag/hund/
check "API too large" '413 .*problem\+json.*problem:too-large"' \
    --data-binary "@$dir/70k" -H 'Expect:' /api/v1/antraege/hund
check "script upload too large" '413 .*problem\+json' -F "f=@$dir/2m" \
    -H 'Expect:' -H 'Accept: application/json' /dokument/
check "method" '405 ' -X DELETE /

# One of two processes gone: nobody notices.
kill "${pids[0]}"
wait "${pids[0]}" 2>/dev/null
lost=0
for _ in 1 2 3 4 5 6 7 8 9 10; do
	get -d a=b /antrag/hund/ | grep -q 'program: forms.2' ||
	    lost=$((lost + 1))
done
if [ $lost -eq 0 ]; then
	echo "ok one process gone"
else
	echo "not ok one process gone: $lost of 10 requests failed"
fi
kill "${pids[1]}"
wait "${pids[1]}" 2>/dev/null
check "both gone: page" "502 .*error 500 de $id" -d a=b /antrag/hund/
check "both gone: problem" '502 .*problem\+json' --json '{}' \
    /api/v1/antraege/hund
check "secret in a failing request" '200' /vorgang/l/GEHEIMNIS

# Nothing secret in the logs.
get '/vorgang/%6C/GEHEIMNIS' >/dev/null
get --path-as-is '//vorgang//l/GEHEIMNIS' >/dev/null
get '/dokument/GEHEIMNIS/7' >/dev/null
get '/antrag/hund/entwurf?id=GEHEIMNIS' >/dev/null
shown=$(get /antrag/hund/ | grep -oE "$id" | head -1)
get -I /antrag/hund/ >/dev/null
sleep 0.2
if grep -r GEHEIMNIS "$dir/log"; then
	echo "not ok logs keep tokens and ids to themselves"
else
	echo "ok logs keep tokens and ids to themselves"
fi
if [ -z "$shown" ] || grep -r "$shown" "$dir/log"; then
	echo "not ok the log does not name submission ids"
else
	echo "ok the log does not name submission ids"
fi
if grep -v '"path":"/antrag' "$dir/log/access.log" | tail -1 |
    jq -e '.net == "127.0.0.0" and .request != ""' >/dev/null &&
    jq -es 'length > 40' "$dir/log/access.log" >/dev/null; then
	echo "ok the log is JSON, with shortened addresses"
else
	tail -1 "$dir/log/access.log"
	echo "not ok the log is JSON, with shortened addresses"
fi

# Production: TLS.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj /CN=probe.localhost -addext subjectAltName=DNS:probe.localhost \
    -keyout "$dir/tls/privkey.pem" -out "$dir/tls/fullchain.pem" 2>/dev/null
hsts='add_header Strict-Transport-Security "max-age=63072000" always;'
render_nginx nginx "$dir/conf-tls" "${words[@]}" COOKIE_SECURE='; Secure' \
    HSTS_LINE="$hsts" || exit 1
render nginx/production.conf "$dir/production.conf" \
    SNIPPETS="$dir/conf-tls" || exit 1
sed -i "s|/etc/ssl/torhaus|$dir/tls|; /listen \[::\]/d
	s|listen 80 |listen 127.0.0.1:$port_http |
	s|listen 443 |listen 127.0.0.1:$port_tls |" "$dir/production.conf"
cat >"$dir/nginx-tls.conf" <<END
daemon off;
$(nginx_user_line)
pid $dir/run/nginx-tls.pid;
events {}
http {
	include /etc/nginx/mime.types;
	client_body_temp_path $dir/tmp/body;
	fastcgi_temp_path $dir/tmp/fastcgi;
	proxy_temp_path $dir/tmp/proxy;
	uwsgi_temp_path $dir/tmp/uwsgi;
	scgi_temp_path $dir/tmp/scgi;
	include $dir/production.conf;
}
END
nginx -c "$dir/nginx-tls.conf" -e "$dir/log/error-tls.log" &
pids+=($!)
if ! wait_port "$port_tls"; then
	cat "$dir/log/error-tls.log"
	echo "not ok production configuration"
	exit 1
fi
tls()
{
	curl -sS -i --max-time 10 --cacert "$dir/tls/fullchain.pem" \
	    --resolve "probe.localhost:$port_tls:127.0.0.1" "$@" \
	    "https://probe.localhost:$port_tls/?sprache=en" 2>&1 | tr -d '\r'
}
expect()
{
	if grep -Pzoq -- "(?s)$2" <<<"$3"; then
		echo "ok $1"
	else
		echo "wanted: $2"
		echo "came:" "$(head -c 600 <<<"$3")"
		echo "not ok $1"
	fi
}
# Certificates of clients, as docs/fachverfahren.md has them.
client()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -days 2 -subj "/CN=$1" -keyout "$dir/tls/$1.key" \
	    -out "$dir/tls/$1.pem" 2>/dev/null
}
client known && client stranger
cp "$dir/tls/known.pem" "$dir/tls/clients-ca.pem"
sed -i "s|include $dir/conf-tls/site.conf;|ssl_client_certificate \
	$dir/tls/clients-ca.pem; ssl_verify_client optional; &|" \
    "$dir/production.conf"
nginx -s reload -c "$dir/nginx-tls.conf" -e "$dir/log/error-tls.log"
sleep 1
mtls()
{
	curl -sS -i --max-time 10 --cacert "$dir/tls/fullchain.pem" \
	    --resolve "probe.localhost:$port_tls:127.0.0.1" "$@" \
	    "https://probe.localhost:$port_tls$api" 2>&1 | tr -d '\r'
}
expect_mtls()
{
	if grep -Pzoq -- "(?s)$2" <<<"$3"; then
		echo "ok $1"
	else
		echo "came:" "$(tail -5 <<<"$3" | head -c 600)"
		echo "not ok $1"
	fi
}
expect_mtls "TLS: a client's certificate is verified" \
    'CLIENT_VERIFY: SUCCESS\nCLIENT_CERT: -----BEGIN%20CERTIFICATE' \
    "$(mtls --cert "$dir/tls/known.pem" --key "$dir/tls/known.key")"
expect_mtls "TLS: a stranger's certificate is refused" ' 400 ' \
    "$(mtls --cert "$dir/tls/stranger.pem" --key "$dir/tls/stranger.key")"
expect_mtls "TLS: none is needed" 'CLIENT_VERIFY: NONE\nCLIENT_CERT: \(absent\)' \
    "$(mtls)"
answer=$(tls)
expect "TLS: page over HTTP/2" 'HTTP/2 200.*start en' "$answer"
expect "TLS: HSTS" 'strict-transport-security: max-age=63072000' "$answer"
expect "TLS: cookie is Secure" 'sprache=en;.*; Secure' "$answer"
expect "TLS 1.3" 'HTTP/2 200' "$(tls --tlsv1.3)"
expect "TLS 1.2" 'HTTP/2 200' "$(tls --tls-max 1.2)"
expect "TLS 1.1 is refused" 'curl: \((35|4)\)' \
    "$(tls --tls-max 1.1 --ciphers 'DEFAULT@SECLEVEL=0')"
expect "TLS: CBC is refused" 'curl: \(35\)' \
    "$(tls --tls-max 1.2 --ciphers ECDHE-ECDSA-AES256-SHA384)"
expect "HTTP is sent to HTTPS" '301 .*Location: https://probe.localhost/x' \
    "$(curl -sSi -H 'Host: probe.localhost' "http://127.0.0.1:$port_http/x" |
    tr -d '\r')"
