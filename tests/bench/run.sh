#!/bin/bash
# run.sh: the benchmark (make bench). Starts the whole stack and a PHP twin
# behind the same nginx and database, loads both in alternation, and judges
# the goals of docs/performance.md: a table on standard output, the same rows
# in build/bench.tsv. BENCH_QUICK=1: fewer and shorter rounds (2 minutes).
# BENCH_PORT: nginx; the twin is two above, the mail sink ten (21600).
set -u
cd "$(dirname "$0")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
BUILD=${BUILD:-build}
port=${BENCH_PORT:-21600}
dir=$(realpath -m "$BUILD/bench/stack")
tools=$BUILD/release/bench
results=$BUILD/bench/rounds.tsv
tsv=$BUILD/bench.tsv
host=quellstadt.localhost
ticks=$(getconf CLK_TCK)
cores=$(nproc)
php_children=${BENCH_PHP_CHILDREN:-6}
if [ -n "${BENCH_QUICK:-}" ]; then
	rounds=3 load_s=2 requests=50000 memory_s=15 open_s=4 streams=2
	messages=20
else
	rounds=5 load_s=3 requests=1000000 memory_s=40 open_s=8 streams=3
	messages=60
fi
. tests/bench/measure.sh
. tests/bench/osci.sh
. tests/bench/exchange.sh

say()
{
	echo "bench: $*"
}

die()
{
	say "$*" >&2
	exit 1
}

stack()
{
	tests/stack/stack.sh "$@" --dir "$dir"
}

clean_up()
{
	[ -n "${fpm:-}" ] && kill "$fpm" 2>/dev/null
	stack stop >/dev/null 2>&1
	tests/osci/endpoint.sh stop --dir "$BUILD/bench/osci" >/dev/null 2>&1
	tests/stack/stack.sh stop --dir "$BUILD/bench/exchange" >/dev/null 2>&1
	rm -rf "$dir/documents"
}

# The twin: php-fpm and a server of its own in the stack's nginx.
twin_start()
{
	local user=''

	[ "$(id -u)" -eq 0 ] && user='user = root'
	(umask 077 && php8.2 tests/bench/php/setup.php "$dir" "$host" "$port" \
	    >"$dir/php-config.php") || die "the twin could not be set up."
	sed "s|@DIR@|$dir|; s|@CHILDREN@|$php_children|;
	    s|@USER_LINE@|$user|" tests/bench/php/fpm.conf >"$dir/fpm.conf"
	php-fpm8.2 -R -F -n -d zend_extension=opcache -d extension=mysqlnd \
	    -d extension=pdo -d extension=pdo_mysql -d extension=fileinfo \
	    -d opcache.validate_timestamps=0 -d opcache.jit=tracing \
	    -d opcache.jit_buffer_size=32M -y "$dir/fpm.conf" \
	    >"$dir/log/fpm.log" 2>&1 &
	fpm=$!
	sed "s|@DIR@|$dir|g; s|@PORT@|$((port + 2))|;
	    s|@PHP@|$PWD/tests/bench/php/public|" tests/bench/php/nginx.conf \
	    >"$dir/nginx/twin.conf"
	sed -i "\$s|^}|	include $dir/nginx/twin.conf;\n}|" "$dir/nginx.conf"
	kill -HUP "$(<"$dir/run/nginx.pid")"
	for _ in {1..100}; do
		[ -S "$dir/run/php.sock" ] && curl -s -o "$BUILD/bench/twin" \
		    -H "Host: $host" "http://127.0.0.1:$((port + 2))/" && return
		sleep 0.1
	done
	die "the twin does not answer; see $dir/log/fpm.log."
}

# ---- the goals ----

