# seconds: 240
# The crash test, small; `make faults` runs the large one.
. tests/stack/lib.sh
FAULTS_N=${FAULTS_N:-1500} FAULTS_KILLS=${FAULTS_KILLS:-2} \
    FAULTS_MAIL_S=${FAULTS_MAIL_S:-30} tests/faults/run.sh
