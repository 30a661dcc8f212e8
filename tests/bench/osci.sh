# Goal 8 for run.sh, sourced: the OSCI intermediary behind nginx, on an endpoint
# of its own (two ports above the twin's), with RSA keys of 4096 and 2048 bits.

# osci_bound TURNS FILE: what bench_osci_read says, into FILE.
osci_bound()
{
	"$tools/bench_osci_read" "$osci_keys" 10240 "$1" >"$2" ||
	    say "bench_osci_read failed"
}

osci_value()
{
	awk -v name="$1" '$1 == name { print $2 }' "$2"
}

osci_pids()
{
	cat "$osci_dir"/run/osci.[0-9]*.pid
}

# osci_stores BYTES DIALOGS COUNT: what bench_osci says, into $osci_*.
osci_stores()
{
	read -r osci_rate osci_p50 osci_p99 osci_cpu osci_failed osci_fetch \
	    < <("$tools/bench_osci" "http://127.0.0.1:$((port + 4))/osci" \
	    "$osci_keys" "$1" "$2" "$3" $(osci_pids))
}

osci_endpoint()
{
	tests/osci/endpoint.sh "$1" --dir "$osci_dir" ${2:+--keys "$2"} \
	    --port $((port + 4)) --set osci_quota=4g >>"$BUILD/bench/osci.log"
}

# Largest growth of a process of osci over one message of 50 MiB, in MiB.
osci_memory()
{
	local pid before most=0 grown
	local -A idle

	for pid in $(osci_pids); do
		idle[$pid]=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' \
		    "/proc/$pid/status")
		echo 5 >"/proc/$pid/clear_refs" # the peak begins anew
	done
	osci_stores 52428800 1 2
	for pid in "${!idle[@]}"; do
		grown=$(($(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' \
		    "/proc/$pid/status") - idle[$pid]))
		[ "$grown" -gt "$most" ] && most=$grown
	done
	quotient "$most" 1024
}

# osci_goal BITS: reading in one process; then whole stores, in turns with
# their bound: what OpenSSL and libxml2 alone take for the same bytes.
osci_goal()
{
	local file=$BUILD/bench/osci-bound rounds_file=$BUILD/bench/osci-rounds i

	osci_bound 21 "$file"
	row 8 "OSCI message read, 10 KiB, RSA $1: bound / CPU" \
	    "$(osci_value share "$file")" 0.9 min
	figure 8 "read: bound, CPU us; a private operation" \
	    "$(osci_value bound "$file"), $(osci_value read "$file"); $(
	    osci_value private "$file")"
	: >"$rounds_file"
	for i in 1 2 3 4 5; do
		osci_bound 3 "$file"
		osci_stores 10240 2 10
		echo "$(osci_value store "$file") $osci_cpu" >>"$rounds_file"
	done
	row 8 "OSCI message stored, 10 KiB, RSA $1: bound / CPU" \
	    "$(awk '{ print $1 / $2 }' "$rounds_file" | median |
	        awk '{ printf "%.2f", $1 }')" 0.9 min
	figure 8 "stored: bound, CPU us" "$(median_of 1 "$rounds_file"), $(
	    median_of 2 "$rounds_file")"
}

goal_osci()
{
	local bits size osci_dir=$(realpath -m "$BUILD/bench/osci")
	local osci_keys osci_rate osci_p50 osci_p99 osci_cpu osci_failed osci_fetch

	for bits in 2048 4096; do
		osci_keys=$(realpath -m "$BUILD/bench/osci-keys-$bits")
		OSCI_RSA_BITS=$bits tests/osci/keys.sh "$osci_keys" &&
		    osci_endpoint start "$osci_keys" || {
			say "the OSCI endpoint did not start"
			return
		}
		osci_stores 10240 8 10 # warms up
		osci_goal $bits
		if [ $bits = 2048 ]; then
			for size in 1024 10240 1048576 52428800; do
				osci_stores $size 1 \
				    $((size > 10000000 ? 2 : size > 1000000 ? 4 : 30))
				figure 8 "OSCI $((size / 1024)) KiB: store p50, fetch ms; CPU us" \
				    "$((osci_p50 / 1000)), $osci_fetch; $osci_cpu"
			done
			osci_stores 10240 16 20
			figure 8 "OSCI 16 dialogs: stores/s; p50 / p99 ms; failed" \
			    "$osci_rate; $((osci_p50 / 1000)) / $((osci_p99 / 1000)); $osci_failed"
			row 8 "OSCI: peak above idle for 50 MiB, MiB" \
			    "$(osci_memory)" 32 max
		fi
		osci_endpoint stop
	done
}
