#!/usr/bin/python3
"""Fill the cloud, in two steps. Both look for what is there and make the rest, so both can be
interrupted and repeated at any time; each function below does one thing of it.

    bootstrap.py STATE identity    catalog, roles, users, projects: what keystone alone can do
    bootstrap.py STATE content     flavors, image, networks, quotas, prices; what the demo tenants
                                   own; clouds.yaml, openrc and appcred.json in the folder STATE

`up` runs a step again when this file has changed: an older testbed gets what was added.
"""
import json
import os
import sys
import time

import openstack
from openstack import exceptions

REGION = 'dc3-a'
AUTH = 'http://127.0.0.1:5000/v3'
CATALOG = {
    'keystone': ('identity', '127.0.0.1:5000/v3'),
    'glance': ('image', '127.0.0.1:9292'),
    'placement': ('placement', '127.0.0.1:8778'),
    'nova': ('compute', '127.0.0.1:8774/v2.1'),
    'neutron': ('network', '127.0.0.1:9696'),
    'cinderv3': ('volumev3', '127.0.0.1:8776/v3/%(project_id)s'),
    'swift': ('object-store', '127.0.0.1:8080/v1/AUTH_%(project_id)s'),
    'heat': ('orchestration', '127.0.0.1:8004/v1/%(project_id)s'),
    'designate': ('dns', '127.0.0.1:9001'),
    'octavia': ('load-balancer', '127.0.0.1:9876'),
    'gnocchi': ('metric', '127.0.0.1:8041'),
    'cloudkitty': ('rating', '127.0.0.1:8889'),
}
SERVICE_USERS = ('glance placement nova neutron cinder swift heat designate octavia'
                 ' gnocchi cloudkitty').split()
ROLES = ('admin member reader service heat_stack_owner heat_stack_user load-balancer_member'
         ' ResellerAdmin rating').split()
TENANTS = {  # the name in clouds.yaml: project and user, named as Infomaniak names them
    'demo': ('PCP-DEMO001', 'PCU-DEMO001'),
    'demo2': ('PCP-DEMO002', 'PCU-DEMO002'),
    'demo-full': ('PCP-DEMO003', 'PCU-DEMO003'),
}
IMAGE = 'Debian 12 bookworm'
OUTSIDE = {  # the networks to the world: subnet, physical network, is it shared
    'ext-floating1': ('203.0.113.0/24', 'floating', False),
    'ext-net1': ('198.51.100.0/24', 'direct', True),
}
DEMO_SERVERS = {  # flavor, and the size of the volume beside it
    'demo-web': ('a2-ram4-disk20-perf1', 20),
    'demo-db': ('a4-ram8-disk50-perf1', 100),
}


def auth(project, user):
    return {'auth_url': AUTH, 'user_domain_name': 'Default', 'project_domain_name': 'Default',
            'username': user, 'password': 'osbed', 'project_name': project}


def login(project, user):
    return openstack.connection.Connection(
        auth=auth(project, user), region_name=REGION, identity_interface='public',
        app_name='osbed')


def ensure(find, create, name, **attrs):
    return find(name) or create(name=name, **attrs)


def sound(find, delete, name, good):
    """What an interrupted run left of NAME, if it is good or will be; the rest is deleted."""
    found = find(name)
    if found and found.status.lower() not in good:
        delete(found)
        while find(name):
            time.sleep(1)
        return None
    return found


# -- step identity

def make_catalog(admin):
    idp = admin.identity
    services = {s.name: s for s in idp.services()}
    endpoints = {(e.service_id, e.interface) for e in idp.endpoints()}
    for name, (kind, url) in CATALOG.items():
        service = services.get(name) or idp.create_service(name=name, type=kind)
        for interface in 'public', 'internal', 'admin':
            if (service.id, interface) not in endpoints:
                idp.create_endpoint(service_id=service.id, interface=interface,
                                    region_id=REGION, url='http://' + url)


def make_project(admin, name):
    return ensure(admin.identity.find_project, admin.identity.create_project, name,
                  domain_id='default')


def make_user(admin, name, domain_id='default'):
    return (admin.identity.find_user(name, domain_id=domain_id)
            or admin.identity.create_user(name=name, password='osbed', domain_id=domain_id))


def make_people(admin):
    """Roles, the services' users, heat's domain, the tenants."""
    idp = admin.identity
    roles = {name: ensure(idp.find_role, idp.create_role, name) for name in ROLES}
    for implied in 'load-balancer_member', 'heat_stack_owner':
        admin.session.put(f"{AUTH}/roles/{roles['member'].id}/implies/{roles[implied].id}",
                          raise_exc=False)  # 409 the second time

    service_project = make_project(admin, 'service')
    for name in SERVICE_USERS:
        user = make_user(admin, name)
        for role in 'admin', 'service':
            idp.assign_project_role_to_user(service_project, user, roles[role])

    heat_domain = ensure(idp.find_domain, idp.create_domain, 'heat')
    heat_admin = make_user(admin, 'heat_domain_admin', heat_domain.id)
    admin.session.put(f"{AUTH}/domains/{heat_domain.id}/users/{heat_admin.id}"
                      f"/roles/{roles['admin'].id}")

    cloudkitty = idp.find_user('cloudkitty')
    for project_name, user_name in TENANTS.values():
        project = make_project(admin, project_name)
        idp.assign_project_role_to_user(project, make_user(admin, user_name), roles['member'])
        idp.assign_project_role_to_user(project, cloudkitty, roles['rating'])  # rate its usage


