# shellcheck shell=bash
# Gnocchi: metrics. New measures show after three seconds.
service_config gnocchi <<END
[DEFAULT]
coordination_url = file://$STATE/gnocchi/locks
parallel_operations = 2
[indexer]
url = $DATABASE/gnocchi?charset=utf8
[storage]
driver = file
file_basepath = $STATE/gnocchi
[api]
auth_mode = keystone
paste_config = /usr/share/gnocchi-common/api-paste.ini
[metricd]
workers = 1
metric_processing_delay = 3
metric_reporting_delay = -1
END
