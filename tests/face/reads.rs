//! Commands that look only: both programs have to print the same.

use crate::compare::same;
use crate::page::Page;
use crate::program::{Programs, words};

/// How often a comparison is made anew when the cloud has changed in between.
const ATTEMPTS: usize = 4;

/// One line for each command, as it is typed behind `openstack`.
pub(crate) const LINES: &[&str] = &[
    "server list -f json",
    "server list --long -f json",
    "server list --no-name-lookup -f json",
    "server list --name demo-web -f json",
    "server list --status ACTIVE --flavor a1-ram2-disk20-perf1 -f json",
    "server list -c ID -c user_id -c 'Security Groups' -f json",
    "server list --sort-column Name --sort-descending -f json",
    "server list -f value -c Name -c Networks --sort-column Name",
    "server list -f csv --long",
    "server list -f csv --quote all",
    "server list -f yaml",
    "server list",
    "server list --long",
    "server list --name nothing-has-this-name",
    "server list --name nothing-has-this-name --print-empty",
    "server show demo-web -f json",
    "server show demo-web -f json --noindent",
    "server show demo-web -f yaml",
    "server show demo-web -f value -c status -c addresses",
    "server show demo-web -f shell --prefix web_",
    "server show demo-web",
    "server event list demo-web -f json",
    "server event list demo-web --long -f json",
    "server group list -f json",
    "server group list --long -f json",
    "flavor list -f json",
    "flavor list --long -f json",
    "flavor list --all --sort-column RAM -f json",
    "flavor list --min-ram 4096 -f csv",
    "flavor list",
    "flavor show a1-ram2-disk20-perf1 -f json",
    "flavor show a1-ram2-disk20-perf1 -f shell",
    "image list -f json",
    "image list --long -f json",
    "image list --public --status active -f value",
    "image show 'Debian 12 bookworm' -f json",
    "image show 'Debian 12 bookworm'",
    "keypair list -f json",
    "keypair list -f value",
    "keypair show demo -f json",
    "keypair show --public-key demo",
    "availability zone list -f json",
    "availability zone list --long -f json",
    "availability zone list --compute -f csv",
    "network list -f json",
    "network list --long -f json",
    "network list --external -f value -c Name",
    "network list --long",
    "network show demo-net -f json",
    "network show demo-net",
    "volume list -f json",
    "volume list --long -f json",
    "volume list --long",
    "volume list --name demo-web-data -f value",
    "volume show demo-web-data -f json",
    "volume show demo-db-data",
    "volume snapshot list --long -f json",
    "volume backup list --long -f json",
    "volume type list -f json",
    "volume type list --long -f csv",
    "volume type list --public -f json",
    "volume type list --private -f json",
    "volume type show CEPH_1_perf1 -f json",
    "volume type show CEPH_1_perf2 -f shell",
    "volume transfer request list -f json",
    "volume transfer request list",
    "volume list --limit 1 -f json",
    "volume list --status available -f json",
    "volume snapshot list -f json",
    "volume snapshot list --volume demo-web-data --long",
    "volume backup list -f json",
    "volume backup list --status available --max-items 1",
    "server volume list demo-web -f json",
    "image list --status active --limit 1 -f json",
    "image list --shared -f json",
    "image show --human-readable 'Debian 12 bookworm' -c size -f json",
    "server show nothing-has-this-name -f json",
    "server list -c 'No Such Column'",
    "server list -f no-such-format",
    "server list --no-such-flag",
    "server show",
];

/// Formats are the face's own business: for the local cloud, what is in them is enough.
pub(crate) fn is_for_local(line: &str) -> bool {
    line.ends_with("-f json")
}

/// Runs both, again while the cloud changes in between.
pub(crate) fn check(programs: &Programs, page: &Page, line: &str) -> Result<(), String> {
    let words = words(line);
    let mut client = programs.client(&words);
    let mut outcome = Ok(());
    for _ in 0..ATTEMPTS {
        let face = programs.face(&words);
        if client.code != face.code {
            return Err(format!("the client ends with {:?}, the face with {face:?}", client.code));
        }
        outcome = same(page, line, &client.stdout, &face.stdout);
        let after = programs.client(&words);
        if outcome.is_ok() || after.stdout == client.stdout {
            return outcome;
        }
        client = after;
    }
    outcome
}
