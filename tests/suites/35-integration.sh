# seconds: 480
# Through nginx against programs with sanitizers; see tests/integration/.
tests/integration/run.sh
