"""What openstacksdk does against the local cloud: its own session, its own waiting, its own paging.

Run by tests/foreign/main.rs with the cloud's clouds.yaml in the environment; any surprise is an
AssertionError or an exception of the SDK's.
"""

import openstack

IMAGE = "Debian 12 bookworm"
FLAVOR = "a1-ram2-disk20-perf1"
NETWORK = "demo-net"
DATA = b"This image has never seen a disk.\n"


def expect(seen, wanted):
    assert seen == wanted, f"{seen!r} instead of {wanted!r}"


def identity(cloud):
    token = cloud.authorize()
    assert token.startswith("gAAAA"), token
    expect(cloud.session.auth.get_access(cloud.session).project_name, "PCP-LOCAL01")
    with_endpoint = {"compute", "image", "network", "identity"}
    for kind in with_endpoint:
        assert cloud.session.get_endpoint(service_type=kind, interface="public"), kind


def images(cloud):
    debian = cloud.image.find_image(IMAGE, ignore_missing=False)
    expect(debian.status, "active")
    expect([image.name for image in cloud.image.images(name=IMAGE)], [IMAGE])
    own = cloud.create_image(
        "made-here", data=DATA, disk_format="raw", container_format="bare", wait=True
    )
    own = cloud.image.get_image(own.id)
    expect((own.status, own.size), ("active", len(DATA)))
    expect(cloud.image.download_image(own).content, DATA)
    cloud.image.update_image(own, name="renamed")
    expect(cloud.image.get_image(own.id).name, "renamed")
    cloud.image.delete_image(own)
    expect(cloud.image.find_image("renamed"), None)


def keypairs(cloud):
    made = cloud.compute.create_keypair(name="sdk")
    expect([keypair.name for keypair in cloud.compute.keypairs()], ["sdk"])
    expect(cloud.compute.get_keypair("sdk").fingerprint, made.fingerprint)


def servers(cloud):
    flavor = cloud.compute.find_flavor(FLAVOR, ignore_missing=False)
    expect((flavor.ram, flavor.vcpus, flavor.disk), (2048, 1, 20))
    network = cloud.network.find_network(NETWORK, ignore_missing=False)
    image = cloud.image.find_image(IMAGE, ignore_missing=False)
    server = cloud.compute.create_server(
        name="sdk-0",
        flavor_id=flavor.id,
        image_id=image.id,
        networks=[{"uuid": network.id}],
        key_name="sdk",
        metadata={"purpose": "test"},
    )
    server = cloud.compute.wait_for_server(server, interval=0.2)
    expect(server.status, "ACTIVE")
    server = cloud.compute.get_server(server.id)
    expect((server.name, server.key_name), ("sdk-0", "sdk"))
    expect(server.metadata, {"purpose": "test"})
    expect(list(server.addresses), [NETWORK])
    # The cloud layer: it looks names up itself, and waits.
    for number in (1, 2):
        other = cloud.create_server(
            f"sdk-{number}", image=IMAGE, flavor=FLAVOR, network=NETWORK, wait=True, auto_ip=False
        )
        expect(other.status, "ACTIVE")
    names = ["sdk-0", "sdk-1", "sdk-2"]
    expect(sorted(server.name for server in cloud.compute.servers()), names)
    # Two to a page: the SDK follows the links.
    expect(sorted(server.name for server in cloud.compute.servers(limit=2)), names)
    expect([s.name for s in cloud.compute.servers(name="sdk-1")], ["sdk-1"])

    for change, status in [
        (cloud.compute.stop_server, "SHUTOFF"),
        (cloud.compute.start_server, "ACTIVE"),
        (lambda server: cloud.compute.reboot_server(server, "SOFT"), "ACTIVE"),
        (lambda server: cloud.compute.reboot_server(server, "HARD"), "ACTIVE"),
    ]:
        change(server)
        server = cloud.compute.wait_for_server(server, status=status, interval=0.2)
        expect(server.status, status)
    for server in cloud.compute.servers():
        cloud.compute.delete_server(server)
        cloud.compute.wait_for_delete(server, interval=0.2)
    expect(list(cloud.compute.servers()), [])


def load_balancers(cloud):
    subnet = cloud.network.find_network(NETWORK, ignore_missing=False).subnet_ids[0]
    proxy = cloud.load_balancer
    balancer = proxy.create_load_balancer(
        name="sdk",
        vip_subnet_id=subnet,
        listeners=[{
            "name": "web",
            "protocol": "HTTP",
            "protocol_port": 80,
            "default_pool": {
                "name": "behind",
                "protocol": "HTTP",
                "lb_algorithm": "ROUND_ROBIN",
                "members": [{"address": "10.0.0.91", "protocol_port": 80}],
            },
        }],
    )
    balancer = proxy.wait_for_load_balancer(balancer.id, interval=0.2)
    expect(balancer.provisioning_status, "ACTIVE")
    expect([listener.name for listener in proxy.listeners(load_balancer_id=balancer.id)], ["web"])
    pool = proxy.find_pool("behind", ignore_missing=False)
    expect([member.address for member in proxy.members(pool)], ["10.0.0.91"])
    expect(cloud.network.get_port(balancer.vip_port_id).device_owner, "Octavia")
    proxy.delete_load_balancer(balancer, cascade=True)
    # Debian's SDK looks for a status that load balancers do not have, and cannot wait for this.
    for _ in openstack.utils.iterate_timeout(60, "the balancer does not go away", wait=0.2):
        if not list(proxy.load_balancers()):
            break
    expect(list(proxy.pools()), [])


def refusals(cloud):
    try:
        cloud.compute.get_server("00000000-0000-0000-0000-000000000000")
    except openstack.exceptions.ResourceNotFound as error:
        expect(error.status_code, 404)
    else:
        raise AssertionError("a server that does not exist was found")


with openstack.connect(cloud="demo") as demo:
    for part in (identity, images, keypairs, servers, load_balancers, refusals):
        part(demo)
print("all checked")
