# seconds: 900
# Builds what the other suites run: the programs as they ship, and programs
# and unit tests under the sanitizers. A warning is a failure.
status=0
for profile in release san; do
	if make -j"$(nproc)" PROFILE=$profile WERROR=1 all simulators \
	    $([ $profile = san ] && echo unit osci-tools); then
		echo "ok build $profile"
	else
		echo "not ok build $profile"
		status=1
	fi
done
exit $status
