# shellcheck shell=bash
# Nova: compute. The one hypervisor, compute1, is nova's own FakeDriver (see fakes/osbed_nova.py).
# The generous ratios let it take as many servers as the quotas do.
service_config nova <<END
[DEFAULT]
my_ip = 127.0.0.1
host = compute1
compute_driver = fake.FakeDriver
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_workers = 1
allow_resize_to_same_host = true
default_availability_zone = dc3-a-04
cpu_allocation_ratio = 16
ram_allocation_ratio = 64
disk_allocation_ratio = 64
reserved_host_memory_mb = 0
[api_database]
connection = $DATABASE/nova_api?charset=utf8
[conductor]
workers = 1
[scheduler]
workers = 1
[wsgi]
api_paste_config = /usr/share/nova-common/api-paste.ini
[glance]
region_name = $REGION
[cinder]
$(login nova)
os_region_name = $REGION
[neutron]
$(login nova)
[placement]
$(login nova)
[service_user]
send_service_user_token = true
$(login nova)
[filter_scheduler]
track_instance_changes = false
END
