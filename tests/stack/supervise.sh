#!/bin/bash
# supervise.sh NAME DIR STOP_SIGNAL SOCKET COMMAND...: runs a command, and runs
# it again when it ends. The command's pid is in DIR/run/NAME.pid, what it says
# goes to DIR/log/NAME.log. TERM: stops it for good. USR1: replaces it by a
# fresh one; with a SOCKET (else "-") the old one ends when the new one has
# taken the socket's path over, so that no request is lost.
set -um # -m: each command gets a process group, so that nothing is left of it
name=$1 dir=$2 stop_signal=$3 socket=$4
shift 4
child='' stopping='' renew=''
backoff=0
pid_file=$dir/run/$name.pid

say()
{
	echo "$(date +%H:%M:%S) $name: $*" >>"$dir/log/supervisor.log"
}

child_start()
{
	"${command[@]}" </dev/null >>"$dir/log/$name.log" 2>&1 &
	child=$!
	started=$SECONDS
	echo "$child" >"$pid_file.new" && mv "$pid_file.new" "$pid_file"
}

# pause SECONDS: ends early when a signal came.
pause()
{
	sleep "$1" &
	wait $!
}

inode()
{
	stat -c %i "$socket" 2>/dev/null
}

child_renew()
{
	local old=$child before i

	if [ "$socket" = - ]; then
		say "stopping, to start anew"
		kill -"$stop_signal" "$old" 2>/dev/null
		while kill -0 "$old" 2>/dev/null; do
			wait "$old" 2>/dev/null
		done
		child_start
		return
	fi
	before=$(inode)
	child_start
	for ((i = 0; i < 200; i++)); do
		if [ "$(inode)" != "$before" ]; then
			say "process $child has taken over from $old"
			kill -"$stop_signal" "$old" 2>/dev/null
			return
		fi
		kill -0 "$child" 2>/dev/null || break
		sleep 0.05
	done
	say "the successor did not come up; process $old goes on"
	kill -KILL "$child" 2>/dev/null
	child=$old
	echo "$child" >"$pid_file"
}

trap 'stopping=1; [ -n "$child" ] && kill -"$stop_signal" "$child" 2>/dev/null' TERM INT HUP
trap 'renew=1' USR1

command=("$@")
child_start
while :; do
	wait "$child" 2>/dev/null
	status=$?
	if [ -n "$renew" ] && [ -z "$stopping" ]; then
		renew=''
		if kill -0 "$child" 2>/dev/null; then
			child_renew
			continue
		fi
	fi
	kill -0 "$child" 2>/dev/null && continue
	# Workers of a killed nginx would keep its port.
	kill -KILL -- "-$child" 2>/dev/null
	[ -n "$stopping" ] && break
	if [ $((SECONDS - started)) -ge 10 ]; then
		backoff=0
	fi
	say "ended with status $status, starting it again" \
	    "$([ "$backoff" -gt 0 ] && echo "in $((backoff / 10)).$((backoff % 10)) s")"
	if [ "$backoff" -gt 0 ]; then
		pause "$((backoff / 10)).$((backoff % 10))"
		[ -n "$stopping" ] && break
	fi
	backoff=$((backoff == 0 ? 2 : backoff >= 25 ? 50 : backoff * 2))
	child_start
done
rm -f "$pid_file"
