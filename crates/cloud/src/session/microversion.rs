//! Microversions: which one to ask for, and what to do about a cloud that is older.
//!
//! A request asks for the best version this library knows. A cloud that refuses it (406) is asked
//! once for its range, which is then cached with the catalog, and the lower of both is used. What
//! needs more than the cloud has is a clear error, never a silently missing feature.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::service::{Microversions, Service};
use crate::error::{Error, Kind, Result};

/// A microversion such as 2.91; 2.9 is older than 2.10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Microversion(pub u16, pub u16);

impl fmt::Display for Microversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl FromStr for Microversion {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (major, minor) = text.split_once('.').ok_or(())?;
        Ok(Microversion(major.parse().map_err(drop)?, minor.parse().map_err(drop)?))
    }
}

/// The versions a cloud's service offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offered {
    pub(super) min: Microversion,
    pub(super) max: Microversion,
}

impl Offered {
    /// Reads a version document: `{"version": {...}}` or `{"versions": [...]}`.
    pub(super) fn from_document(document: &Value) -> Option<Offered> {
        let entries = match document.get("version") {
            Some(version) => std::slice::from_ref(version),
            None => document.get("versions")?.as_array()?,
        };
        entries
            .iter()
            .filter_map(|entry| {
                let number = |key: &str| entry.get(key)?.as_str()?.parse().ok();
                Some(Offered { min: number("min_version")?, max: number("version")? })
            })
            .max_by_key(|offered| offered.max)
    }
}

/// Chooses the version to ask for.
///
/// `needed` is what the request cannot do without and why; `offered` is known only after a cloud
/// has refused the best version.
///
/// # Errors
/// [`Kind::Unsupported`] when the cloud is too old for the library or for the request.
pub(super) fn choose(
    service: &'static Service,
    known: &Microversions,
    needed: Option<(Microversion, &str)>,
    offered: Option<Offered>,
) -> Result<Microversion> {
    let wanted = needed.map_or(known.best, |(version, _)| version.max(known.best));
    let Some(offered) = offered else { return Ok(wanted) };
    let chosen = wanted.min(offered.max);
    let too_old = |what: &str, version: Microversion| {
        Error::new(
            Kind::Unsupported,
            format!(
                "{what} needs {} {version}; this cloud offers {} to {}",
                service.kind, offered.min, offered.max
            ),
        )
        .with_service(service.kind)
    };
    if let Some((version, what)) = needed
        && version > chosen
    {
        return Err(too_old(what, version));
    }
    if chosen < known.least || chosen < offered.min {
        return Err(too_old("this library", known.least.max(offered.min)));
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::super::service::COMPUTE;
    use super::*;

    fn chosen(
        needed: Option<(Microversion, &str)>,
        offered: Option<(u16, u16)>,
    ) -> Result<Microversion> {
        let known = COMPUTE.microversions.as_ref().unwrap();
        let offered =
            offered.map(|(a, b)| Offered { min: Microversion(2, 1), max: Microversion(a, b) });
        choose(&COMPUTE, known, needed, offered)
    }

    #[test]
    fn the_lower_of_both_is_used() {
        assert_eq!(chosen(None, None).unwrap(), Microversion(2, 91));
        assert_eq!(chosen(None, Some((2, 93))).unwrap(), Microversion(2, 91));
        assert_eq!(chosen(None, Some((2, 60))).unwrap(), Microversion(2, 60));
    }

    #[test]
    fn what_the_cloud_cannot_do_is_an_error_that_says_so() {
        let error = chosen(Some((Microversion(2, 90), "a host name")), Some((2, 60))).unwrap_err();
        assert_eq!(error.kind(), Kind::Unsupported);
        assert_eq!(
            error.message(),
            "a host name needs compute 2.90; this cloud offers 2.1 to 2.60"
        );
        assert_eq!(chosen(None, Some((2, 12))).unwrap_err().kind(), Kind::Unsupported);
    }

    #[test]
    fn documents_of_nova_and_cinder() {
        let nova = serde_json::json!({"version": {"version": "2.93", "min_version": "2.1"}});
        let cinder = serde_json::json!({"versions": [
            {"id": "v2.0", "version": "", "min_version": ""},
            {"id": "v3.0", "version": "3.70", "min_version": "3.0"}]});
        let max = |document| Offered::from_document(&document).unwrap().max;
        assert_eq!(max(nova), Microversion(2, 93));
        assert_eq!(max(cinder), Microversion(3, 70));
        assert!(Offered::from_document(&serde_json::json!([])).is_none());
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!("2.9".parse::<Microversion>().unwrap() < "2.10".parse().unwrap());
    }
}
