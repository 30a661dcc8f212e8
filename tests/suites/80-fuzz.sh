# seconds: 600
# Each fuzz target for a few seconds (FUZZ_SECONDS), from what earlier runs
# found; `make fuzz` runs them longer.
tests/fuzz/run.sh "${FUZZ_SECONDS:-3}"
