# seconds: 300
# What `make install` puts below DESTDIR: everything in its place, nothing of
# this machine's paths in it, nginx's files accepted, units sound.
. tests/stack/lib.sh

dir=$(realpath -m "$BUILD")/test/install
rm -rf "$dir"
mkdir -p "$dir"
dest=$dir/root

expect()
{
	local name=$1
	shift
	if "$@" >"$dir/out" 2>&1; then
		echo "ok install: $name"
	else
		tail -5 "$dir/out"
		echo "not ok install: $name"
	fi
}

if ! make --no-print-directory PROFILE=release DESTDIR="$dest" install \
    >"$dir/install.log" 2>&1; then
	tail -5 "$dir/install.log"
	echo "not ok install: make install"
	exit 1
fi
echo "ok install: make install"
for file in usr/bin/torhaus usr/lib/torhaus/{forms,documents,status,handover,osci,courier} \
    usr/lib/torhaus/{receipt,photoclean} usr/share/torhaus/sql/0001-foundation.sql \
    usr/share/torhaus/texts/form.de.json etc/nginx/torhaus/site.conf \
    usr/share/torhaus/services/hundesteuer-anmeldung/form.json \
    usr/share/torhaus/layout/anfang.de.html \
    etc/nginx/sites-available/torhaus usr/lib/sysusers.d/torhaus.conf \
    usr/lib/systemd/system/torhaus-forms@.service \
    usr/share/doc/torhaus/torhaus.conf.example; do
	expect "$file" test -s "$dest/$file"
done
expect "style sheet" compgen -G "$dest/usr/share/torhaus/assets/torhaus-*.css"
expect "version" "$dest/usr/bin/torhaus" --version
expect "no path of this machine in texts and settings" bash -c \
    "! grep -rlI --exclude-dir=doc '$PWD' '$dest/etc' '$dest/usr/share' '$dest/usr/lib'"
echo "kept" >"$dest/etc/nginx/sites-available/torhaus"
expect "again" make --no-print-directory PROFILE=release DESTDIR="$dest" \
    install
expect "an operator's file is kept" grep -qx kept \
    "$dest/etc/nginx/sites-available/torhaus"

# systemd: names of users and programs are those of this tree, not of the
# machine, so both are replaced for the check.
if ! command -v systemd-analyze >/dev/null; then
	echo "ok install: units # SKIP systemd-analyze is not installed"
	exit 0
fi
units=$dir/units
cp -r "$dest/usr/lib/systemd/system" "$units"
sed -i "s|/usr/lib/torhaus/|$dest/usr/lib/torhaus/|; /^Documentation=man/d" \
    "$units"/*.service
for unit in torhaus-{forms,documents,status,handover,osci}@1.service; do
	cp "$units/${unit/1/}" "$units/$unit"
	cp "$units/${unit/1.service/.socket}" "$units/${unit/service/socket}"
done
for unit in torhaus-{forms,documents,status,handover,osci}@1.service \
    torhaus-courier.service torhaus.target; do
	SYSTEMD_UNIT_PATH=$units: systemd-analyze verify --man=no \
	    "$units/$unit" >"$dir/verify" 2>&1
	status=$?
	if [ $status -eq 0 ] && ! grep -q torhaus "$dir/verify"; then
		echo "ok install: unit $unit"
	else
		grep torhaus "$dir/verify"
		echo "not ok install: unit $unit"
	fi
done
