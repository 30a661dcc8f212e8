# seconds: 400
# The crash tests, small; `make faults` runs the large ones.
. tests/stack/lib.sh
FAULTS_N=${FAULTS_N:-1500} FAULTS_KILLS=${FAULTS_KILLS:-2} \
    FAULTS_MAIL_S=${FAULTS_MAIL_S:-30} CHAIN_N=${CHAIN_N:-12} \
    CHAIN_KILLS=${CHAIN_KILLS:-8} CHAIN_MAIL_S=${CHAIN_MAIL_S:-3} \
    tests/faults/run.sh
