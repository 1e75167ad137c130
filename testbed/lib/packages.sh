# shellcheck shell=bash
# What gets installed: the daemons and libraries of each service, without the packages that would
# configure and start them (glance-api, nova-compute, ...), because lib/services.sh does that.

PACKAGES="
    python3-keystone glance-common placement-common nova-common neutron-common cinder-common
    heat-common designate-common octavia-common gnocchi-common cloudkitty-common
    swift-proxy swift-account swift-container swift-object
    mariadb-server-core mariadb-client-core rabbitmq-server memcached influxdb bind9
    qemu-utils dmidecode bind9-utils bind9-dnsutils curl openssl procps iproute2
    python3-gunicorn python3-pymysql python3-memcache
    python3-openstackclient python3-heatclient python3-designateclient python3-octaviaclient
    python3-swiftclient python3-gnocchiclient python3-cloudkittyclient"
DAEMONS="rabbitmq-server memcached influxdb bind9 swift-proxy swift-account swift-container swift-object"
POLICY=/usr/sbin/policy-rc.d # asked by Debian's packages whether their daemons may be started

missing_packages() {
    local installed name
    # shellcheck disable=SC2086
    installed=$(dpkg-query -W -f='${Package}/${db:Status-Status} ' $PACKAGES 2>/dev/null) || true
    for name in $PACKAGES; do
        [[ " $installed" == *" $name/installed "* ]] || echo "$name"
    done
}
packages() {
    local missing
    missing=$(missing_packages)
    if [ -n "$missing" ]; then
        echo "$missing" >>"$STATE/packages.new" # in a file, an interrupted run must not forget it
        forbid_autostart
        # shellcheck disable=SC2086
        install_packages $missing
        allow_autostart
    fi
    if [ -e "$STATE/packages.new" ]; then
        disable_daemons
        rm "$STATE/packages.new"
    fi
}
install_packages() { # package lists may be absent or old, downloads fail, dpkg may have been interrupted
    local attempt
    export DEBIAN_FRONTEND=noninteractive
    for attempt in 1 2 3 4; do
        dpkg --configure -a --force-confold
        apt-get update # whether it found all it needs shows in the next line
        if apt-get install -y --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600 \
            -o Dpkg::Options::=--force-confold -o DPkg::Options::=--force-unsafe-io "$@"; then return; fi
        echo "--- attempt $attempt failed"
        sleep $((attempt * 5))
    done
    echo "testbed: packages cannot be installed; the end of $log:" >&"$errors"
    show_end "$log"
    fail "apt-get failed four times" "is there a network, and main of bookworm in /etc/apt/sources.list*?"
}
forbid_autostart() {
    [ -e $POLICY ] || { printf '#!/bin/sh\n# for the time of testbed/up\nexit 101\n' >$POLICY; chmod +x $POLICY; }
}
allow_autostart() { if grep -qs testbed/up $POLICY; then rm -f $POLICY; fi; }
disable_daemons() { # those that came with us would take our ports at the next boot, where systemd runs
    local name unit
    command -v systemctl >/dev/null || return 0
    for name in $DAEMONS; do
        grep -qx "$name" "$STATE/packages.new" || continue
        for unit in $(dpkg -L "$name" | sed -nE 's|^(/usr)?/lib/systemd/system/([^@]*\.service)$|\2|p'); do
            systemctl disable "$unit" || true
        done
    done
}
