#!/bin/bash
# The tests of this folder on a stack of their own; arguments name groups of
# main.mjs. HTTP_PROFILE=release for the programs without sanitizers; HTTP_DIR
# names the stack's folder, so that two can run beside each other.
cd "$(dirname "$0")/../.." || exit 1
. tests/stack/lib.sh

profile=${HTTP_PROFILE:-san}
STACK_DIR=$(realpath -m "$BUILD")/test/${HTTP_DIR:-http}
STACK_PORT=${HTTP_PORT:-$(port_free)}
STACK_MAIL_PORT=${HTTP_MAIL_PORT:-$(port_free)}
STACK_BIN=$PWD/$BUILD/$profile/bin
export STACK_DIR STACK_PORT STACK_MAIL_PORT STACK_BIN
tests/stack/stack.sh stop --dir "$STACK_DIR" >/dev/null 2>&1
rm -rf "$STACK_DIR"
trap 'tests/stack/stack.sh stop --dir "$STACK_DIR" >/dev/null 2>&1' EXIT
tests/stack/stack.sh start --dir "$STACK_DIR" --port "$STACK_PORT" \
    --mail-port "$STACK_MAIL_PORT" --profile "$profile" --no-limits \
    --register \
    --set submit_rate=0 --set upload_max=1m --set upload_case_max=3m \
    --set seal_interval_s=2 || {
	echo "not ok http: the stack starts"
	exit 1
}
node tests/integration/main.mjs "$@"
status=$?
if grep -lE 'AddressSanitizer|runtime error' "$STACK_DIR"/log/*.log; then
	grep -hEA20 'AddressSanitizer|runtime error' "$STACK_DIR"/log/*.log |
	    head -40
	echo "not ok http: the programs made no mistake of memory"
	exit 1
fi
exit $status
