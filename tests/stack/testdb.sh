#!/bin/bash
# A private MariaDB for tests: own data directory and socket, no network,
# durable as in production, gone afterwards. See tests/README.md.
#
#   tests/stack/testdb.sh COMMAND [ARG...]    runs COMMAND with the database
#   source tests/stack/testdb.sh; testdb_start; ...; testdb_stop
#
# Exports TORHAUS_TEST_DB_SOCKET, _NAME, _USER, _DIR and _PID. The account is
# the server's root without a password; only this user reaches the socket.

testdb_root() {
	(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
}

# Initialised once, then copied: the copy takes a tenth of a second.
testdb_template() {
	local template="$1" half
	[ -f "$template/done" ] && return 0
	mkdir -p "$(dirname "$template")"
	half=$(mktemp -d "$template.XXXXXX")
	mariadb-install-db --no-defaults --auth-root-authentication-method=normal \
	    --skip-test-db --force --datadir="$half/data" \
	    --innodb-log-file-size=32M \
	    $( [ "$(id -u)" = 0 ] && echo --user=root ) \
	    > "$half/log" 2>&1 || {
		echo "testdb: mariadb-install-db failed:" >&2
		cat "$half/log" >&2
		return 1
	}
	touch "$half/done"
	# Another test may have been faster; its template serves as well.
	mv -T "$half" "$template" 2>/dev/null || rm -rf "$half"
}

# Starts the server on the data directory of testdb_start, e.g. again after
# testdb_kill. Further options go to mariadbd. It ends with the shell that
# started it, however that one ends.
testdb_run() {
	setpriv --pdeathsig KILL mariadbd --no-defaults --datadir="$TORHAUS_TEST_DB_DIR/data" \
	    --socket="$TORHAUS_TEST_DB_SOCKET" \
	    --pid-file="$TORHAUS_TEST_DB_DIR/pid" \
	    --skip-networking --skip-name-resolve --skip-log-bin \
	    --innodb-flush-log-at-trx-commit=1 \
	    --innodb-buffer-pool-size=64M --innodb-log-file-size=32M \
	    --performance-schema=OFF --max-connections=200 \
	    --character-set-server=utf8mb4 \
	    $( [ "$(id -u)" = 0 ] && echo --user=root ) "$@" \
	    >> "$TORHAUS_TEST_DB_DIR/log" 2>&1 &
	TORHAUS_TEST_DB_PID=$!
	export TORHAUS_TEST_DB_PID
	local i
	for i in $(seq 300); do
		testdb_sql -e 'SELECT 1' > /dev/null 2>&1 && return 0
		kill -0 "$TORHAUS_TEST_DB_PID" 2>/dev/null || break
		sleep 0.05
	done
	echo "testdb: mariadbd does not start:" >&2
	tail -20 "$TORHAUS_TEST_DB_DIR/log" >&2
	return 1
}

# The client on the test's server: testdb_sql torhaus -e 'SELECT ...'
testdb_sql() {
	mariadb --no-defaults -u root -S "$TORHAUS_TEST_DB_SOCKET" "$@"
}

testdb_start() {
	local root build
	root=$(testdb_root)
	build=$(realpath -m "${BUILD:-$root/build}")
	testdb_template "$build/testdb/template" || return 1
	# A socket's path has at most 107 characters, hence not under build/.
	TORHAUS_TEST_DB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/torhaus-db.XXXXXX")
	TORHAUS_TEST_DB_SOCKET="$TORHAUS_TEST_DB_DIR/db.sock"
	TORHAUS_TEST_DB_NAME=torhaus
	TORHAUS_TEST_DB_USER=root
	export TORHAUS_TEST_DB_DIR TORHAUS_TEST_DB_SOCKET
	export TORHAUS_TEST_DB_NAME TORHAUS_TEST_DB_USER
	cp -a "$build/testdb/template/data" "$TORHAUS_TEST_DB_DIR/data"
	testdb_run "$@" || return 1
	testdb_sql -e "CREATE DATABASE $TORHAUS_TEST_DB_NAME" || return 1
	local file
	for file in "$root"/sql/[0-9]*.sql; do
		testdb_sql "$TORHAUS_TEST_DB_NAME" < "$file" || return 1
	done
}

testdb_kill() {
	kill -KILL "$TORHAUS_TEST_DB_PID" 2>/dev/null
	wait "$TORHAUS_TEST_DB_PID" 2>/dev/null
	return 0
}

# Its data is thrown away, so there is no need to wait for a clean end.
testdb_stop() {
	[ -n "${TORHAUS_TEST_DB_PID:-}" ] && testdb_kill
	[ -n "${TORHAUS_TEST_DB_DIR:-}" ] && rm -rf "$TORHAUS_TEST_DB_DIR"
	unset TORHAUS_TEST_DB_DIR TORHAUS_TEST_DB_SOCKET TORHAUS_TEST_DB_PID
	unset TORHAUS_TEST_DB_NAME TORHAUS_TEST_DB_USER
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	[ $# -gt 0 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
	trap testdb_stop EXIT
	trap 'exit 130' INT TERM
	testdb_start || exit 1
	"$@"
	exit $?
fi
