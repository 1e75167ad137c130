# shellcheck shell=bash
# How `up` tells what it does: a line with its time per phase, and when a phase fails, which one, its
# log and the last lines of that. A phase is a function; all it prints goes to log/up-NAME.

running=     # the phase at work
log=         # its log; a phase that starts others' work points it at the log that matters
interrupted=

report_failures() {
    exec 3>&2
    errors=3
    trap explain EXIT
    trap 'interrupted=1; exit 130' INT
    trap 'interrupted=1; exit 143' TERM HUP
}
explain() {
    local status=$?
    allow_autostart # see packages.sh
    if [ $status = 0 ] || [ -n "$told" ]; then return; fi
    [ -z "$running" ] || echo >&3
    if [ -n "$interrupted" ]; then
        echo "testbed: interrupted${running:+ in phase $running}; run up again to go on" >&3
    else
        echo "testbed: phase ${running:-checks} failed${log:+; the end of $log:}" >&3
        [ -z "$log" ] || show_end "$log"
        echo "hint: run up again; if that does not help: down --purge, then up" >&3
    fi
}
phase() { # phase FUNCTION
    local begun=${EPOCHREALTIME/./}
    running=$1 log=$STATE/log/up-$1
    printf '%-10s' "$1"
    "$1" >"$log" 2>&1
    printf ' %6.1f s\n' "$((${EPOCHREALTIME/./} - begun))e-6"
    running='' log=''
}
