#!/bin/bash
# install.sh run|test|bench: installs the Debian packages that the demo, the
# tests or the benchmark need and the machine lacks. Nothing missing: no apt
# call. No service is started, stopped, enabled or changed.
set -u

run_set=(
	make gcc libc6-dev pkg-config
	libfcgi-dev libmariadb-dev libcjson-dev libssl-dev libutf8proc-dev
	libpcre2-dev libmagic-dev libcurl4-openssl-dev libcairo2-dev
	libpango1.0-dev libqrencode-dev libheif-dev libjpeg-dev libxml2-dev
	libarchive-dev
	fonts-dejavu-core
	nginx mariadb-server-core mariadb-client-core openssl ca-certificates
)
test_set=(
	libcmocka-dev clang libclang-rt-14-dev clang-format
	curl jq libfcgi-bin libxml2-utils poppler-utils procps w3m chromium wrk git
	softhsm2 libengine-pkcs11-openssl libarchive-tools
)
bench_set=(wrk php8.2-fpm php8.2-mysql curl)

say()
{
	echo "install: $*"
}

die()
{
	say "$*" >&2
	exit 1
}

missing_of()
{
	local have name

	have=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" \
	    2>/dev/null | sed -n 's/^ii *//p' | tr '\n' ' ')"
	for name; do
		[[ $have == *" $name "* ]] || echo "$name"
	done
}

# What a package's script would start, it is told not to (exit status 101).
policy=/usr/sbin/policy-rc.d
policy_is_ours=
policy_remove()
{
	[ -n "$policy_is_ours" ] && rm -f "$policy"
	policy_is_ours=
}

policy_write()
{
	[ -e "$policy" ] && return 0
	policy_is_ours=1
	printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" ||
	    die "cannot write $policy"
}

# unsafe-io: one sync at the end instead of one for each of some ten thousand
# files, which takes minutes on a slow disk.
apt()
{
	apt-get -qq -o Dpkg::Options::=--force-unsafe-io -o Dpkg::Use-Pty=0 \
	    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 "$@"
}

# A package may ask for its service to start with the machine; the demo runs
# its own instances and leaves the machine as it was.
services_keep_off()
{
	local name

	for name in nginx php8.2-fpm; do
		[[ " $* " == *" $name "* ]] || continue
		if command -v systemctl >/dev/null; then
			systemctl disable --quiet "$name.service" 2>/dev/null
		elif command -v update-rc.d >/dev/null; then
			update-rc.d "$name" disable >/dev/null 2>&1
		fi
	done
	return 0
}

install_as_root()
{
	local start=$SECONDS

	export DEBIAN_FRONTEND=noninteractive
	log=$(mktemp) # global: the trap below needs it
	trap 'policy_remove; rm -f "$log"' EXIT
	trap 'exit 130' INT TERM HUP
	policy_write
	if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
		say "reading the package lists"
		apt update >"$log" 2>&1
	fi
	say "installing $# packages: $*"
	if ! apt install -y --no-install-recommends "$@" >"$log" 2>&1; then
		say "reading the package lists anew, then once more"
		if ! apt update >"$log" 2>&1 ||
		    ! apt install -y --no-install-recommends "$@" \
		    >>"$log" 2>&1; then
			grep -E '^(E|W|dpkg):' "$log" | sort -u | tail -5 >&2
			if grep -Eq 'Could not (resolve|connect)|Temporary fail' \
			    "$log"; then
				die "Debian's package server cannot be" \
				    "reached; connect to the network and try" \
				    "again."
			fi
			die "apt-get could not install the packages."
		fi
	fi
	services_keep_off "$@"
	sync -f /usr
	say "installed in $((SECONDS - start)) s; no service was started"
}

case ${1:-} in
run) wanted=("${run_set[@]}") ;;
test) wanted=("${run_set[@]}" "${test_set[@]}") ;;
bench) wanted=("${run_set[@]}" "${bench_set[@]}") ;;
--as-root)
	shift
	install_as_root "$@"
	exit 0
	;;
*)
	echo "usage: install.sh run|test|bench" >&2
	exit 2
	;;
esac

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this needs Debian 12 or one of its kin; install by hand:" \
	"${wanted[*]}"
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	wanted+=(nodejs npm)
fi
mapfile -t missing < <(missing_of "${wanted[@]}")
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ]; then
	exec "$0" --as-root "${missing[@]}"
elif command -v sudo >/dev/null; then
	say "sudo may ask for your password to install packages"
	exec sudo "$0" --as-root "${missing[@]}"
fi
die "these packages are missing and need root to install:" \
    "apt-get install --no-install-recommends ${missing[*]}"