# -- step content, as administrator

def make_flavors(admin):
    for perf in 1, 2:
        for cpu, ram in (1, 2), (1, 4), (2, 4), (4, 8), (8, 16):
            for disk in 0, 20, 50:
                name = f'a{cpu}-ram{ram}-disk{disk}-perf{perf}'
                if disk == 20 or perf == 1:
                    ensure(admin.compute.find_flavor, admin.compute.create_flavor, name,
                           vcpus=cpu, ram=ram * 1024, disk=disk)


def make_image(admin):
    if not sound(admin.image.find_image, admin.image.delete_image, IMAGE, ['active']):
        admin.image.create_image(
            name=IMAGE, data=b'\0' * 1024, disk_format='raw', container_format='bare',
            visibility='public', min_disk=1, os_distro='debian', os_version='12',
            hw_disk_bus='scsi', hw_scsi_model='virtio-scsi', hw_qemu_guest_agent='yes')


def make_volume_types(admin):
    for perf in 'perf1', 'perf2':
        ensure(admin.block_storage.find_type, admin.block_storage.create_type, f'CEPH_1_{perf}',
               extra_specs={'volume_backend_name': perf})


def make_outside_networks(admin):
    for name, (cidr, physical, shared) in OUTSIDE.items():
        net = ensure(admin.network.find_network, admin.network.create_network, name,
                     is_router_external=True, is_shared=shared, provider_network_type='flat',
                     provider_physical_network=physical)
        ensure(admin.network.find_subnet, admin.network.create_subnet, f'{name}-subnet',
               network_id=net.id, ip_version=4, cidr=cidr, is_dhcp_enabled=shared)


def set_quotas(admin):
    for cloud, (project_name, _) in TENANTS.items():
        project = admin.identity.find_project(project_name).id
        if cloud == 'demo-full':  # full with one server, one key pair: for tests of quotas
            admin.set_compute_quotas(project, instances=1, cores=1, key_pairs=1)
            continue
        # generous: the machine is the limit
        admin.set_compute_quotas(project, instances=2000, cores=5000, ram=20000000, key_pairs=200)
        admin.set_volume_quotas(project, volumes=1000, gigabytes=100000, snapshots=1000,
                                backups=1000, backup_gigabytes=100000)
        admin.set_network_quotas(project, port=5000, floatingip=100, security_group=200,
                                 security_group_rule=2000, network=200, subnet=200, router=100)


def set_prices(admin):
    """Per server and hour by flavor, per GiB and hour by volume type, per floating IP and hour."""
    def rating(method, path, **body):
        r = admin.session.request('/v1/rating/' + path, method, json=body or None,
                                  endpoint_filter={'service_type': 'rating'})
        return r.json() if r.content else None

    def price(service, field, costs):
        owner = {'service_id': rating('POST', hashmap + '/services', name=service)['service_id']}
        if field:
            owner = {'field_id': rating('POST', hashmap + '/fields', name=field, **owner)['field_id']}
        for value, cost in costs.items():
            rating('POST', hashmap + '/mappings', type='flat', cost=f'{cost:.6f}', **owner,
                   **({'value': value} if field else {}))

    hashmap = 'module_config/hashmap'
    if rating('GET', 'modules/hashmap')['enabled']:  # that is the last step
        return
    for service in rating('GET', hashmap + '/services')['services']:  # of an interrupted run
        rating('DELETE', f"{hashmap}/services/{service['service_id']}")
    price('instance', 'flavor_name', {
        f.name: .004 * f.vcpus + .002 * f.ram / 1024 + .0001 * f.disk
        for f in admin.compute.flavors()})
    price('volume.size', 'volume_type', {'CEPH_1_perf1': .00009, 'CEPH_1_perf2': .00018})
    price('ip.floating', None, {None: .005})
    rating('PUT', 'modules', module_id='hashmap', enabled=True, priority=1)


# -- step content, as the tenants

def make_credentials(demo, state):
    """Application credentials and an EC2 key; their secrets are shown once, so they are kept."""
    try:
        with open(f'{state}/appcred.json') as f:
            return json.load(f)
    except FileNotFoundError:
        pass
    idp, user, credentials = demo.identity, demo.current_user_id, {}
    for name, free in ('osbed', False), ('osbed-unrestricted', True):
        old = idp.find_application_credential(user, name)  # its secret is lost
        if old:
            idp.delete_application_credential(user, old)
        new = idp.create_application_credential(user, name, unrestricted=free)
        credentials[name] = {'id': new.id, 'secret': new.secret}
    ec2 = demo.session.post(f'{AUTH}/users/{user}/credentials/OS-EC2',
                            json={'tenant_id': demo.current_project_id}).json()['credential']
    credentials['ec2'] = {'access': ec2['access'], 'secret': ec2['secret']}
    write(f'{state}/appcred.json', json.dumps(credentials, indent=1))
    return credentials


