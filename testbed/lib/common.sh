# shellcheck shell=bash
# The words all other files are written in: where the state is, the environment every process gets,
# and how a service is started, recognised and waited for. Sourced by up, down, status and verify,
# which set HERE, the folder of the testbed.

STATE=$(realpath -m "${OSBED:-/var/tmp/osbed}")
REGION=dc3-a KEYSTONE=http://127.0.0.1:5000/v3 DATABASE=mysql+pymysql://osbed:osbed@127.0.0.1

# The caller's settings must not leak into the services: other commands first in PATH, a cloud
# (OS_*), a proxy for what is on loopback, the user's own Python packages.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost
export PYTHONNOUSERSITE=1 PYTHONUNBUFFERED=1 PYTHONWARNINGS=ignore
export PYTHONPATH=$HERE/fakes PYTHONDONTWRITEBYTECODE=1 # nothing is written beside the sources
export PYTHONHASHSEED=0 # services show Python's sets, whose order each start would deal anew
unset "${!OS_@}"

errors=2 # `up` makes it a copy of stderr, because its phases write into logs
told=    # set once a failure has been explained

fail() { # fail MESSAGE [HINT]: say it and end
    told=1
    echo "testbed: $1" >&"$errors"
    [ -z "${2-}" ] || echo "hint: $2" >&"$errors"
    exit 1
}

require_root() { [ "$(id -u)" = 0 ] || fail "must run as root" "sudo $0"; }

lock() { # one `up` or `down` at a time; the lock is the state folder itself, held until exit
    exec 9<"$STATE"
    flock -n 9 && return
    echo "testbed: waiting for another up or down in $STATE to end" >&"$errors"
    flock -w 900 9 || fail "still locked after 15 minutes" "ps -ef | grep testbed"
}

#--- the services: the list is in services.txt, their pids are in $STATE/run ------------------------

each_service() { # each_service COMMAND: COMMAND NAME PORT,PORT (or -), for every line of services.txt
    local name ports
    while read -r name ports _; do
        case $name in '#'* | '') ;; *) "$1" "$name" "$ports" ;; esac
    done <"$HERE/services.txt"
}
is_ours() { # is_ours NAME PID: a pid alone proves nothing, after a reboot it may be anyone's
    # Every service writes into its log; swift's point that to /dev/null, but have our files as arguments.
    [ "$(readlink "/proc/$2/fd/1")" = "$STATE/log/$1" ] || grep -qsF "$STATE/" "/proc/$2/cmdline"
}
recorded_pid() { # recorded_pid NAME: into $pid
    pid=
    { read -r pid <"$STATE/run/$1"; } 2>/dev/null
    [ -n "$pid" ]
}
alive() {
    local pid
    recorded_pid "$1" && is_ours "$1" "$pid"
}
bury() { # bury NAME: if the main process died, its children may still sit on the port
    local pid child
    recorded_pid "$1" || return 0
    for child in $(pgrep -g "$pid"); do
        if is_ours "$1" "$child"; then kill -KILL "$child"; fi
    done
    rm -f "$STATE/run/$1"
}
start() { # start NAME COMMAND...: in the background, its output in log/NAME, leader of its own session
    if alive "$1"; then return; fi
    local name=$1; shift
    bury "$name"
    # It notes its pid itself before it becomes the service: however `up` gets interrupted, nothing
    # runs that nobody knows of. Closed: the copy of stderr (a pipe would never end) and the lock.
    # shellcheck disable=SC2016
    setsid nohup bash -c 'echo $$ >"$0" && exec "$@"' "$STATE/run/$name" "$@" \
        >>"$STATE/log/$name" 2>&1 </dev/null 3>&- 9>&- &
    until [ -s "$STATE/run/$name" ]; do sleep 0.01; done
}

#--- waiting ---------------------------------------------------------------------------------------

await() { # await NAME COMMAND...: until COMMAND succeeds; service NAME is to blame if it does not
    local name=$1 end=$((SECONDS + 300)); shift
    until "$@" >/dev/null 2>&1; do
        alive "$name" || blame "$name" "ended by itself"
        [ $SECONDS -lt $end ] || blame "$name" "is not ready after 5 minutes (waited for: $*)"
        sleep 0.3
    done
}
blame() { # blame NAME WHAT: fail, showing the end of its log
    echo "testbed: $1 $2; the end of $STATE/log/$1:" >&"$errors"
    show_end "$STATE/log/$1"
    fail "$1 is not up" "run up again; if that does not help: down --purge, then up"
}
show_end() { tail -n 15 "$1" | cut -c1-300 | sed 's/^/    /' >&"$errors"; }
accepts() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; } # accepts PORT: someone listens there
accepts_all() { # accepts_all PORT,PORT or -
    local port
    for port in ${1//[,-]/ }; do accepts "$port" || return; done
}
answers() { curl -m 5 -so /dev/null "http://127.0.0.1:$1/"; } # answers PORT: with HTTP, whatever it says
sql() { mariadb --defaults-file=/dev/null -S "$STATE/mysql.sock" -uroot -N "$@"; }
