# Fills in the @WORDS@ of nginx's files; sourced by who writes them.

# render TEMPLATE OUTPUT WORD=VALUE...: a word without a value is a mistake.
render()
{
	local template=$1 output=$2 pair script=
	shift 2
	for pair; do
		script+="s|@${pair%%=*}@|${pair#*=}|g;"
	done
	sed "$script" "$template" >"$output" || return 1
	if grep -n '@[A-Z][A-Z0-9_]*@' "$output"; then
		echo "$template: these words have no value" >&2
		return 1
	fi
}

# render_nginx SOURCE TARGET WORD=VALUE...: the shared files. SNIPPETS, where
# nginx will look for them, is TARGET unless it is given.
render_nginx()
{
	local source=$1 target=$2 file
	shift 2
	mkdir -p "$target" || return 1
	for file in "$source"/conf/*.conf; do
		render "$file" "$target/$(basename "$file")" \
		    "$@" SNIPPETS="$target" || return 1
	done
	cp "$source/421.html" "$target/"
	if [ ! -e "$target/exempt.conf" ]; then
		echo "# Networks without rate limits, such as: 10.1.2.0/24 1;" \
		    >"$target/exempt.conf"
	fi
}

# nginx_user_line: started by root, nginx would give its workers to nobody.
nginx_user_line()
{
	[ "$(id -u)" -eq 0 ] && echo "user root;"
	return 0
}
