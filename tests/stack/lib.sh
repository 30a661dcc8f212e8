# Functions that suites share; sourced from the repository's top.

BUILD=${BUILD:-build}

# unit_run PROGRAM: runs a cmocka program that speaks TAP and prints its tests
# as "ok PROGRAM: TEST" or "not ok PROGRAM: TEST"; a crash is a failure too.
unit_run()
{
	local program=$1 name out status
	name=$(basename "$program")
	out=$(mktemp)
	"$program" >"$out" 2>&1
	status=$?
	grep -Ev '^(ok|not ok) [0-9]+' "$out"
	sed -En "s/^(ok|not ok) [0-9]+ -? ?(.*)/\1 $name: \2/p" "$out"
	if [ $status -ne 0 ] && ! grep -q '^not ok' "$out"; then
		echo "not ok $name: ended with status $status"
	fi
	rm -f "$out"
}
