# shellcheck shell=bash
# Octavia: load balancers. Every driver is octavia's noop, but the network's (fakes/osbed_octavia.py):
# the VIP is a real port. It wants certificates for amphorae that never are.
mkdir -p "$STATE/octavia"
if [ ! -e "$STATE/octavia/ca.pem" ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=osbed \
        -keyout "$STATE/octavia/ca.key" -out "$STATE/octavia/ca.new"
    mv "$STATE/octavia/ca.new" "$STATE/octavia/ca.pem"
fi
service_config octavia <<END
[api_settings]
bind_host = 127.0.0.1
api_handler = queue_producer
enabled_provider_drivers = amphora:The amphora driver (pretended).
[oslo_messaging]
topic = octavia_prov
[controller_worker]
amphora_driver = amphora_noop_driver
compute_driver = compute_noop_driver
image_driver = image_noop_driver
volume_driver = volume_noop_driver
network_driver = osbed
amp_flavor_id = 1
amp_image_tag = amphora
amp_boot_network_list = 00000000-0000-0000-0000-000000000001
loadbalancer_topology = SINGLE
client_ca = $STATE/octavia/ca.pem
[certificates]
ca_certificate = $STATE/octavia/ca.pem
ca_private_key = $STATE/octavia/ca.key
server_certs_key_passphrase = insecure-key-do-not-use-this-key
[health_manager]
heartbeat_key = osbed
[service_auth]
$(login octavia)
[neutron]
region_name = $REGION
END
