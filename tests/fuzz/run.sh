#!/bin/bash
# run.sh SECONDS [NAME...]: runs each fuzz target (or fuzz_NAME alone) that
# long, as many at once as there are cores. What it found stays in
# build/fuzz/corpus/NAME, so that the next run goes on from there; seeds are in
# tests/data/fuzz_NAME or made by seeds_osci.sh; a dictionary may be
# tests/data/fuzz_NAME.dict.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
seconds=${1:?usage: run.sh SECONDS [NAME...]}
shift

fuzz_one()
{
	local name=$1 out=$BUILD/fuzz/corpus/$1 log=$BUILD/fuzz/log/$1.log
	local args=() runs

	mkdir -p "$out" "$BUILD/fuzz/found"
	[ -e "tests/data/fuzz_$name.dict" ] &&
	    args+=("-dict=tests/data/fuzz_$name.dict")
	args+=("$out")
	[ -d "tests/data/fuzz_$name" ] && args+=("tests/data/fuzz_$name")
	[ -d "$BUILD/fuzz/seeds/$name" ] && args+=("$BUILD/fuzz/seeds/$name")
	if "$BUILD/fuzz/fuzz/fuzz_$name" -max_total_time="$seconds" \
	    -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
	    -artifact_prefix="$BUILD/fuzz/found/$name-" "${args[@]}" \
	    >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		echo "ok fuzz $name: $runs inputs in $seconds s"
	else
		grep -E 'ERROR|SUMMARY|runtime error|Test unit written' "$log" |
		    tail -6
		echo "not ok fuzz $name"
	fi
}

if [ $# -eq 0 ]; then
	for source in tests/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		set -- "$@" "${name#fuzz_}"
	done
fi
mkdir -p "$BUILD/fuzz/log" || exit 1
targets=()
for name; do
	targets+=("$BUILD/fuzz/fuzz/fuzz_$name")
done
if ! make --no-print-directory -j"$(nproc)" PROFILE=fuzz "${targets[@]}" \
    >"$BUILD/fuzz/log/build.log" 2>&1; then
	grep -E 'error|undefined|\*\*\*' "$BUILD/fuzz/log/build.log" | head -5
	echo "not ok fuzz targets do not build"
	exit 1
fi
tests/fuzz/seeds_osci.sh
running=0
for name; do
	fuzz_one "$name" &
	if [ $((++running)) -ge "$(nproc)" ]; then
		wait -n
		running=$((running - 1))
	fi
done
wait