def make_network(cloud, name, cidr, **subnet):
    net = ensure(cloud.network.find_network, cloud.network.create_network, f'{name}-net')
    return net, ensure(cloud.network.find_subnet, cloud.network.create_subnet, f'{name}-subnet',
                       network_id=net.id, ip_version=4, cidr=cidr, **subnet)


def make_demo_network(demo):
    """A network behind a router to the world, with the usual ports open."""
    net, subnet = make_network(demo, 'demo', '10.11.0.0/16', dns_nameservers=['9.9.9.9'])
    router = ensure(demo.network.find_router, demo.network.create_router, 'demo-router',
                    external_gateway_info={
                        'network_id': demo.network.find_network('ext-floating1').id})
    if not list(demo.network.ports(device_id=router.id, network_id=net.id)):
        demo.network.add_interface_to_router(router, subnet_id=subnet.id)
    group = demo.network.find_security_group('default', project_id=demo.current_project_id)
    for port in 22, 80, 443:
        try:
            demo.network.create_security_group_rule(
                security_group_id=group.id, direction='ingress', ethertype='IPv4', protocol='tcp',
                port_range_min=port, port_range_max=port)
        except exceptions.ConflictException:
            pass
    return net


def make_demo_servers(demo, net):
    """Something to pay for (see meter). That these become ACTIVE proves that servers can be made."""
    image = demo.image.find_image(IMAGE)
    servers = []
    for name, (flavor, size) in DEMO_SERVERS.items():
        port = ensure(demo.network.find_port, demo.network.create_port, name, network_id=net.id)
        servers.append(
            sound(demo.compute.find_server, demo.compute.delete_server, name, ['active', 'build'])
            or demo.compute.create_server(
                name=name, image_id=image.id, flavor_id=demo.compute.find_flavor(flavor).id,
                networks=[{'port': port.id}]))
        volumes = demo.block_storage
        volume = (sound(volumes.find_volume, volumes.delete_volume, f'{name}-data',
                        ['available', 'creating'])
                  or volumes.create_volume(name=f'{name}-data', size=size,
                                           volume_type='CEPH_1_perf2'))
        volumes.wait_for_status(volume, 'available', ['error'], wait=300)
    for server in servers:
        demo.compute.wait_for_server(server, wait=300)
    if not list(demo.network.ips()):
        demo.network.create_ip(floating_network_id=demo.network.find_network('ext-floating1').id,
                               port_id=demo.network.find_port('demo-web').id)


# -- files for clients

def write(path, text):
    """All or nothing: someone may be reading the file."""
    with open(path + '.new', 'w') as f:
        f.write(text)
    os.rename(path + '.new', path)


def write_client_files(state, credentials):
    head = f'    region_name: {REGION}\n'
    text = 'clouds:\n'
    for cloud, who in {'admin': ('admin', 'admin'), **TENANTS}.items():
        text += f'  {cloud}:\n{head}    identity_api_version: 3\n    auth:\n'
        text += ''.join(f'      {k}: {v}\n' for k, v in auth(*who).items())
    for cloud, name in ('demo-appcred', 'osbed'), ('demo-appcred-free', 'osbed-unrestricted'):
        text += (f'  {cloud}:\n{head}    auth_type: v3applicationcredential\n'
                 f'    auth:\n      auth_url: {AUTH}\n'
                 f'      application_credential_id: {credentials[name]["id"]}\n'
                 f'      application_credential_secret: {credentials[name]["secret"]}\n')
    write(f'{state}/clouds.yaml', text)

    variables = dict(auth(*TENANTS['demo']), region_name=REGION, identity_api_version=3)
    write(f'{state}/openrc', ''.join(
        [f'export OS_{k.upper()}={v}\n' for k, v in variables.items()]
        + [f'export AWS_ACCESS_KEY_ID={credentials["ec2"]["access"]}\n',
           f'export AWS_SECRET_ACCESS_KEY={credentials["ec2"]["secret"]}\n']))


def identity():
    admin = login('admin', 'admin')
    make_catalog(admin)
    make_people(admin)


def content(state):
    admin = login('admin', 'admin')
    make_flavors(admin)
    make_image(admin)
    make_volume_types(admin)
    make_outside_networks(admin)
    set_quotas(admin)
    set_prices(admin)

    demo = login(*TENANTS['demo'])
    credentials = make_credentials(demo, state)
    net = make_demo_network(demo)
    if not demo.compute.find_keypair('demo'):
        demo.compute.create_keypair(name='demo')
    if not os.path.exists(f'{state}/meter.last'):  # later on, a server missing was deleted on purpose
        make_demo_servers(demo, net)

    make_network(login(*TENANTS['demo-full']), 'full', '10.13.0.0/24')
    write_client_files(state, credentials)


if __name__ == '__main__':
    STATE, STEP = sys.argv[1:]
    identity() if STEP == 'identity' else content(STATE)
