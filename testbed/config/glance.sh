# shellcheck shell=bash
# Glance: images, real data in files.
service_config glance <<END
[DEFAULT]
bind_host = 127.0.0.1
workers = 0
enabled_backends = file:file
enabled_import_methods = [glance-direct,web-download,copy-image]
worker_self_reference_url = http://127.0.0.1:9292
show_multiple_locations = false
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = $STATE/glance/images
[os_glance_staging_store]
filesystem_store_datadir = $STATE/glance/staging
[os_glance_tasks_store]
filesystem_store_datadir = $STATE/glance/tasks
[paste_deploy]
flavor = keystone
config_file = /usr/share/glance-common/glance-api-paste.ini
END
