# seconds: 300
# Every unit test program under ASan and UBSan; each cmocka test counts.
. tests/stack/lib.sh

export ASAN_OPTIONS=abort_on_error=0:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1
export CMOCKA_MESSAGE_OUTPUT=TAP

# A scratch database, for those that need one (TORHAUS_TEST_DB_SOCKET).
. tests/stack/testdb.sh
trap testdb_stop EXIT
testdb_start || echo "not ok unit: the scratch database does not start"
for program in "$BUILD"/san/unit/test_*; do
	case $program in
	*.d) continue ;;
	esac
	[ -x "$program" ] || continue
	unit_run "$program"
done
