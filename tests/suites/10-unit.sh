# seconds: 300
# Every unit test program under ASan and UBSan; each cmocka test counts.
. tests/stack/lib.sh

export ASAN_OPTIONS=abort_on_error=0:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1
export CMOCKA_MESSAGE_OUTPUT=TAP

# tests/db.sh starts the scratch database and sets TORHAUS_TEST_DB_SOCKET.
if [ -r tests/db.sh ]; then
	. tests/db.sh
fi
for program in "$BUILD"/san/unit/test_*; do
	case $program in
	*.d) continue ;;
	esac
	[ -x "$program" ] || continue
	unit_run "$program"
done
