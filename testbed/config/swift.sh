# shellcheck shell=bash
# Swift: object storage, real data on one device with one replica, no replication daemons. S3 is
# Swift's own s3api. $STATE/nolog is nobody's socket: Swift would log to syslog.
mkdir -p "$STATE/swift/d1"
write "$STATE/swift/swift.conf" <<END
[swift-hash]
swift_hash_path_suffix = osbed
[storage-policy:0]
name = standard
default = yes
END

swift_backend() { # swift_backend RING PORT: the ring says where things are: all on the one device
    local ring=$1 port=$2
    if [ ! -e "$STATE/swift/$ring.ring.gz" ]; then
        rm -f "$STATE/swift/$ring.builder"
        swift-ring-builder "$STATE/swift/$ring.builder" create 1 1 0
        swift-ring-builder "$STATE/swift/$ring.builder" add "r1z1-127.0.0.1:$port/d1" 1
        swift-ring-builder "$STATE/swift/$ring.builder" rebalance
    fi
    write "$STATE/swift/$ring.conf" <<END
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $port
user = root
swift_dir = $STATE/swift
devices = $STATE/swift
mount_check = false
workers = 0
fallocate_reserve = 0
log_address = $STATE/nolog
[pipeline:main]
pipeline = $ring-server
[app:$ring-server]
use = egg:swift#$ring
[$ring-replicator]
[$ring-updater]
interval = 5
[$ring-auditor]
END
}
swift_backend account 6202
swift_backend container 6201
swift_backend object 6200

# The order in the pipeline matters: authtoken s3api s3token keystoneauth.
write "$STATE/swift/proxy.conf" <<END
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = 8080
user = root
swift_dir = $STATE/swift
workers = 0
log_address = $STATE/nolog
expose_info = true
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck proxy-logging cache listing_formats container_sync bulk tempurl formpost ratelimit authtoken s3api s3token keystoneauth staticweb copy container-quotas account-quotas slo dlo versioned_writes symlink proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = $KEYSTONE
memcached_servers = 127.0.0.1:11211
delay_auth_decision = true
$(login swift)
[filter:s3token]
use = egg:swift#s3token
auth_uri = $KEYSTONE
$(login swift)
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, member, swiftoperator
reseller_admin_role = ResellerAdmin
[filter:s3api]
use = egg:swift#s3api
location = $REGION
s3_acl = false
dns_compliant_bucket_names = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:11211
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:proxy-logging]
use = egg:swift#proxy_logging
access_log_address = $STATE/nolog
$(for filter in catch_errors gatekeeper healthcheck listing_formats container_sync bulk tempurl formpost \
    ratelimit staticweb copy container-quotas account-quotas slo dlo symlink; do
    printf '[filter:%s]\nuse = egg:swift#%s\n' "$filter" "${filter//-/_}"
done)
END
