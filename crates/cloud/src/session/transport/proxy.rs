//! The proxy that a request goes through: to be named when it is what fails.

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

/// Where the proxy is that the environment names for an address: `10.0.0.1:3128`, without a user or
/// a password. `None` if the address is reached directly.
pub(super) fn of(url: &Url) -> Option<String> {
    // The HTTP client decides by the same rules, and keeps to itself what it has decided.
    let through = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
    let proxy = through.uri();
    Some(match (proxy.host()?, proxy.port_u16()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_string(),
    })
}
