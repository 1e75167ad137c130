# shellcheck shell=bash
# InfluxDB: where cloudkitty stores what it has rated.
mkdir -p "$STATE/influx"
write "$STATE/influx.conf" <<END
reporting-disabled = true
bind-address = "127.0.0.1:8088"
[meta]
dir = "$STATE/influx/meta"
[data]
dir = "$STATE/influx/data"
wal-dir = "$STATE/influx/wal"
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:8086"
log-enabled = false
END
