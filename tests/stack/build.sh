#!/bin/bash
# build.sh TARGET...: make, quiet unless something fails.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
mkdir -p "$BUILD" || exit 1
start=$SECONDS
if make --no-print-directory -q "$@" 2>/dev/null; then
	exit 0
fi
echo "build: compiling (make $*)"
if ! make --no-print-directory -j"$(nproc)" "$@" >"$BUILD/build.log" 2>&1; then
	grep -E 'error|undefined|No rule|\*\*\*' "$BUILD/build.log" |
	    head -20 >&2
	echo "build: failed; all of it: $BUILD/build.log" >&2
	exit 1
fi
echo "build: done in $((SECONDS - start)) s"
