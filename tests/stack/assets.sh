#!/bin/bash
# assets.sh: installs the pinned npm packages into build/npm when the lock file
# changed, and builds build/assets and build/layout from nginx/.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
npm=$BUILD/npm

die()
{
	echo "assets: $*" >&2
	exit 1
}

npm_install()
{
	local log=$npm.log start=$SECONDS

	cmp -s nginx/package-lock.json "$npm/.installed" && return 0
	echo "assets: installing npm packages to $npm"
	mkdir -p "$npm" || exit 1
	# Node.js does not know certificates that the machine's owner added.
	[ -z "${NODE_EXTRA_CA_CERTS:-}" ] &&
	    [ -r /etc/ssl/certs/ca-certificates.crt ] &&
	    export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
	cp nginx/package.json nginx/package-lock.json "$npm/" || exit 1
	if ! (cd "$npm" && npm ci --ignore-scripts --no-audit --no-fund \
	    --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=1000 \
	    --loglevel=error) >"$log" 2>&1; then
		tail -5 "$log" >&2
		grep -Eq 'ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT' "$log" &&
		    die "the npm registry cannot be reached; connect to the" \
			"network and try again."
		die "npm could not install the packages."
	fi
	cp nginx/package-lock.json "$npm/.installed"
	echo "assets: installed in $((SECONDS - start)) s"
}

# Whether something that goes into the assets is newer than they are.
is_old()
{
	[ -e "$BUILD/assets/.built" ] || return 0
	[ -n "$(find nginx docs/pages.md fcgi-apps "$npm/.installed" -type f \
	    \( -path 'nginx/*' -o -path "$npm/*" -o -name pages.md \
	    -o -name '*_view.c' -o -name 'page*.c' \) \
	    -newer "$BUILD/assets/.built" -print -quit)" ]
}

npm_install
if is_old; then
	node nginx/build-assets.mjs --npm "$npm" --out "$BUILD" || exit 1
	touch "$BUILD/assets/.built"
fi
