#!/bin/bash
# The crash test (crash.mjs) on a stack of its own. FAULTS_N, FAULTS_KILLS, ...
# as there; FAULTS_PROFILE=san for the programs with sanitizers.
cd "$(dirname "$0")/../.." || exit 1
. tests/stack/lib.sh

profile=${FAULTS_PROFILE:-release}
STACK_DIR=$(realpath -m "$BUILD")/test/faults
STACK_PORT=${FAULTS_PORT:-$(port_free)}
STACK_MAIL_PORT=${FAULTS_MAIL_PORT:-$(port_free)}
STACK_BIN=$PWD/$BUILD/$profile/bin
export STACK_DIR STACK_PORT STACK_MAIL_PORT STACK_BIN
tests/stack/stack.sh stop --dir "$STACK_DIR" >/dev/null 2>&1
rm -rf "$STACK_DIR"
trap 'tests/stack/stack.sh stop --dir "$STACK_DIR" >/dev/null 2>&1' EXIT
tests/stack/stack.sh start --dir "$STACK_DIR" --port "$STACK_PORT" \
    --mail-port "$STACK_MAIL_PORT" --profile "$profile" --no-limits \
    --set submit_rate=0 || {
	echo "not ok crash: the stack starts"
	exit 1
}
node tests/faults/crash.mjs
status=$?
found=$(grep -lE 'AddressSanitizer|runtime error' "$STACK_DIR"/log/*.log)
if [ -n "$found" ]; then
	grep -hEA20 'AddressSanitizer|runtime error' "$STACK_DIR"/log/*.log |
	    head -40
	echo "not ok crash: the programs made no mistake of memory"
	exit 1
fi
exit $status
