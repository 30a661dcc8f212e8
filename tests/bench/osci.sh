# Goal 8 for run.sh, sourced: the OSCI intermediary behind nginx, on an endpoint
# of its own (two ports above the twin's), with RSA keys of 4096 and 2048 bits.

# osci_private BITS: microseconds of a private operation, by openssl speed.
osci_private()
{
	openssl speed -mr -seconds 1 "rsa$1" 2>/dev/null |
	    awk -F: '$1 == "+F2" && $4 > 0 { printf "%.0f", 1e6 / $4 }'
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

goal_osci()
{
	local bits private size osci_dir=$(realpath -m "$BUILD/bench/osci")
	local osci_keys osci_rate osci_p50 osci_p99 osci_cpu osci_failed osci_fetch

	for bits in 2048 4096; do
		osci_keys=$(realpath -m "$BUILD/bench/osci-keys-$bits")
		OSCI_RSA_BITS=$bits tests/osci/keys.sh "$osci_keys" &&
		    osci_endpoint start "$osci_keys" || {
			say "the OSCI endpoint did not start"
			return
		}
		osci_stores 10240 1 20 # warms up
		private=$(osci_private $bits)
		osci_stores 10240 2 40
		row 8 "OSCI store, 10 KiB, RSA $bits: two RSA operations / CPU" \
		    "$(quotient $((2 * private)) "$osci_cpu")" 0.9 min
		figure 8 "RSA $bits private operation; CPU a store, us" \
		    "$private; $osci_cpu"
		[ $bits = 2048 ] || break
		for size in 1024 10240 1048576 52428800; do
			osci_stores $size 1 $((size > 1000000 ? 4 : 40))
			figure 8 "OSCI $((size / 1024)) KiB: store p50, fetch ms; CPU us" \
			    "$((osci_p50 / 1000)), $osci_fetch; $osci_cpu"
		done
		osci_stores 10240 16 20
		figure 8 "OSCI 16 dialogs: stores/s; p50 / p99 ms; failed" \
		    "$osci_rate; $((osci_p50 / 1000)) / $((osci_p99 / 1000)); $osci_failed"
		row 8 "OSCI: peak above idle for 50 MiB, MiB" \
		    "$(osci_memory)" 32 max
		osci_endpoint stop
	done
	osci_endpoint stop
}
