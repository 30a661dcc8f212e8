#!/bin/bash
# The crash test of the intermediary and the passive recipient (crash.mjs) on an
# endpoint of its own. OSCI_CRASH_N, OSCI_CRASH_KILLS, ... as there;
# OSCI_CRASH_PROFILE=san for the programs with sanitizers.
cd "$(dirname "$0")/../.." || exit 1
. tests/stack/lib.sh

profile=${OSCI_CRASH_PROFILE:-release}
OSCI_KEYS=$(realpath -m "$BUILD")/osci-keys
STACK_DIR=$(realpath -m "$BUILD")/test/osci-crash
STACK_PORT=${OSCI_CRASH_PORT:-$(port_free)}
STACK_BIN=$PWD/$BUILD/$profile/bin
CHECK=osci-crash
export OSCI_KEYS STACK_DIR STACK_PORT STACK_BIN CHECK
tests/osci/keys.sh "$OSCI_KEYS" || exit 1
trap 'tests/osci/endpoint.sh stop --dir "$STACK_DIR" >/dev/null 2>&1' EXIT
tests/osci/endpoint.sh start --keys "$OSCI_KEYS" --port "$STACK_PORT" \
    --dir "$STACK_DIR" --profile "$profile" \
    --set osci_http_timeout_s=5 || {
	echo "not ok osci-crash: the endpoint starts"
	exit 1
}
node tests/osci/crash.mjs
status=$?
if grep -lE 'AddressSanitizer|runtime error' "$STACK_DIR"/log/*.log; then
	grep -hEA20 'AddressSanitizer|runtime error' "$STACK_DIR"/log/*.log |
	    head -40
	echo "not ok osci-crash: the programs made no mistake of memory"
	exit 1
fi
exit $status
