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

# Beside what is shipped, an Arabic interface and a service that offers it.
rm -rf "$dir.texts"
mkdir -p "$dir.texts"
cp fcgi-apps/texts/*.json tests/data/arabic/texts/*.json "$dir.texts/"

trap 'tests/stack/stack.sh stop --dir "$dir" >/dev/null 2>&1' EXIT
tests/stack/stack.sh start --dir "$dir" --port "$port" --mail-port "$mail" \
    --reset --no-limits --register --set texts_dir="$(realpath "$dir.texts")" || {
	echo "not ok browser: the stack does not start"
	exit 1
}
torhaus()
{
	TORHAUS_ALLOW_ROOT=1 "$BUILD/release/bin/torhaus" \
	    --config "$dir/torhaus.conf" "$@"
}
torhaus service import tests/data/arabic/services/strassenfest \
    --town quellstadt &&
    torhaus pages --out "$dir/pages" --towns nginx/towns || {
	echo "not ok browser: the Arabic service"
	exit 1
}
export BUILD STACK_DIR=$dir BASE=http://quellstadt.localhost:$port
export MAIL_BASE=http://localhost:$mail
# One that breaks off reports nothing more: that is a failure, too.
look()
{
	node "tests/browser/$1.mjs" ||
	    echo "not ok browser: $1.mjs ended with status $?"
}
# Looks at pages and languages wait for nothing that the journeys do.
{
	look pages
	look languages
} >"$dir.looks" 2>&1 &
looks=$!
look journeys
look services
look exchange
look drafts
wait $looks
cat "$dir.looks"
# Last, for it kills what the others need.
STACK_DIR=$(realpath "$dir") STACK_PORT=$port STACK_MAIL_PORT=$mail \
    STACK_BIN=$PWD/$BUILD/release/bin CHECK=browser \
    node tests/browser/resume.mjs
