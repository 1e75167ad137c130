# shellcheck shell=bash
# Gives each service's database its tables. In five groups at once, as that is quickest on two cores.
# A finished group leaves the stamp schema.GROUP. A group without stamp starts from empty databases,
# since a migration that was interrupted halfway cannot be repeated.

schemas() {
    local group failed=
    declare -A jobs=()
    for group in keystone neutron nova rest rating; do
        [ ! -e "$STATE/schema.$group" ] || continue
        # These outlive an interrupted `up` (as nobody's SIGINT) and finish their work; they hold its
        # lock, so the next `up` or `down` waits for them.
        make_schema "$group" >"$STATE/log/db-$group" 2>&1 &
        jobs[$group]=$!
    done
    for group in "${!jobs[@]}"; do
        wait "${jobs[$group]}" || failed=$group
    done
    if [ -n "$failed" ]; then
        log=$STATE/log/db-$failed
        return 1
    fi
}
make_schema() { # make_schema GROUP
    "schema_$1"
    touch "$STATE/schema.$1"
}
empty() { # empty DATABASE...
    local name
    for name; do echo "DROP DATABASE IF EXISTS $name; CREATE DATABASE $name;"; done | sql
}

schema_keystone() {
    local with=(--config-file "$STATE/keystone.conf") keys
    empty keystone
    keystone-manage "${with[@]}" db_sync
    for keys in fernet credential; do
        install -d -m700 "$STATE/keystone/$keys"
        keystone-manage "${with[@]}" ${keys}_setup --keystone-user root --keystone-group root
    done
    keystone-manage "${with[@]}" bootstrap --bootstrap-password osbed \
        --bootstrap-region-id "$REGION" --bootstrap-public-url "$KEYSTONE"
}
schema_neutron() {
    empty neutron
    neutron-db-manage --config-file "$STATE/neutron.conf" upgrade heads
}
schema_nova() {
    local with=(--config-file "$STATE/nova.conf")
    empty nova_api nova nova_cell0
    nova-manage "${with[@]}" api_db sync
    nova-manage "${with[@]}" cell_v2 map_cell0 --database_connection "$DATABASE/nova_cell0?charset=utf8"
    nova-manage "${with[@]}" cell_v2 create_cell --name cell1
    nova-manage "${with[@]}" db sync
}
schema_rest() {
    empty placement glance cinder heat octavia designate
    placement-manage --config-file "$STATE/placement.conf" db sync
    glance-manage --config-file "$STATE/glance.conf" db_sync
    cinder-manage --config-file "$STATE/cinder.conf" db sync
    heat-manage --config-file "$STATE/heat.conf" db_sync
    octavia-db-manage --config-file "$STATE/octavia.conf" upgrade head
    designate-manage --config-file "$STATE/designate.conf" database sync
}
schema_rating() {
    empty gnocchi cloudkitty
    gnocchi-upgrade --config-file "$STATE/gnocchi.conf" --sacks-number 8
    cloudkitty-dbsync --config-file "$STATE/cloudkitty.conf" upgrade
    cloudkitty-storage-init --config-file "$STATE/cloudkitty.conf"
}
