# shellcheck shell=bash
# Designate: DNS. It drives bind9 (config/named.sh) by rndc and hands it the zones from its own mdns.
service_config designate <<END
[storage:sqlalchemy]
connection = $DATABASE/designate?charset=utf8
[service:api]
listen = 127.0.0.1:9001
api_paste_config = /usr/share/designate-common/api-paste.ini
api_base_uri = http://127.0.0.1:9001/
enable_host_header = true
enable_api_admin = true
enabled_extensions_v2 = quotas,reports
workers = 1
threads = 20
[service:central]
workers = 1
threads = 20
managed_resource_tenant_id = 00000000-0000-0000-0000-000000000000
[service:producer]
workers = 1
threads = 20
[service:worker]
workers = 1
threads = 20
poll_delay = 1
poll_retry_interval = 2
[service:mdns]
listen = 127.0.0.1:5354
workers = 1
threads = 20
[network_api:neutron]
timeout = 20
[coordination]
backend_url = memcached://127.0.0.1:11211
END
write "$STATE/designate/pools.yaml" <<END
- name: default
  description: bind9
  attributes: {}
  ns_records: [{hostname: ns1.osbed.example., priority: 1}, {hostname: ns2.osbed.example., priority: 2}]
  nameservers: [{host: 127.0.0.1, port: 5300}]
  targets:
    - type: bind9
      masters: [{host: 127.0.0.1, port: 5354}]
      options: {host: 127.0.0.1, port: 5300, rndc_host: 127.0.0.1, rndc_port: 9953,
                rndc_config_file: $STATE/bind/rndc.conf, clean_zonefile: false}
END
