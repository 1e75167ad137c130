# shellcheck shell=bash
# Cinder: volumes. Two storages, perf1 and perf2, of sparse files (see fakes/osbed_cinder.py).
service_config cinder <<END
[DEFAULT]
host = storage1
osapi_volume_listen = 127.0.0.1
osapi_volume_workers = 1
api_paste_config = /usr/share/cinder-common/api-paste.ini
enabled_backends = perf1,perf2
backend_stats_polling_interval = 10
default_volume_type = CEPH_1_perf1
glance_api_servers = http://127.0.0.1:9292
allowed_direct_url_schemes = cinder
backup_driver = cinder.backup.drivers.posix.PosixBackupDriver
backup_posix_path = $STATE/cinder/backups
backup_compression_algorithm = zstd
image_conversion_dir = $STATE/cinder/conversion
storage_availability_zone = dc3-a-04
[service_user]
send_service_user_token = true
$(login cinder)
[nova]
$(login nova)
[coordination]
backend_url = file://$STATE/cinder/coordination
[perf1]
volume_driver=osbed_cinder.FileDriver
volume_backend_name=perf1
osbed_volumes_dir=$STATE/cinder/volumes
[perf2]
volume_driver=osbed_cinder.FileDriver
volume_backend_name=perf2
osbed_volumes_dir=$STATE/cinder/volumes
END
