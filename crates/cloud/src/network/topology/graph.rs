//! Things and lines between them, for programs that lay out graphs: Graphviz and Mermaid.

use std::fmt::Write as _;

use super::{Topology, about, called};

/// What is drawn as one shape.
pub(super) struct Thing {
    /// Which shape it has, and its column in a picture: from outside inwards.
    pub(super) kind: Kind,
    /// The texts on it, one below the other.
    pub(super) lines: Vec<String>,
}

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Outside,
    Router,
    Network,
    Balancer,
    Server,
}

/// Everything, and which two are connected.
pub(super) fn parts(topology: &Topology) -> (Vec<Thing>, Vec<(usize, usize)>) {
    let (mut things, mut lines) = (Vec::new(), Vec::new());
    let mut add = |kind, lines| {
        things.push(Thing { kind, lines });
        things.len() - 1
    };
    let mut networks = Vec::new();
    for network in &topology.networks {
        let kind = if network.is_external { Kind::Outside } else { Kind::Network };
        let ranges = network.subnets.iter().map(|subnet| subnet.cidr.clone());
        let name = called(&network.name, &network.id).to_string();
        let index = add(kind, std::iter::once(name).chain(ranges).collect());
        networks.push((network.id.as_str(), index));
        for balancer in &network.load_balancers {
            let texts = balancer.about().into_iter().chain(balancer.parts()).collect();
            lines.push((index, add(Kind::Balancer, texts)));
        }
        for server in &network.servers {
            let server = add(Kind::Server, vec![about(server)]);
            lines.push((index, server));
        }
    }
    let place = |id: &str| networks.iter().find(|(other, _)| *other == id).map(|(_, index)| *index);
    for router in &topology.routers {
        let name = called(&router.name, &router.id).to_string();
        let addresses = router.gateway_addresses.iter().cloned();
        let index = add(Kind::Router, std::iter::once(name).chain(addresses).collect());
        lines.extend(router.gateway_network.as_deref().and_then(place).map(|out| (out, index)));
        lines.extend(router.networks.iter().filter_map(|id| place(id)).map(|inner| (index, inner)));
    }
    (things, lines)
}

/// For `dot -Tsvg`.
pub(super) fn dot(topology: &Topology) -> String {
    let (things, lines) = parts(topology);
    let mut text = String::from("graph network {\n  rankdir=LR;\n");
    for (index, thing) in things.iter().enumerate() {
        let shape = match thing.kind {
            Kind::Outside => "doubleoctagon",
            Kind::Router => "diamond",
            Kind::Network => "ellipse",
            Kind::Balancer => "component",
            Kind::Server => "box",
        };
        let label = thing.lines.join("\n").replace('\\', "\\\\").replace('"', "\\\"");
        let label = label.replace('\n', "\\n");
        let _ = writeln!(text, "  n{index} [shape={shape}, label=\"{label}\"];");
    }
    for (from, to) in lines {
        let _ = writeln!(text, "  n{from} -- n{to};");
    }
    text.push_str("}\n");
    text
}

/// For pages that draw Mermaid.
pub(super) fn mermaid(topology: &Topology) -> String {
    let (things, lines) = parts(topology);
    let mut text = String::from("graph LR\n");
    for (index, thing) in things.iter().enumerate() {
        let (open, close) = match thing.kind {
            Kind::Outside => ("([", "])"),
            Kind::Router => ("{{", "}}"),
            Kind::Network => ("(", ")"),
            Kind::Balancer => ("[[", "]]"),
            Kind::Server => ("[", "]"),
        };
        let lines: Vec<_> = thing.lines.iter().map(|line| escaped(line)).collect();
        let _ = writeln!(text, "  n{index}{open}\"{}\"{close}", lines.join("<br/>"));
    }
    for (from, to) in lines {
        let _ = writeln!(text, "  n{from} --- n{to}");
    }
    text
}

/// As HTML and XML want it.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::topology::sample;

    #[test]
    fn every_thing_has_a_shape_and_every_connection_a_line() {
        let dot = dot(&sample());
        assert!(dot.starts_with("graph network {") && dot.ends_with("}\n"), "{dot}");
        assert_eq!((dot.matches("label=").count(), dot.matches(" -- ").count()), (7, 5), "{dot}");
        let mermaid = mermaid(&sample());
        assert_eq!(mermaid.matches(" --- ").count(), 5, "{mermaid}");
        assert!(mermaid.contains("<br/>listener HTTP:80<br/>listener TCP:25<br/>"), "{mermaid}");
        assert!(mermaid.contains("front&lt;1&gt;<br/>10.0.0.0/24"), "{mermaid}");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_label() {
        let mut topology = sample();
        topology.networks[0].name = "a\"]; x\\".into();
        assert!(
            dot(&topology).contains("label=\"a\\\"]; x\\\\\\n10.0.0.0/24\""),
            "{}",
            dot(&topology)
        );
        assert!(mermaid(&topology).contains("a&quot;]; x\\<br/>"));
    }
}
