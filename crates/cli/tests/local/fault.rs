//! `ik local fault`: planned by one process, met by another.

use crate::home::Home;

/// Statuses of the requests that listing the key pairs took, and the exit code.
fn listing(home: &Home) -> (Vec<String>, Option<i32>) {
    let done = home.ik(&["--cloud", "local", "keypair", "list", "--timing"]);
    let statuses = done.stderr.lines().filter(|line| line.contains("/os-keypairs"));
    let status = |line: &str| line.split_whitespace().nth(1).unwrap().to_string();
    (statuses.map(status).collect(), done.code)
}

fn fault(home: &Home, words: &[&str]) -> String {
    let done = home.ik(&[&["local", "fault"], words].concat());
    assert_eq!(done.code, Some(0), "{done:?}");
    if words[0] == "list" { done.stdout } else { done.stderr }
}

#[test]
fn each_kind_does_what_it_says() {
    let home = Home::new();
    let keypairs = ["--path", "/os-keypairs"];
    for (words, statuses, code) in [
        (&["status", "503", "--header", "Retry-After: 0"][..], &["503", "200"][..], 0),
        (&["delay", "0.01"], &["200"], 0),
        (&["cut", "3"], &["-", "200"], 0),
        (&["gzip", "9"], &["-", "200"], 0),
        (&["rewrite", "keypairs", "pears"], &["200"], 1),
        (&["reset-before"], &["-", "200"], 0),
        (&["reset-after"], &["-", "200"], 0),
        (&["expired-token"], &["401", "200"], 0),
        (&["status", "403"], &["403"], 6),
        (&["status", "200", "--body", "<html>"], &["200"], 1),
    ] {
        fault(&home, &[words, &keypairs].concat());
        let (seen, ended) = listing(&home);
        assert_eq!(
            (seen, ended),
            (statuses.iter().map(ToString::to_string).collect(), Some(code)),
            "{words:?}"
        );
        assert_eq!(fault(&home, &["list"]), "");
    }
}

#[test]
fn an_answer_that_is_cut_has_begun() {
    let home = Home::new();
    fault(&home, &["cut", "3", "--path", "/os-keypairs", "--count", "99"]);
    let complaint = home.ik(&["--cloud", "local", "keypair", "list"]).refused(14);
    assert!(complaint.contains("the answer broke off in the middle"), "{complaint}");
}

#[test]
fn method_path_and_count_choose_the_requests() {
    let home = Home::new();
    let said = fault(&home, &["status", "403", "--method", "post", "--path", "/os-keypairs"]);
    assert_eq!(said, "the next POST request with /os-keypairs in the path: status 403\n");
    let said = fault(&home, &["status", "404", "--path", "/os-keypairs", "--count", "2"]);
    assert_eq!(said, "the next 2 requests with /os-keypairs in the path: status 404\n");
    assert_eq!(fault(&home, &["list"]).lines().count(), 2);
    assert_eq!(listing(&home).1, Some(3));
    home.ik(&["--cloud", "local", "keypair", "create", "ann"]).refused(6);
    assert_eq!(
        fault(&home, &["list"]),
        "the next request with /os-keypairs in the path: status 404\n"
    );
    assert_eq!(listing(&home).1, Some(3));
    assert_eq!(listing(&home).1, Some(0));
}

#[test]
fn what_has_not_happened_can_be_forgotten() {
    let home = Home::new();
    fault(&home, &["status", "503", "--count", "99"]);
    assert_eq!(fault(&home, &["clear"]), "local fault clear: done\n");
    assert_eq!(fault(&home, &["list"]), "");
    assert_eq!(listing(&home).1, Some(0));
}
