# shellcheck shell=bash
# What OpenStack stands on: MariaDB, memcached, RabbitMQ, InfluxDB, each listening on 127.0.0.1 only
# and keeping its files in the state folder.

backing() {
    make_database
    start mariadb mariadbd --defaults-file="$STATE/my.cnf" --user=root
    start memcached memcached -u root -l 127.0.0.1 -p 11211 -m 64
    start_rabbitmq
    start influxdb influxd -config "$STATE/influx.conf"

    await mariadb accepts 3306
    sql -e "CREATE USER IF NOT EXISTS osbed@'127.0.0.1' IDENTIFIED BY 'osbed';
            GRANT ALL ON *.* TO osbed@'127.0.0.1'"
    await influxdb answers 8086
    curl -fsS -o /dev/null http://127.0.0.1:8086/query --data-urlencode 'q=CREATE DATABASE cloudkitty'
    await rabbitmq accepts 5672
}
make_database() { # under another name first: half a database must not pass for one
    if [ -d "$STATE/mysql/mysql" ]; then return; fi
    rm -rf "$STATE/mysql" "$STATE/mysql.new"
    mariadb-install-db --defaults-file="$STATE/my.cnf" --datadir="$STATE/mysql.new" --user=root \
        --auth-root-authentication-method=normal --skip-test-db
    mv "$STATE/mysql.new" "$STATE/mysql"
}
start_rabbitmq() { # all its settings are variables; epmd, which it starts, must keep to loopback, too
    mkdir -p "$STATE/rabbit"
    start rabbitmq env HOME="$STATE/rabbit" RABBITMQ_NODENAME=osbed@localhost \
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_MNESIA_BASE="$STATE/rabbit" RABBITMQ_LOG_BASE="$STATE/rabbit" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$STATE/rabbit/plugins" RABBITMQ_CONF_ENV_FILE=/dev/null \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" \
        /usr/lib/rabbitmq/bin/rabbitmq-server
}
