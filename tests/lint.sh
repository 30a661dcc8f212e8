#!/bin/bash
# lint.sh: the rules of the house that a compiler does not know. Prints one
# line for each rule ("ok lint: ...", "not ok lint: ..." with the strays before
# it); exit status 1 if something strays. lint.sh deep adds gcc's analyzer and,
# where it is installed, clang-tidy.
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
failed=0

# rule NAME: what comes in on standard input breaks it.
rule() {
	local strays
	strays=$(cat)
	if [ -z "$strays" ]; then
		echo "ok lint: $1"
	else
		echo "$strays"
		echo "not ok lint: $1"
		failed=1
	fi
}

# judge TOOL: what a tool suspects, for people to judge: it errs too often,
# above all where it cannot see that err_set always returns -1.
judge() {
	local findings
	findings=$(cat)
	[ -z "$findings" ] || echo "$findings"
	echo "ok lint: $1 has $(grep -c . <<<"$findings") suspicions"
}

# door PATTERN FILES: where the pattern occurs in C outside the files (a
# regular expression for the path behind fcgi-apps/).
door() {
	grep -rnE --include='*.c' --include='*.h' "$1" fcgi-apps |
		grep -vE "^fcgi-apps/($2):"
}

# Programs can do what pages can, and the guide tells how.
for path in $(grep -rhoE '"/api/v1/[^"]*"' --include='routes.c' --include='main.c' \
    fcgi-apps | tr -d '"' | sed -E 's/\{[a-z]+\}/<>/g' | sort -u); do
	tr '\n' ' ' <docs/api.md | sed -E 's/<[a-z]+>/<>/g' |
	    grep -qE "$path[\`?]" || echo "docs/api.md: $path"
done | rule "each address of the API is in docs/api.md"

door 'FCGX_|<fcgiapp\.h>' 'common/([a-z_]+/)?http_server\.c' |
	rule "libfcgi only in http_server.c"
door '\bmysql_[a-z]|<mysql' 'common/([a-z_]+/)?db(_[a-z]+)?\.c|common/([a-z_]+/)?db_conn\.h' |
	rule "MariaDB's client only in db*.c and db_conn.h"
door '<openssl/' 'common/([a-z_]+/)?((crypto|osci)(_[a-z0-9]+)*\.c|osci_trust_part\.h)' |
	rule "OpenSSL only in crypto*.c and osci_*.c"
door '<libxml/' '(common/([a-z_]+/)?xml_(tree|document|out_document|schema|schema_look)|torhaus/xml_pull)\.c|common/([a-z_]+/)?xml_document_def\.h' |
	rule "libxml2 only in common/xml_*.c and torhaus/xml_pull.c"
door '<curl/' 'courier/(smtp|main|webhook_http)\.c|common/([a-z_]+/)?osci_(http|trust_http)\.c' |
	rule "libcurl only in courier, osci_http.c and osci_trust_http.c"
door '<archive' 'torhaus/(xoev|efile)_zip\.c' |
	rule "libarchive only in xoev_zip.c and efile_zip.c"
door '<magic\.h>' 'documents/media_type\.c' |
	rule "libmagic only in media_type.c"
door '<(pango|cairo|qrencode)' 'receipt/[a-z_]+\.[ch]' |
	rule "cairo, pango and qrencode only in receipt"
door '<(libheif/|jpeglib)' 'photoclean/[a-z_]+\.[ch]' |
	rule "libheif and libjpeg only in photoclean"
door '<pcre2' 'common/([a-z_]+/)?form_regex\.c' | rule "PCRE2 only in form_regex.c"
door '<utf8proc' 'common/([a-z_]+/)?utf8\.c' | rule "utf8proc only in utf8.c"
door '\b(secure_)?getenv\(' 'common/([a-z_]+/)?config\.c' |
	rule "getenv only in config.c"

# vorgang is an aggregate of three files.
door '"(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|GRANT) ' \
	'([a-z_]+/)+([a-z_]+_store|db(_[a-z]+)?|vorgang_list|vorgang_submit)\.c' |
	rule "SQL only in *_store.c"
door '\bhtml_(raw|open|element)\(' \
	'common/([a-z_]+/)?(html\.[ch]|page\.c|form_view[a-z_]*\.c)|([a-z_]+/)+[a-z_]+_view\.c|courier/mail_compose\.c' |
	rule "markup only in *_view.c, page.c and mail_compose.c"

for dir in fcgi-apps/*/; do
	program=$(basename "$dir")
	grep -rnE --include='*.[ch]' '^#include "' "$dir" |
		grep -vE "#include \"($program|common)/"
done | rule "includes go one way: program, common, libraries"

git grep -nE '\b(TODO|FIXME|XXX)\b' -- fcgi-apps nginx sql docs Makefile |
	rule "nothing is left to be done in comments"
git grep -nIE '[[:blank:]]+$' -- '*.c' '*.h' '*.sh' '*.sql' Makefile |
	rule "no blanks at the ends of lines"
git ls-files '*.c' '*.h' | while read -r file; do
	expand -t8 "$file" | awk -v file="$file" \
		'length($0) > 84 && !/"|^\/\* links:/ { print file ":" NR ": " length($0) }'
done | rule "lines of C fit in 80 columns, give or take a word's end"

# keys FILE: the keys of a flat catalogue, sorted.
keys() {
	sed -nE 's/^[[:blank:]]*"(([^"\\]|\\.)*)"[[:blank:]]*:.*/\1/p' "$1" | sort
}
git ls-files 'fcgi-apps/**.de.json' | while read -r de; do
	diff <(keys "$de") <(keys "${de%.de.json}.en.json") |
		sed -nE "s@^[<>] @$de: @p"
done | rule "German and English catalogues have the same keys"

if [ "$1" = deep ]; then
	make PROFILE=analyze all 2>&1 | grep -E ': (warning|error):' |
		judge "gcc's analyzer"
	if command -v clang-tidy >/dev/null; then
		git ls-files 'fcgi-apps/*.c' |
			FLAGS=$(make -s flags) xargs -P2 -I{} bash -c \
				'eval "clang-tidy --quiet {} -- $FLAGS" 2>/dev/null' |
			grep -E ': (warning|error):' | sort -u |
			judge "clang-tidy"
	else
		echo "ok lint: clang-tidy # SKIP clang-tidy is not installed"
	fi
fi
exit $failed
