//! `ik auth`: who one is, whether that works, and how it is set up.

mod doctor;
mod login;

use clap::ArgMatches;
use infomaniak_cloud::Error;

use crate::own::Own;
use crate::run;
use crate::talk::Talk;

pub(crate) const COMMANDS: &[Own] = &[
    doctor::COMMAND,
    login::COMMAND,
    Own {
        command: "auth logout",
        about: "Ends the present login.\n\nThe token that is kept is revoked and forgotten. The \
                credentials in clouds.yaml or in the environment stay: the next command logs in \
                again.\n\n\
                ```sh\n\
                ik auth logout\n\
                ```",
        calls: true,
        declare: |command| command,
        run: logout,
    },
];

fn logout(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    run::until_interrupted(talk, async {
        let (cloud, _serving) = run::cloud(matches).await?;
        talk.say(if cloud.log_out().await? {
            "auth logout: the token is revoked and forgotten"
        } else {
            "auth logout: no token was kept"
        });
        Ok(0)
    })
}