# alternate OPERATION CONNECTIONS [ARGUMENT]: rounds of ours and of the twin.
alternate()
{
	local round side

	for ((round = 1; round <= rounds; round++)); do
		for side in ours php; do
			measure "$1" "$side" "$2" "$load_s" "${@:3}"
		done
		[ "$1" = upload ] && forget_uploads
		[ "$1" = submit ] && raw_commits >>"$BUILD/bench/raw"
	done
}

# The database alone: the better of two ways.
raw_commits()
{
	local leaders

	for leaders in 2 4; do
		"$tools/dbcommit" "$dir/torhaus.conf" "$host" $leaders 32 1
	done | sort -n | tail -1
}

# submit_bounds: a line a round: submissions/s, raw commits/s, the rate without
# database (all CPU that others left), and submissions / bound of the two.
submit_bounds()
{
	awk -F'\t' -v cores="$cores" 'FNR == NR { raw[FNR] = $1; next }
	    $1 == "submit" && $2 == "ours" {
		mine = cores * (1 - $12 / 100) * 1e6
		nodb = mine / ($7 + $8 + $10)
		n++
		print $3, raw[n], nodb, $3 * (1 / raw[n] + 1 / nodb)
	    }' "$BUILD/bench/raw" "$results"
}

forget_uploads()
{
	sleep 0.5 # wrk leaves some behind half-way
	rm -rf "$dir"/documents/*
	mariadb --no-defaults -S "$dir/run/db.sock" -u "$(id -un)" torhaus \
	    -e 'DELETE FROM document; DELETE FROM draft;'
}

goal_submit()
{
	local file=$BUILD/bench/bounds

	: >"$BUILD/bench/raw"
	alternate submit 64
	row 1 "submit at 64 connections, ours/PHP" "$(ratio submit 1)" 3.5 min
	row 1 "p99, ours/PHP" "$(ratio submit 3)" 1 max
	figure 1 "submissions/s, ours" "$(middle submit ours 1)"
	figure 1 "submissions/s, PHP" "$(middle submit php 1)"
	figure 1 "p50 / p99 ms, ours" "$(milliseconds submit ours)"
	figure 1 "p50 / p99 ms, PHP" "$(milliseconds submit php)"
	cpu_rows 1 submit
	figure 1 "failed requests, ours" "$(total submit ours 4)"
	figure 1 "failed requests, PHP" "$(total submit php 4)"

	submit_bounds >"$file"
	row 2 "submit / bound of database and program" \
	    "$(median_of 4 "$file" | awk '{ printf "%.2f", $1 }')" 0.85 min
	figure 2 "raw grouped commits/s; without database/s, from CPU" \
	    "$(median_of 2 "$file"); $(median_of 3 "$file" |
	        awk '{ printf "%.0f", $1 }')"
}

goal_status()
{
	alternate status 64 "$BUILD/bench/links"
	row 3 "look-up at 64 connections, ours/PHP" "$(ratio status 1)" 2.5 min
	row 3 "worker CPU, ours/PHP" "$(ratio status 5)" 0.25 max
	figure 3 "look-ups/s, ours" "$(middle status ours 1)"
	figure 3 "look-ups/s, PHP" "$(middle status php 1)"
	figure 3 "p50 / p99 ms, ours" "$(milliseconds status ours)"
	figure 3 "p50 / p99 ms, PHP" "$(milliseconds status php)"
	cpu_rows 3 status
}

# CPU microseconds that SHA-256 and AES-256-GCM of 5 MiB take.
crypto_us()
{
	openssl speed -mr -seconds 1 -bytes 16384 -evp sha256 2>/dev/null |
	    sed -n 's/^+F:.*:\([0-9.]*\)$/\1/p' >"$BUILD/bench/speed"
	openssl speed -mr -seconds 1 -bytes 16384 -aead -evp aes-256-gcm \
	    2>/dev/null | sed -n 's/^+F:.*:\([0-9.]*\)$/\1/p' \
	    >>"$BUILD/bench/speed"
	awk '{ us += 5 * 1048576 / $1 * 1e6 } END { printf "%.0f", us }' \
	    "$BUILD/bench/speed"
}

goal_upload()
{
	local crypto

	alternate upload 4 5
	crypto=$(crypto_us)
	row 4 "upload of 5 MiB, ours/PHP" "$(ratio upload 1)" 1.8 min
	row 4 "worker CPU / SHA-256 and AES-GCM of openssl speed" \
	    "$(quotient "$(middle upload ours 5)" "$crypto")" 1.4 max
	figure 4 "uploads/s, ours" "$(middle upload ours 1)"
	figure 4 "uploads/s, PHP" "$(middle upload php 1)"
	figure 4 "SHA-256 and AES-GCM of 5 MiB, us" "$crypto"
	cpu_rows 4 upload
}

# One file of 100 MiB through nginx, and straight into the program.
goal_stream()
{
	local file=$BUILD/bench/stream type=multipart/form-data i before after
	local through=$BUILD/bench/through straight=$BUILD/bench/straight

	: >"$through"
	: >"$straight"
	for ((i = 0; i < streams; i++)); do
		stream_file "$file"
		curl -s -o "$BUILD/bench/answer" -w '%{http_code} %{time_total}\n' \
		    -H "Host: $host" -H 'Expect:' \
		    -H "Content-Type: $type; boundary=grenze" \
		    --data-binary "@$file" "http://127.0.0.1:$port/dokument/" \
		    >>"$through"
		stream_file "$file"
		"$tools/fcgiput" "$dir/run/documents.1.sock" "$host" "$file" \
		    "$type; boundary=grenze" >>"$straight"
		forget_uploads
	done
	grep -qv '^201' "$through" "$straight" &&
	    say "a stream was refused: $(cat "$through" "$straight")"
	before=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' \
	    "/proc/$(<"$dir/run/documents.1.pid")/status")
	stream_file "$file"
	"$tools/fcgiput" "$dir/run/documents.1.sock" "$host" "$file" \
	    "$type; boundary=grenze" >"$BUILD/bench/answer"
	after=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' \
	    "/proc/$(<"$dir/run/documents.1.pid")/status")
	forget_uploads
	row 5 "100 MiB through nginx / straight to the program" \
	    "$(quotient "$(median_of 2 "$straight")" \
	    "$(median_of 2 "$through")")" 0.8 min
	row 5 "RSS growth by one stream, MiB" \
	    "$(quotient "$((after - before))" 1024)" 1 max
	figure 5 "MiB/s through nginx" \
	    "$(quotient 100 "$(median_of 2 "$through")")"
}

# After many requests of all kinds.
goal_memory()
{
	local program before after done seconds

	before=$(pss status)
	# As long as a million take at the rate that was measured, if time allows.
	seconds=$(awk -v n="$requests" -v r="$(middle status ours 1)" \
	    -v most="$memory_s" 'BEGIN {
		s = int(n / r) + 1; print s < most ? s : most }')
	measure memory ours 64 "$seconds" "$BUILD/bench/links"
	after=$(pss status)
	done=$(awk -F'\t' '$1 == "memory" { printf "%.0f", $3 * $11 }' "$results")
	for program in forms documents status; do
		row 6 "PSS of all workers of $program, MiB" \
		    "$(quotient "$(pss $program)" 1024)" 8 max
	done
	figure 6 "PSS of one process of forms, of status, MiB" "$(for program in \
	    forms status; do quotient "$(pss_of \
	    "$(<"$dir/run/$program.1.pid")")" 1024; echo; done | xargs)"
	row 6 "PSS growth of status over $done look-ups, MiB" \
	    "$(quotient "$((after - before))" 1024)" 0.5 max
	figure 6 "PSS of the twin's children, MiB" \
	    "$(quotient "$(pss_of $(pgrep -P "$fpm"))" 1024)"
}

goal_tail()
{
	local name rate sent failed p50 p99 longest file=$BUILD/bench/request

	for name in submit status; do
		"request_$name" >"$file"
		rate=$(awk -v r="$(middle $name ours 1)" \
		    'BEGIN { printf "%.0f", r * 0.8 }')
		read -r sent failed p50 p99 longest < <("$tools/openloop" \
		    "$port" "$rate" "$open_s" 128 "$file")
		row 7 "$name at 80 % of peak ($rate/s): p99 / p50" \
		    "$(quotient "$p99" "$p50")" 2.5 max
		figure 7 "$name p50 / p99 / longest ms; failed of $sent" \
		    "$(awk -v a="$p50" -v b="$p99" -v c="$longest" -v f="$failed" \
		    'BEGIN { printf "%.1f / %.1f / %.1f; %d", a / 1e3, b / 1e3, c / 1e3, f }')"
	done
}

# Under load, each program in turn gives way to a successor; nginx reloads.
goal_restart()
{
	local program sent=0 failed=0 n s file=$BUILD/bench/request pids=()

	for program in submit status; do
		"request_$program" >"$file.$program"
		"$tools/openloop" "$port" 150 12 64 "$file.$program" \
		    >"$BUILD/bench/restart.$program" &
		pids+=($!)
	done
	sleep 1
	for program in forms status documents; do
		stack restart-program $program >>"$dir/log/restart.log" 2>&1 ||
		    say "$program was not restarted"
	done
	kill -HUP "$(<"$dir/run/nginx.pid")"
	wait "${pids[@]}"
	for program in submit status; do
		read -r s n _ <"$BUILD/bench/restart.$program"
		sent=$((sent + s)) failed=$((failed + n))
	done
	row 11 "failed of $sent requests, programs and nginx renewed" \
	    "$failed" 0 max
}

# What judging a big form costs, without anything around it.
goal_form()
{
	local file=$BUILD/bench/form fields conditions times=()

	# In turns, and the median of the rounds' pairs.
	for _ in 1 2 3 4 5; do
		"$tools/bench_form" 2000 "$file.json" "$file.answers.json" >"$file"
		php -d opcache.enable_cli=1 -d opcache.jit=tracing \
		    -d opcache.jit_buffer_size=32M tests/bench/php/form.php \
		    "$file.json" "$file.answers.json" 500 >"$file.php"
		times+=("$(awk '$1 == "evaluate" { print $2 }' "$file.php" "$file" |
		    paste -sd' ' | awk '{ print $1 / $2 }')")
	done
	read -r _ fields conditions _ <"$file"
	row 12 "$fields fields, $conditions conditions judged, p50 ms" \
	    "$(awk '$1 == "evaluate" { printf "%.2f", $2 / 1e3 }' "$file")" \
	    1 max
	figure 12 "judged, PHP and JSON-logic / ours" \
	    "$(printf '%s\n' "${times[@]}" | sort -n |
	        awk '{ v[NR] = $1 } END { printf "%.1f", v[int((NR + 1) / 2)] }')"
	figure 12 "judged: p50 / p99 us" \
	    "$(awk '$1 == "evaluate" { print $2 " / " $3 }' "$file")"
	figure 12 "read from JSON: p50 / p99 us" \
	    "$(awk '$1 == "read" { print $2 " / " $3 }' "$file")"
}

# Messages of XMeld, if its schemas are here, against libxml2 alone.
goal_xoev()
{
	local file=$BUILD/bench/xoev set

	if [ ! -d ../shared/xoev/xmeld-25.11a ]; then
		say "no ../shared/xoev: messages are not measured"
		return
	fi
	rm -rf "$file" && mkdir "$file"
	for set in xoev-bibliothek=2022-08 xinneres=26.11 xmeld-25.11a=25.11a; do
		TORHAUS_CONFIG=$dir/torhaus.conf TORHAUS_ALLOW_ROOT=1 \
		    "$BUILD/release/bin/torhaus" xoev add \
		    "../shared/xoev/${set%=*}" --version "${set#*=}" \
		    >>"$dir/log/xoev.log" 2>&1 ||
		    say "$set was not installed"
	done
	"$tools/bench_xoev" "$dir/xoev" fcgi-apps/services/meldebescheinigung \
	    >"$file/out" || die "messages could not be measured."
	row 13 "messages built and validated / libxml2 alone" \
	    "$(awk '$1 == "share" { print $2 }' "$file/out")" 0.8 min
	figure 13 "messages a second: built, read; libxml2, its validation" \
	    "$(awk '$1 ~ /^(build|read|libxml2|validation)$/ { print $2 }' \
	        "$file/out" | xargs)"
	figure 13 "messages read / libxml2 alone" \
	    "$(awk '$1 == "reading" { print $2 }' "$file/out")"
	figure 13 "messages built and validated / validation without parsing" \
	    "$(awk '$1 == "strict" { print $2 }' "$file/out")"
}

# Drafts of a stepped application with one page filled in, a line each:
# address of the page and the cookie that opens it.
begin_drafts()
{
	local i id cookie url=http://127.0.0.1:$port/antrag/geburtsurkunde

	for ((i = 0; i < $1; i++)); do
		id=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
		cookie=$(curl -s -o "$BUILD/bench/begun" -D - -H "Host: $host" \
		    -d "submission_id=$id" -d action=begin "$url/" |
		    sed -n 's/^Set-Cookie: \(entwurf=[^;]*\).*/\1/Ip')
		echo "/antrag/geburtsurkunde/$id/geburt $cookie"
	done
}

