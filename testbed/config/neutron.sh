# shellcheck shell=bash
# Neutron: networks, without any agent. Mechanism driver osbed (fakes/osbed_neutron.py) binds ports
# and turns ports, routers' ports and floating IPs ACTIVE, as agents would. Driver openvswitch binds
# nothing here; the trunk and qos plugins want a driver that supports them.
service_config neutron <<END
[DEFAULT]
bind_host = 127.0.0.1
core_plugin = ml2
service_plugins = router,qos,trunk,port_forwarding
api_paste_config = /usr/share/neutron-common/api-paste.ini
api_workers = 0
rpc_workers = 0
rpc_state_report_workers = 0
dhcp_agent_notification = false
allow_automatic_l3agent_failover = false
dns_domain = osbed.example.
[nova]
$(login nova)
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = openvswitch,osbed
extension_drivers = port_security,qos,dns
[ml2_type_flat]
flat_networks = *
[ml2_type_vxlan]
vni_ranges = 1:100000
END
