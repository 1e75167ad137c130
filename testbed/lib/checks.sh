# shellcheck shell=bash
# What has to hold before anything is changed on this machine. Every refusal is one line with a hint.

check_machine() {
    require_root
    # shellcheck disable=SC1091
    [ "$(. /etc/os-release 2>/dev/null && echo "${ID-} ${VERSION_CODENAME-}")" = "debian bookworm" ] ||
        fail "needs Debian 12 (bookworm): its packages are OpenStack Zed" \
            "run it in a virtual machine, a container or a chroot of Debian 12"
    [[ $STATE != *[!-A-Za-z0-9/._+]* && ${#STATE} -le 80 ]] ||
        fail "cannot keep the state in '$STATE'" "name in OSBED a short path of letters, digits, / . _ + -"
    [ -d "$STATE/run" ] || [ -z "$(ls -A "$STATE" 2>/dev/null)" ] ||
        fail "$STATE holds something else than a testbed" "name an empty or new folder in OSBED"
    if [[ "$( (: <>/dev/tcp/127.0.0.1/1) 2>&1)" == *unreachable* ]]; then
        fail "there is no 127.0.0.1 here" "ip link set lo up"
    fi
    mkdir -p "$STATE/run" "$STATE/log"
    lock
    check_disk
    check_memory
    each_service check_ports
    # Some services size tables by the limit of open files: 1024 is too few, a billion (docker) is memory.
    ulimit -Sn 65536 2>/dev/null || ulimit -Sn "$(ulimit -Hn)"
}
is_new() { [ ! -e "$STATE/schema.keystone" ]; }
check_disk() {
    [ -z "$(missing_packages)" ] || require_space /usr 1500
    if is_new; then require_space "$STATE" 500; fi
}
require_space() { # require_space FOLDER MIB
    local free
    free=$(df -m --output=avail "$1" | tail -n 1)
    [ "$free" -ge "$2" ] || fail "only $((free)) MiB free on the disk of $1, needs $2" \
        "make room, or keep the state elsewhere: OSBED=/folder"
}
check_memory() { # no refusal: with swap it may do
    local free
    free=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
    if is_new && [ "$free" -lt 4500 ]; then
        echo "testbed: warning: $free MiB of memory available, the services take 4600" >&2
    fi
}
check_ports() { # check_ports NAME PORTS: if the service is not up, its ports have to be free
    local port owner
    if alive "$1"; then return; fi
    bury "$1"
    for port in ${2//[,-]/ }; do
        accepts "$port" || continue
        sleep 1 # what was buried a moment ago may need it
        accepts "$port" || continue
        owner=$(ss -Hltnp "sport = :$port" 2>/dev/null | sed -n 's/.*users:((\("[^,]*,pid=[0-9]*\).*/\1/p' | head -n 1) || true
        fail "port $port, needed for $1, is taken by ${owner:-another program}" \
            "stop that, or run the testbed apart from it: see 'A second one' in $HERE/README.md"
    done
}
