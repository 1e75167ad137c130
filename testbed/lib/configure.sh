# shellcheck shell=bash
# Writes the configuration of every service. Each file of config/ does it for one; here is what they
# share. All is written anew each time: services read it when they start.

configure() {
    local part
    for part in "$HERE"/config/*.sh; do
        # shellcheck source=/dev/null
        . "$part"
    done
}
write() { # write FILE: stdin, all at once: a service of an interrupted run may be reading it just now
    cat >"$1.new" && mv "$1.new" "$1"
}
login() { # login USER: how a service logs in at keystone, for any section that wants it
    cat <<END
auth_type = password
auth_url = $KEYSTONE
username = $1
password = osbed
user_domain_name = Default
project_domain_name = Default
project_name = service
region_name = $REGION
END
}
service_config() { # service_config SERVICE: what every OpenStack service needs, then stdin
    mkdir -p "$STATE/$1"
    {
        cat <<END
[DEFAULT]
transport_url = rabbit://guest:guest@127.0.0.1:5672/
state_path = $STATE/$1
use_stderr = true
[database]
connection = $DATABASE/$1?charset=utf8
max_pool_size = 20
[oslo_concurrency]
lock_path = $STATE/$1/lock
[oslo_messaging_rabbit]
rabbit_quorum_queue = false
[oslo_messaging_notifications]
driver = noop
[keystone_authtoken]
www_authenticate_uri = $KEYSTONE
memcached_servers = 127.0.0.1:11211
service_token_roles_required = true
$(login "$1")
END
        cat
    } | write "$STATE/$1.conf"
}
