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
}

# limits_write DIR REQUEST_MAX UPLOAD_MAX [EXEMPT...]: the sizes, which come
# from the programs' configuration, and the networks without rate limits.
limits_write()
{
	local dir=$1 request=$2 upload=$3 network
	shift 3
	# Beside the files, a multipart body holds what was typed, and boundaries.
	# What is typed stays in memory: it never touches the disk unencrypted.
	{
		echo "client_max_body_size $request;"
		echo "client_body_buffer_size $request;"
	} >"$dir/request.conf"
	{
		echo "client_max_body_size $((upload + request + 65536));"
		echo "client_body_buffer_size 64k;"
	} >"$dir/upload.conf"
	for network; do
		echo "$network 1;"
	done >"$dir/exempt.conf"
}

# nginx_user_line: started by root, nginx would give its workers to nobody.
nginx_user_line()
{
	[ "$(id -u)" -eq 0 ] && echo "user root;"
	return 0
}
