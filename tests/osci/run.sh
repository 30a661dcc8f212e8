#!/bin/bash
# Every vector (vectors.mjs), a hostile peer (hostile.mjs), then the crash test,
# small (crash.mjs), on an endpoint of their own; the programs are those with
# sanitizers (HTTP_PROFILE=release for the others).
cd "$(dirname "$0")/../.." || exit 1
. tests/stack/lib.sh

profile=${HTTP_PROFILE:-san}
OSCI_VECTORS=${OSCI_VECTORS:-tests/data/osci}
[ -d "$OSCI_VECTORS/positive" ] || OSCI_VECTORS=../shared/osci/vectors
[ -d "$OSCI_VECTORS/positive" ] || {
	echo "ok osci: vectors # SKIP there is no folder $OSCI_VECTORS"
	exit 0
}
OSCI_VECTORS=$(realpath "$OSCI_VECTORS")
OSCI_KEYS=${OSCI_KEYS:-$OSCI_VECTORS/keys}
OSCI_SCHEMAS=$(realpath -m "${OSCI_SCHEMAS:-../shared/osci/xsd}")
STACK_DIR=$(realpath -m "$BUILD")/test/osci
STACK_PORT=${OSCI_PORT:-$(port_free)}
STACK_BIN=$PWD/$BUILD/$profile/bin
CHECK=osci
export OSCI_VECTORS OSCI_KEYS OSCI_SCHEMAS STACK_DIR STACK_PORT STACK_BIN CHECK
endpoint()
{
	tests/osci/endpoint.sh "$@" --dir "$STACK_DIR"
}
trap 'endpoint stop >/dev/null 2>&1' EXIT
endpoint start --keys "$OSCI_KEYS" --port "$STACK_PORT" \
    --profile "$profile" --lenient \
    --set osci_http_timeout_s=5 || {
	echo "not ok osci: the endpoint starts"
	exit 1
}
node tests/osci/vectors.mjs
status=$?
CHECK=osci-hostile node tests/osci/hostile.mjs || status=1
OSCI_CRASH_N=${OSCI_CRASH_N:-60} OSCI_CRASH_KILLS=6 \
    CHECK=osci-crash node tests/osci/crash.mjs || status=1
if grep -lE 'AddressSanitizer|runtime error' "$STACK_DIR"/log/*.log; then
	grep -hEA20 'AddressSanitizer|runtime error' "$STACK_DIR"/log/*.log |
	    head -40
	echo "not ok osci: the program made no mistake of memory"
	exit 1
fi
exit $status
