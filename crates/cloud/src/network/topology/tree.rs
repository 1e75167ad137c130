//! The tree for terminals: from outside inwards.

use super::{Junction, Segment, Topology, about, called};
use crate::operation::tree::{self, Lines, Node};

pub(super) fn draw(topology: &Topology, lines: &Lines) -> String {
    tree::draw(&roots(topology), lines)
}

/// The networks that lead outside with the routers on them; routers that lead nowhere; networks that
/// no router has.
fn roots(topology: &Topology) -> Vec<Node> {
    let mut drawn: Vec<&str> = Vec::new();
    let mut roots = Vec::new();
    for network in topology.networks.iter().filter(|network| network.is_external) {
        let on_it = |router: &&Junction| router.gateway_network.as_deref() == Some(&network.id);
        let routers = topology.routers.iter().filter(on_it);
        let mut node = segment(network);
        node.below.extend(routers.map(|one| junction(one, topology, &mut drawn)));
        roots.push(node);
    }
    let inner = |router: &&Junction| {
        let outside = |network: &Segment| Some(&network.id) == router.gateway_network.as_ref();
        !topology.networks.iter().any(|network| network.is_external && outside(network))
    };
    for router in topology.routers.iter().filter(inner) {
        roots.push(junction(router, topology, &mut drawn));
    }
    let alone = topology.networks.iter().filter(|one| !one.is_external);
    for network in alone.filter(|one| !drawn.contains(&one.id.as_str())).collect::<Vec<_>>() {
        roots.push(segment(network));
    }
    if !topology.unused_floating_ips.is_empty() {
        let text = format!("unused floating IPs: {}", topology.unused_floating_ips.join(", "));
        roots.push(Node { text, below: Vec::new() });
    }
    roots
}

fn junction<'t>(router: &'t Junction, topology: &'t Topology, drawn: &mut Vec<&'t str>) -> Node {
    let addresses = router.gateway_addresses.join(", ");
    let text = format!("router {} {addresses}", called(&router.name, &router.id));
    let mut below = Vec::new();
    for network in topology.networks.iter().filter(|one| router.networks.contains(&one.id)) {
        if drawn.contains(&network.id.as_str()) {
            let text = format!("network {} (see above)", called(&network.name, &network.id));
            below.push(Node { text, below: Vec::new() });
        } else {
            drawn.push(&network.id);
            below.push(segment(network));
        }
    }
    Node { text: text.trim_end().to_string(), below }
}

fn segment(network: &Segment) -> Node {
    let outside = if network.is_external { " (external)" } else { "" };
    let leaf = |text: String| Node { text, below: Vec::new() };
    let subnets = network
        .subnets
        .iter()
        .map(|subnet| leaf(format!("subnet {} {}", called(&subnet.name, &subnet.id), subnet.cidr)));
    let servers = network.servers.iter().map(|server| leaf(format!("server {}", about(server))));
    let balancers = network.load_balancers.iter().map(|one| Node {
        text: format!("load balancer {}", one.about().join(" ")),
        below: one.parts().map(leaf).collect(),
    });
    Node {
        text: format!("network {}{outside}", called(&network.name, &network.id)),
        below: subnets.chain(balancers).chain(servers).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::topology::sample;
    use crate::operation::tree::{ASCII, LINES};

    #[test]
    fn from_outside_inwards() {
        let expected = "\
network outer (external)
├─ subnet outer-v4 10.0.0.0/24
└─ router edge 203.0.113.1
   └─ network front<1>
      ├─ subnet front<1>-v4 10.0.0.0/24
      ├─ load balancer web-lb 10.0.0.5 <- 203.0.113.8 (PENDING_UPDATE, ONLINE)
      │  ├─ listener HTTP:80
      │  ├─ listener TCP:25
      │  └─ pool web-pool: 1 member
      ├─ server db 10.0.0.8 (SHUTOFF)
      └─ server web 10.0.0.7 <- 203.0.113.7
network alone
└─ subnet alone-v4 10.0.0.0/24
unused floating IPs: 203.0.113.9
";
        assert_eq!(draw(&sample(), &LINES), expected);
        let ascii = draw(&sample(), &ASCII);
        assert!(ascii.is_ascii() && ascii.contains("`- router edge"), "{ascii}");
    }

    #[test]
    fn a_network_of_two_routers_is_drawn_once() {
        let mut topology = sample();
        let mut second = topology.routers[0].clone();
        (second.id, second.name) = ("r2".into(), "second".into());
        topology.routers.push(second);
        let tree = draw(&topology, &LINES);
        assert_eq!(tree.matches("server web").count(), 1);
        assert!(tree.contains("network front<1> (see above)"), "{tree}");
    }
}
