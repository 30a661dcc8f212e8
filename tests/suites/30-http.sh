# seconds: 300
# The real stack over HTTP: forms, API, uploads, and all that follows an
# application. The programs are those under the sanitizers.
. tests/stack/lib.sh

export STACK_DIR PORT MAIL_PORT BIN USER_NAME
STACK_DIR=$(realpath -m "$BUILD")/test/http
PORT=$(port_free) MAIL_PORT=$(port_free)
PROFILE=${PROFILE:-san}
BIN=$(realpath -m "$BUILD")/$PROFILE/bin
USER_NAME=$(id -un)
[ "$(id -u)" -eq 0 ] && export TORHAUS_ALLOW_ROOT=1

rm -rf "$STACK_DIR"
trap 'tests/stack/stack.sh stop --dir "$STACK_DIR" >/dev/null 2>&1' EXIT
tests/stack/stack.sh start --dir "$STACK_DIR" --port "$PORT" \
    --mail-port "$MAIL_PORT" --profile "$PROFILE" --no-limits \
    --set upload_max=1m --set upload_case_max=4m --set seal_interval_s=2 || {
	tail -n 20 "$STACK_DIR"/log/*.log
	echo "not ok http: the stack does not start"
	exit 1
}
for part in forms api uploads status hostile; do
	node "tests/http/$part.mjs"
done

# A program that died was started again: that must not pass unnoticed.
if grep 'ended with status' "$STACK_DIR/log/supervisor.log"; then
	grep -hE 'ERROR: |runtime error|SUMMARY|Assertion' "$STACK_DIR"/log/*.log |
	    head -6
	echo "not ok http: no program crashed"
else
	echo "ok http: no program crashed"
fi
