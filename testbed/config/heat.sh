# shellcheck shell=bash
# Heat: orchestration. (Nothing listens on 8000: servers that run nothing signal nothing.)
service_config heat <<END
[DEFAULT]
num_engine_workers = 1
region_name_for_services = $REGION
stack_user_domain_name = heat
stack_domain_admin = heat_domain_admin
stack_domain_admin_password = osbed
auth_encryption_key = 0123456789abcdef0123456789abcdef
heat_metadata_server_url = http://127.0.0.1:8000
heat_waitcondition_server_url = http://127.0.0.1:8000/v1/waitcondition
convergence_engine = true
[heat_api]
bind_host = 127.0.0.1
[clients_keystone]
auth_uri = ${KEYSTONE%/v3}
[trustee]
$(login heat | grep -v ^project)
[paste_deploy]
api_paste_config = /etc/heat/api-paste.ini
END
