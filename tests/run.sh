#!/bin/bash
# Runs the suites (all, or those named: tests/run.sh unit http), counts what
# they report and ends with one line: N passed, N failed. See tests/README.md.
set -u
cd "$(dirname "$0")/.." || exit 1
export PATH=$PATH:/usr/sbin:/sbin
export BUILD=${BUILD:-build}
results=$BUILD/test
passed=0 failed=0 skipped=0

# Suites start processes of their own; the pipe below would outlive them.
trap 'echo; echo "interrupted"; exit 130' INT TERM

wanted()
{
	local suite=$1
	shift
	[ $# -eq 0 ] && return 0
	for name; do
		[ "$name" = "$suite" ] && return 0
	done
	return 1
}

# Prints the suite's counts, and every failure with what was said about it.
report()
{
	local name=$1 status=$2 seconds=$3 log=$4 p f s

	p=$(grep -Ec '^ok ' "$log")
	s=$(grep -Eic '^ok .*# skip' "$log")
	f=$(grep -Ec '^not ok ' "$log")
	p=$((p - s))
	if [ "$status" -eq 124 ]; then
		echo "not ok $name: stopped after $seconds s" >>"$log"
		f=$((f + 1))
	elif [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
		echo "not ok $name: ended with status $status" >>"$log"
		f=1
	elif [ $((p + f + s)) -eq 0 ]; then
		echo "not ok $name: reported nothing" >>"$log"
		f=1
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%-14s %5d ok %4d failed %4d skipped  %4d s\n' \
	    "$name" "$p" "$f" "$s" "$seconds"
	grep -Ei '^ok .*# skip' "$log" | sed 's/^ok /    skipped: /' |
	    sort | uniq -c | sed 's/^ *1 //; t; s/^ *\([0-9][0-9]*\) /\1 x/' | head -8
	if [ "$f" -gt 0 ]; then
		grep -E -B6 '^not ok ' "$log" | grep -Ev '^ok ' |
		    sed 's/^/    /' | tail -60
		echo "    all of it: $log"
	fi
}

mkdir -p "$results" || exit 1
for file in tests/suites/*.sh; do
	name=$(basename "$file" .sh)
	name=${name#[0-9][0-9]-}
	wanted "$name" "$@" || continue
	limit=$(sed -n 's/^# seconds: *//p' "$file")
	log=$results/$name.log
	start=$SECONDS
	timeout --kill-after=20 "${limit:-300}" bash "$file" \
	    </dev/null >"$log" 2>&1
	status=$?
	report "$name" "$status" $((SECONDS - start)) "$log"
	if [ "$name" = build ] && [ "$status" -ne 0 ]; then
		echo "without a build nothing else can run"
		break
	fi
done
[ "$skipped" -gt 0 ] && echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