# A page of a stepped application: shown, and saved.
goal_steps()
{
	local op round

	for ((round = 1; round <= rounds; round++)); do
		begin_drafts 2 >"$BUILD/bench/drafts"
		for op in page step; do
			measure "$op" ours 2 "$load_s" "$BUILD/bench/drafts"
		done
	done
	figure - "step page shown, per second, 2 connections" \
	    "$(middle page ours 1)"
	figure - "step page shown, p50 / p99 ms" "$(milliseconds page ours)"
	figure - "step page shown: CPU us of worker, database" \
	    "$(middle page ours 5), $(middle page ours 7)"
	figure - "step saved, per second, 2 connections" \
	    "$(middle step ours 1)"
	figure - "step saved, p50 / p99 ms" "$(milliseconds step ours)"
	figure - "step saved: CPU us of worker, database" \
	    "$(middle step ours 5), $(middle step ours 7)"
	figure - "failed of these" \
	    "$(($(total page ours 4) + $(total step ours 4)))"
}

# ---- all of it ----

mkdir -p "$BUILD/bench"
: >"$results"
printf 'goal\tmeasure\tvalue\tgoal value\tmet|short\n' >"$tsv"
trap clean_up EXIT
trap 'exit 130' INT TERM
say "starting the stack and the twin"
rm -f "$BUILD/bench/links"
stack start --port "$port" --mail-port "$((port + 10))" --no-limits --reset \
    --set submit_rate=0 --set upload_max=110m --set upload_case_max=200m ||
    die "the stack did not start."
twin_start
BENCH_LINKS=1 wrk -t1 -c8 -d2s -H "Host: $host" -s tests/bench/submit.lua \
    "http://127.0.0.1:$port" -- "$BUILD/bench/links" >"$BUILD/bench/wrk"
[ -s "$BUILD/bench/links" ] || die "no application was taken."
say "$rounds rounds of $load_s s each way; ours against the twin"
goal_submit
goal_status
goal_upload
goal_stream
goal_tail
goal_restart
goal_memory
goal_form
goal_xoev
goal_steps
stack stop >"$BUILD/bench/stopped" # what follows has stacks of its own
goal_filed "$messages"
goal_osci
figure - "foreign CPU, median and most, %" "$(foreign)"
table
