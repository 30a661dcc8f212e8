# Pages and journeys in a real browser, on a stack of its own.
# seconds: 900
. tests/stack/lib.sh

dir=$BUILD/test/browser
port=$(port_free) mail=$(port_free)

[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || {
	echo "ok browser # SKIP chromium is not installed"
	exit 0
}

node tests/browser/conditions.mjs

trap 'tests/stack/stack.sh stop --dir "$dir" >/dev/null 2>&1' EXIT
tests/stack/stack.sh start --dir "$dir" --port "$port" --mail-port "$mail" \
    --reset --no-limits || {
	echo "not ok browser: the stack does not start"
	exit 1
}
export BUILD BASE=http://quellstadt.localhost:$port
export MAIL_BASE=http://localhost:$mail
node tests/browser/pages.mjs
node tests/browser/journeys.mjs
node tests/browser/drafts.mjs
