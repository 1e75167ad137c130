# shellcheck shell=bash
# CloudKitty: rating. It rates by the hour what gnocchi has measured; prices come from bootstrap.py.
service_config cloudkitty <<END
[DEFAULT]
api_paste_config = /usr/share/cloudkitty-common/api_paste.ini
default_log_levels = cloudkitty.storage_state=ERROR,cloudkitty.orchestrator=WARNING,cloudkitty.collector=ERROR
[fetcher]
backend = keystone
[fetcher_keystone]
$(login cloudkitty)
[collect]
collector = gnocchi
metrics_conf = $STATE/cloudkitty/metrics.yml
wait_periods = 1
[collector_gnocchi]
$(login cloudkitty)
[storage]
version = 2
backend = influxdb
[storage_influxdb]
host = 127.0.0.1
database = cloudkitty
[orchestrator]
coordination_url = file://$STATE/cloudkitty/locks
max_workers = 1
max_workers_reprocessing = 0
END
write "$STATE/cloudkitty/metrics.yml" <<END
metrics: # cloudkitty's own defaults, but by the hour
  cpu: {unit: instance, alt_name: instance, mutate: NUMBOOL, groupby: [id, user_id, project_id], metadata: [flavor_name, flavor_id],
    extra_args: {resource_type: instance, aggregation_method: mean, force_granularity: 3600}}
  volume.size: {unit: GiB, groupby: [id, user_id, project_id], metadata: [volume_type],
    extra_args: {resource_type: volume, aggregation_method: mean, force_granularity: 3600}}
  ip.floating: {unit: ip, mutate: NUMBOOL, groupby: [id, user_id, project_id], metadata: [state],
    extra_args: {resource_type: network, aggregation_method: mean, force_granularity: 3600}}
END
