# Measuring for run.sh, and the arithmetic on it; sourced.

# A round is a line of $results, by tabs: operation, side, then
# 1 requests/s  2 p50 us  3 p99 us  4 failed  CPU us a request: 5 workers
# 6 nginx  7 database  8 wrk; 9 seconds  10 foreign CPU %

# cpu_of PID...: ticks that they took so far; processes that end are gone.
cpu_of()
{
	local pid line sum=0 f

	for pid; do
		read -r line 2>/dev/null <"/proc/$pid/stat" || continue
		read -r -a f <<<"${line##*) }"
		sum=$((sum + f[11] + f[12]))
	done
	echo "$sum"
}

# Busy ticks of the whole machine, and all ticks.
cpu_machine()
{
	local f sum=0 i

	read -r -a f </proc/stat
	for i in 1 2 3 4 5 6 7 8; do
		sum=$((sum + f[i]))
	done
	echo $((sum - f[4] - f[5])) "$sum"
}

# Pids of a side's workers for an operation.
workers()
{
	local program

	if [ "$2" = php ]; then
		pgrep -P "$fpm"
		return
	fi
	case $1 in
	submit | page | step) program=forms ;;
	upload) program=documents ;;
	*) program=status ;;
	esac
	cat "$dir"/run/$program.*.pid
}

# measure OPERATION SIDE CONNECTIONS SECONDS [ARGUMENT]: one round.
measure()
{
	local op=$1 side=$2 conns=$3 seconds=$4 url=http://127.0.0.1:$port
	local w n d busy all w2 n2 d2 busy2 all2 out script=$1 user sys
	local requests took p50 p99 failed TIMEFORMAT='%U %S'

	[ "$side" = php ] && url=http://127.0.0.1:$((port + 2))
	[ "$op" = memory ] && script=status
	local pids=($(workers "$op" "$side"))
	local nginx=($(pgrep -P "$(<"$dir/run/nginx.pid")"))
	local db=$(<"$dir/run/mariadbd.pid")

	w=$(cpu_of "${pids[@]}") n=$(cpu_of "${nginx[@]}") d=$(cpu_of "$db")
	read -r busy all < <(cpu_machine)
	{ time wrk -t2 -c"$conns" -d"$seconds"s \
	    --timeout 10s -H "Host: $host" -s "tests/bench/$script.lua" \
	    "$url" -- ${5:+"$5"} >"$BUILD/bench/wrk" 2>&1; } \
	    2>"$BUILD/bench/time"
	w2=$(cpu_of "${pids[@]}") n2=$(cpu_of "${nginx[@]}") d2=$(cpu_of "$db")
	read -r busy2 all2 < <(cpu_machine)
	read -r _ requests took p50 p99 failed < <(grep '^bench ' \
	    "$BUILD/bench/wrk") || die "wrk: $(tail -3 "$BUILD/bench/wrk")"
	read -r user sys <"$BUILD/bench/time"
	awk -v OFS='\t' -v op="$op" -v side="$side" -v r="$requests" \
	    -v t="$took" -v p50="$p50" -v p99="$p99" -v e="$failed" \
	    -v us="$((1000000 / ticks))" -v w="$((w2 - w))" \
	    -v n="$((n2 - n))" -v d="$((d2 - d))" -v l="$user $sys" \
	    -v busy="$((busy2 - busy))" -v all="$((all2 - all))" \
	    -v hz="$ticks" 'BEGIN {
		split(l, c, " ")
		l = (c[1] + c[2]) * hz
		one = r > 0 ? us / r : 0
		other = busy - w - n - d - l
		print op, side, r / t, p50, p99, e, w * one, n * one,
		    d * one, l * one, t, (other > 0 ? other : 0) * 100 / all
	    }' >>"$results"
}

# ---- arithmetic ----

median()
{
	sort -g | awk '{ v[NR] = $1 } END {
		low = v[int((NR + 1) / 2)]
		high = v[int(NR / 2) + 1]
		printf "%.6g", (low + high) / 2
	    }'
}

median_of()
{
	awk -v k="$1" '{ print $k }' "$2" | median
}

# middle OPERATION SIDE FIGURE: the rounds' median.
middle()
{
	awk -F'\t' -v o="$1" -v s="$2" -v k="$(($3 + 2))" \
	    '$1 == o && $2 == s { print $k }' "$results" | median
}

total()
{
	awk -F'\t' -v o="$1" -v s="$2" -v k="$(($3 + 2))" \
	    '$1 == o && $2 == s { n += $k } END { print n + 0 }' "$results"
}

