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
	# cmocka says what failed behind the line that says that it failed.
	awk -v name="$name" '
		function flush() { if (held != "") print held; held = "" }
		/^(ok|not ok) [0-9]+/ {
			flush()
			line = $0
			sub(/ok [0-9]+ -? ?/, "ok " name ": ", line)
			if (/^not/) held = line; else print line
			next
		}
		/^1\.\.[0-9]+$/ { next }
		{ print substr($0, 1, 300) }
		END { flush() }' "$out"
	if [ $status -ne 0 ] && ! grep -q '^not ok' "$out"; then
		echo "not ok $name: ended with status $status"
	fi
	rm -f "$out"
}

# port_free: a TCP port on loopback that nobody listens on.
port_free()
{
	local port

	for _ in {1..200}; do
		port=$((21000 + RANDOM % 8000))
		if ! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			echo "$port"
			return 0
		fi
	done
	return 1
}

# wait_port PORT [SECONDS]: until somebody listens.
wait_port()
{
	local i

	for ((i = 0; i < ${2:-10} * 20; i++)); do
		(: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
		sleep 0.05
	done
	echo "nobody listens on port $1" >&2
	return 1
}

# does NAME STATUS PATTERN COMMAND...: what a command ends with and says (in
# file "said"), as a test of the suite that CHECK names.
does()
{
	local name=$1 want=$2 pattern=$3 status
	shift 3
	"$@" >said 2>&1 </dev/null
	status=$?
	if [ $status -eq "$want" ] && grep -qE -- "$pattern" said; then
		echo "ok $CHECK: $name"
	else
		tail -12 said
		echo "not ok $CHECK: $name (status $status)"
	fi
}
