# seconds: 120
# OSCI's vectors through nginx against the program osci with sanitizers, then
# the crash test, small; see tests/osci/.
tests/osci/run.sh
OSCI_CRASH_N=${OSCI_CRASH_N:-60} OSCI_CRASH_ROUNDS=1 OSCI_CRASH_PAUSE_MS=300 \
    tests/osci/crash.sh
