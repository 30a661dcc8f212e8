# seconds: 600
# Through nginx against programs with sanitizers; see tests/integration/. What
# waits for other authorities runs on a stack of its own beside the rest.
authorities=(exchange producer authority moving)
others=(http once uploads steps drafts journey samples privacy handover
    webhooks efile operations)

log=$(mktemp)
HTTP_DIR=http-authorities tests/integration/run.sh "${authorities[@]}" logs \
    >"$log" 2>&1 &
# Their mail is not what these are about.
AUTHORITY_EVERY_MS=5000 tests/integration/run.sh "${others[@]}" logs
status=$?
wait $! || status=1
cat "$log"
rm -f "$log"
# A group that neither names would never run.
diff <(sed -n '/^const groups/,/^};/p' tests/integration/main.mjs |
    grep -oE '[a-z]+: ' | tr -d ': ' | sort) \
    <(printf '%s\n' "${authorities[@]}" "${others[@]}" logs | sort) ||
    echo "not ok http: every group of tests runs"
exit $status
