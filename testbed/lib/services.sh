# shellcheck shell=bash
# Starts the OpenStack services, and knows when the processes behind the APIs are at work.

identity() {
    wsgi keystone 5000 'osbed_keystone:initialize_public_application()'
    await keystone answers 5000
    bootstrap identity
}
services() {
    local part
    ln -sf "$STATE/placement.conf" "$STATE/placement/placement.conf" # it wants a folder, see wsgi
    wsgi placement 8778 'placement.wsgi:init_application()'
    main glance-api glance.cmd.api glance
    script neutron-server neutron
    main nova-conductor nova.cmd.conductor nova
    main nova-scheduler nova.cmd.scheduler nova
    main nova-api nova.cmd.api_os_compute nova
    main nova-compute osbed_nova nova
    for part in api scheduler volume backup; do main cinder-$part cinder.cmd.$part cinder; done
    for part in object container account proxy; do
        start swift-$part swift-$part-server "$STATE/swift/$part.conf" -v
    done
    start swift-container-updater swift-container-updater "$STATE/swift/container.conf" -v
    for part in api engine; do main heat-$part heat.cmd.$part heat; done
    start_named
    for part in central mdns worker api; do script designate-$part designate; done
    wsgi octavia-api 9876 "octavia.api.app:setup_app(argv=['x','--config-file','$STATE/octavia.conf'])"
    script octavia-worker octavia
    wsgi gnocchi-api 8041 gnocchi.rest.wsgi:application nice # cloudkitty's catching up keeps it busy
    script gnocchi-metricd gnocchi
    wsgi cloudkitty-api 8889 'cloudkitty.api.app:build_wsgi_app()'

    await placement answers 8778
    await glance-api answers 9292
    await neutron-server answers 9696
    await nova-api answers 8774
    await cinder-api answers 8776
    await swift-proxy answers 8080
    await heat-api answers 8004
    await designate-api answers 9001
    await octavia-api answers 9876
    await gnocchi-api answers 8041
    await cloudkitty-api answers 8889
    script designate-producer designate # its tasks die if central is not there
}
script() { # script NAME SERVICE: Debian's command NAME with SERVICE's configuration
    start "$1" "$1" --config-file "$STATE/$2.conf"
}
main() { # main NAME MODULE SERVICE: MODULE's main() as NAME; Debian's command is in a package not installed
    start "$1" /usr/bin/python3 -c "import sys, $2 as m; sys.argv[0] = '$1'; sys.exit(m.main())" \
        --config-file "$STATE/$3.conf"
}
wsgi() { # wsgi NAME PORT APP [PREFIX]: one gunicorn of eight threads; with HOME its configuration is ours
    start "$1" "${@:4}" env HOME="$STATE" \
        GUNICORN_CMD_ARGS="-b 127.0.0.1:$2 -w 1 -k gthread --threads 8 --keep-alive 75 -t 120" \
        OS_KEYSTONE_CONFIG_FILES="$STATE/keystone.conf" OS_PLACEMENT_CONFIG_DIR="$STATE/placement" \
        /usr/bin/python3 -c 'import sys; from gunicorn.app.wsgiapp import WSGIApplication
from oslo_log import log; log._fix_eventlet_logging = lambda: None # its threads are real
app = WSGIApplication(); sys.argv[1:] = []; app.run() # keystone would read argv, too' "$3"
}
start_named() { # a copy of it: where AppArmor is on, Debian's profile for the original bars it from our files
    alive named || cp /usr/sbin/named "$STATE/bind/named"
    start named "$STATE/bind/named" -f -c "$STATE/bind/named.conf"
}

#--- the processes without port: they write into the database that they live ------------------------

workers() {
    local name
    for name in nova-conductor nova-scheduler nova-compute cinder-scheduler cinder-volume cinder-backup \
        heat-engine designate-central designate-worker designate-mdns designate-producer; do
        await "$name" has_reported "$name"
    done
    await nova-compute map_host
    await cinder-scheduler knows_storages
    if [ ! -e "$STATE/cell.done" ]; then
        designate-manage --config-file "$STATE/designate.conf" pool update --file "$STATE/designate/pools.yaml"
        touch "$STATE/cell.done"
    fi
}
has_reported() { # has_reported NAME: since it, its database and its queue were started (their pids noted)
    local started seen
    started=$(stat -c %Y "$STATE/run/$1" "$STATE/run/mariadb" "$STATE/run/rabbitmq" | sort -n | tail -n 1)
    seen=$(reports | awk -v name="$1" '$1 == name { print $2 }')
    [ -n "$seen" ] && [ "$seen" -gt "$started" ]
}
reports() { # NAME and time of the last report; of cinder-volume's two storages, the later one
    sql -e "SET time_zone = '+00:00';
        SELECT \`binary\`, UNIX_TIMESTAMP(last_seen_up) FROM nova.services WHERE deleted = 0 AND last_seen_up;
        SELECT \`binary\`, MIN(UNIX_TIMESTAMP(updated_at)) FROM cinder.services WHERE NOT deleted GROUP BY 1;
        SELECT 'heat-engine', MAX(UNIX_TIMESTAMP(COALESCE(updated_at, created_at))) FROM heat.service;
        SELECT CONCAT('designate-', service_name), MAX(UNIX_TIMESTAMP(heartbeated_at))
            FROM designate.service_statuses GROUP BY 1;"
}
knows_storages() { # it hears of them now and then; of one that it has not heard of, it makes no volumes
    local login token
    login='{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "admin",
        "domain": {"id": "default"}, "password": "osbed"}}}, "scope": {"project": {"name": "admin",
        "domain": {"id": "default"}}}}}'
    token=$(curl -m 5 -sf -o /dev/null -D - -H 'Content-Type: application/json' -d "$login" \
        http://127.0.0.1:5000/v3/auth/tokens | tr -d '\r' | sed -n 's/^x-subject-token: //Ip')
    [ "$(curl -m 5 -sf -H "X-Auth-Token: $token" http://127.0.0.1:8776/v3/scheduler-stats/get_pools |
        grep -o '"storage1@perf[12]#' | wc -l)" = 2 ]
}
host_is_mapped() { [ -n "$(sql -e "SELECT host FROM nova_api.host_mappings WHERE host = 'compute1'")" ]; }
map_host() { # the scheduler only knows hypervisors that are mapped to a cell
    host_is_mapped || nova-manage --config-file "$STATE/nova.conf" cell_v2 discover_hosts --verbose
    host_is_mapped
}
