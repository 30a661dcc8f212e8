# The stack's own MariaDB; sourced by stack.sh, works on $dir.

# An account a program; %p of database_user in torhaus.conf.
accounts=(forms documents status osci handover courier admin)

database_config_write()
{
	cat >"$dir/db.cnf" <<-END
	[mariadbd]
	datadir = $dir/db
	socket = $dir/run/db.sock
	pid-file = $dir/run/mariadbd-own.pid
	log-error = $dir/log/mariadbd.log
	tmpdir = $dir/tmp
	skip-networking
	skip-name-resolve
	skip-log-bin
	$([ "$(id -u)" -eq 0 ] && echo "user = root")
	character-set-server = utf8mb4
	collation-server = utf8mb4_unicode_520_ci
	sql-mode = STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO
	default-time-zone = +00:00
	# An acknowledged application is on the disk.
	innodb-flush-log-at-trx-commit = 1
	innodb-buffer-pool-size = ${DB_POOL:-256M}
	innodb-log-file-size = 96M
	max-connections = 400
	max-allowed-packet = 64M
	END
}

database_create()
{
	[ -d "$dir/db/mysql" ] && return 0
	say "creating the database"
	rm -rf "$dir/db"
	mkdir -m 700 "$dir/db" || return 1
	if ! mariadb-install-db --defaults-file="$dir/db.cnf" \
	    --auth-root-authentication-method=socket \
	    --auth-root-socket-user="$(id -un)" --skip-test-db \
	    --force \
	    >"$dir/log/install-db.log" 2>&1; then
		rm -rf "$dir/db"
		tail -3 "$dir/log/install-db.log" >&2
		die "MariaDB could not be set up in $dir/db."
	fi
}

# database_root [ARGS...]: the client, with all rights.
database_root()
{
	mariadb --no-defaults -S "$dir/run/db.sock" -u "$(id -un)" "$@"
}

database_wait()
{
	local i

	for ((i = 0; i < 600; i++)); do
		database_root -e 'SELECT 1' >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	grep -i error "$dir/log/mariadbd.log" | tail -3 >&2
	die "MariaDB did not come up; see $dir/log/mariadbd.log."
}

database_accounts()
{
	local name password

	{
		echo "CREATE DATABASE IF NOT EXISTS torhaus" \
		    "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;"
		for name in "${accounts[@]}"; do
			password=$(<"$dir/secrets/$name.password") || return 1
			echo "CREATE USER IF NOT EXISTS" \
			    "'torhaus_$name'@'localhost'" \
			    "IDENTIFIED BY '$password';"
		done
		echo "GRANT ALL ON torhaus.* TO 'torhaus_admin'@'localhost'" \
		    "WITH GRANT OPTION;"
	} | database_root || die "the database's accounts could not be made."
}
