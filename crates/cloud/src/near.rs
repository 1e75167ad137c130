//! Guesses what was meant by a name that does not exist. Only ever to suggest it.

/// The one of `names` that is most like `wanted`, if any is much like it.
pub(crate) fn nearest<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(name, wanted), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_name_is_suggested_and_nothing_far_fetched() {
        let names = ["web-1", "web-12", "database"];
        assert_eq!(nearest("web-11", names), Some("web-1"));
        assert_eq!(nearest("databse", names), Some("database"));
        assert_eq!(nearest("mail", names), None);
    }
}
