//! The command line as typed and as printed, without any cloud: `sessions/*.md`.
//!
//! After a deliberate change, `TRYCMD=overwrite cargo test -p ik --test sessions` renews them; read
//! the diff. What needs services is in the behaviours, in the folder `tests` of the workspace.

#[test]
fn sessions() {
    let cases = trycmd::TestCases::new();
    cases.case("tests/sessions/*.md");
    // Whatever the caller's environment names, no cloud is configured here.
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if ["OS_", "INFOMANIAK_", "IK_"].iter().any(|prefix| name.starts_with(prefix)) {
            cases.env(name, "");
        }
    }
    cases.env("HOME", "/nowhere").env("XDG_CACHE_HOME", "/nowhere").env("IK_NO_CACHE", "1");
    cases.env("COLUMNS", "100");
}
