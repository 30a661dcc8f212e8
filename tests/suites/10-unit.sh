# seconds: 600
# Every unit test program under ASan and UBSan; each cmocka test counts. As many
# at once as there are cores, those that share the scratch database one after
# the other.
. tests/stack/lib.sh

export ASAN_OPTIONS=abort_on_error=0:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1
export CMOCKA_MESSAGE_OUTPUT=TAP

# A scratch database, for those that need one (TORHAUS_TEST_DB_SOCKET).
. tests/stack/testdb.sh
trap testdb_stop EXIT
testdb_start || echo "not ok unit: the scratch database does not start"
said=$BUILD/test/unit
rm -rf "$said"
mkdir -p "$said" || exit 1

# unit_runs PROGRAM...: one after the other, what each says in one piece.
unit_runs()
{
	local program file

	for program; do
		file=$said/$(basename "$program")
		unit_run "$program" >"$file" 2>&1
		cat "$file"
	done
}

with_database=() others=()
for program in "$BUILD"/san/unit/test_*; do
	case $program in
	*.d) continue ;;
	esac
	[ -x "$program" ] || continue
	if grep -q TORHAUS_TEST_DB_SOCKET "$program"; then
		with_database+=("$program")
	else
		# Backwards: the longest are not the last then.
		others=("$program" "${others[@]}")
	fi
done
unit_runs "${with_database[@]}" &
lanes=($!)
for program in "${others[@]}"; do
	if [ ${#lanes[@]} -ge "$(nproc)" ]; then
		wait -n -p ended "${lanes[@]}"
		for i in "${!lanes[@]}"; do
			[ "${lanes[i]}" = "$ended" ] && unset "lanes[i]"
		done
	fi
	unit_runs "$program" &
	lanes+=($!)
done
wait "${lanes[@]}"
