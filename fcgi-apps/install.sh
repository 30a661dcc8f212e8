#!/bin/bash
# install.sh DESTDIR: what `make install` puts where. Nothing of /etc that is
# already there is overwritten, except nginx's files of our own.
set -eu
cd "$(dirname "$0")/.."
. nginx/render.sh
dest=${1:-}

files()
{
	local mode=$1 to=$2
	shift 2
	install -d "$dest$to"
	[ $# -eq 0 ] || install -m "$mode" "$@" "$dest$to/"
}

tree()
{
	install -d "$dest$2"
	(cd "$1" && tar -c --owner=0 --group=0 --mode=u=rwX,go=rX \
	    --exclude=.built .) | tar -x --no-same-owner -C "$dest$2"
}

files 755 "$PREFIX/bin" "$BIN/torhaus"
for program in forms documents status handover osci courier receipt photoclean; do
	files 755 "$LIBEXEC" "$BIN/$program"
done
tree sql "$SHARE/sql"
tree fcgi-apps/texts "$SHARE/texts"
tree fcgi-apps/services "$SHARE/services"
tree nginx/towns "$SHARE/examples/towns"
tree "$BUILD/assets" "$SHARE/assets"
tree "$BUILD/layout" "$SHARE/layout"
files 644 "$PREFIX/share/doc/torhaus" fcgi-apps/torhaus.conf.example
for page in docs/man/*.[1-8]; do
	[ -e "$page" ] && files 644 "$PREFIX/share/man/man${page##*.}" "$page"
done

# systemd
units=$PREFIX/lib/systemd/system
files 644 "$units" fcgi-apps/systemd/torhaus*.socket \
    fcgi-apps/systemd/torhaus.target
for unit in fcgi-apps/systemd/*.service; do
	render "$unit" "$dest$units/$(basename "$unit")" LIBEXEC="$LIBEXEC"
done
files 644 "$units/torhaus-.service.d" \
    fcgi-apps/systemd/torhaus-.service.d/sandbox.conf
install -D -m 644 fcgi-apps/systemd/torhaus.sysusers \
    "$dest$PREFIX/lib/sysusers.d/torhaus.conf"
install -D -m 644 fcgi-apps/systemd/torhaus.tmpfiles \
    "$dest$PREFIX/lib/tmpfiles.d/torhaus.conf"

# nginx; its body limits are written by `torhaus pages`.
etc=/etc/nginx/torhaus
install -d "$dest$etc" "$dest/etc/nginx/sites-available"
render_nginx nginx "$dest$etc" SNIPPETS=$etc PAGES=/var/lib/torhaus/pages \
    SOCKETS=/run/torhaus LOGS=/var/log/nginx ASSETS="$SHARE/assets" \
    LAYOUT="$SHARE/layout" COOKIE_SECURE='; Secure' \
    HSTS_LINE='add_header Strict-Transport-Security "max-age=63072000" always;'
if [ ! -e "$dest/etc/nginx/sites-available/torhaus" ]; then
	render nginx/production.conf \
	    "$dest/etc/nginx/sites-available/torhaus" SNIPPETS=$etc
fi
