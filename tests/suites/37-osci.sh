# seconds: 180
# OSCI's vectors through nginx against the program osci with sanitizers, then
# messages while programs are killed; see tests/osci/.
tests/osci/run.sh