# ratio OPERATION FIGURE: the median of ours/PHP, each pair of one round.
ratio()
{
	awk -F'\t' -v o="$1" -v k="$(($2 + 2))" '$1 == o {
		if ($2 == "ours") ours = $k
		else if ($k > 0) print ours / $k
	}' "$results" | median | awk '{ printf "%.2f", $1 }'
}

quotient()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'
}

milliseconds()
{
	awk -v a="$(middle "$1" "$2" 2)" -v b="$(middle "$1" "$2" 3)" \
	    'BEGIN { printf "%.1f / %.1f", a / 1000, b / 1000 }'
}

cpu_rows()
{
	local side

	for side in ours php; do
		figure "$1" "CPU us a request, $side: worker nginx database" \
		    "$(for k in 5 6 7; do middle "$2" $side $k | \
		    awk '{ printf "%.0f ", $1 }'; done)"
	done
}

pss_of()
{
	local pid sum=0 kib

	for pid; do
		kib=$(sed -n 's/^Pss:[^0-9]*\([0-9]*\).*/\1/p' \
		    "/proc/$pid/smaps_rollup") && sum=$((sum + kib))
	done
	echo "$sum"
}

# PSS of a program's processes, KiB.
pss()
{
	pss_of $(cat "$dir"/run/"$1".*.pid)
}

foreign()
{
	awk -F'\t' '{ print $12 }' "$results" | sort -g | awk '{ v[NR] = $1 }
	    END { printf "%.0f / %.0f", v[int((NR + 1) / 2)], v[NR] }'
}

# ---- requests and files ----

request_submit()
{
	local body

	body="version=1.0.0&action=submit&category=street_light"
	body+="&sub_category=lamp_flickers&asset_id=L-0417&danger=false"
	body+="&description=Laterne+flackert+seit+gestern+Abend%2C+die+ganze"
	body+="+Stra%C3%9Fe+ist+dunkel.&position=50.98%2C+11.32"
	body+="&location_text=Stra%C3%9Fe+der+V%C3%B6lkerfreundschaft+12"
	body+="&contact_wanted=true&email=erika.mustermann%40example.org"
	body+="&phone=0361+1234567&name=Erika+Mustermann&publish_ok=true"
	body+="&submission_id="
	printf 'POST /antrag/maengelmeldung/ HTTP/1.1\r\nHost: %s\r\n' "$host"
	printf 'Content-Type: application/x-www-form-urlencoded\r\n'
	printf 'Content-Length: %d\r\n\r\n%s@ID@' $((${#body} + 32)) "$body"
}

request_status()
{
	printf 'GET %s HTTP/1.1\r\nHost: %s\r\n\r\n' \
	    "$(head -1 "$BUILD/bench/links")" "$host"
}

# A multipart body of 100 MiB for a fresh draft.
stream_file()
{
	local name value

	{
		for name in service field submission_id; do
			case $name in
			service) value=bewohnerparkausweis ;;
			field) value=attachments.doc_landlord ;;
			*) value=$(openssl rand -hex 16) ;;
			esac
			printf -- '--grenze\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' \
			    "$name" "$value"
		done
		printf -- '--grenze\r\nContent-Disposition: form-data; name="file"; filename="Plan.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
		printf '%%PDF-1.7\n'
		openssl enc -aes-128-ctr -K "$(openssl rand -hex 16)" \
		    -iv "$(openssl rand -hex 16)" -nopad -in /dev/zero 2>/dev/null |
		    head -c 104857600
		printf -- '\r\n--grenze--\r\n'
	} >"$1"
}

# ---- the result ----

# row GOAL MEASURE VALUE GOAL_VALUE min|max
row()
{
	local verdict

	verdict=$(awk -v v="$3" -v g="$4" -v how="$5" 'BEGIN {
		print (how == "min" ? v + 0 >= g : v + 0 <= g) ? "met" : "short" }')
	[ -n "$3" ] || verdict=short
	printf '%s\t%s\t%s\t%s%s\t%s\n' "$1" "$2" "$3" \
	    "$([ "$5" = min ] && echo '>= ' || echo '<= ')" "$4" "$verdict" \
	    >>"$tsv"
	say "goal $1: $2: $3 ($verdict)"
}

# What explains a goal's rows; nothing to meet.
figure()
{
	printf '%s\t%s\t%s\t\t\n' "$1" "$2" "${3% }" >>"$tsv"
}

table()
{
	echo
	awk -F'\t' \
	    '{ printf "%-5s %-58s %-22s %-11s %s\n", $1, $2, $3, $4, $5 }' "$tsv"
	echo
	say "$(grep -c 'met$' "$tsv") met," \
	    "$(grep -c '	short$' "$tsv") short; rows in $tsv"
}
