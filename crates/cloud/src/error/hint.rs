//! What to do next where nobody closer to the cause has said it.

use super::{Error, Fields, Kind, Processed};

impl Error {
    /// What helps with most failures of this kind, where nothing closer to the cause says more.
    pub(super) fn usual_hint(&self) -> Option<&'static str> {
        let Fields { kind, processed, status, request_id, service, .. } = &*self.0;
        Some(match (kind, processed) {
            (Kind::Transport | Kind::Unavailable | Kind::TimedOut, Processed::Maybe) => {
                "it may have been done all the same: look before trying again"
            }
            (Kind::Transport | Kind::Unavailable | Kind::TimedOut, Processed::Yes) => {
                "the work goes on in the cloud: look at it again later"
            }
            (Kind::Transport, _) => "the service may be down, or this machine cannot reach it",
            (Kind::Unavailable | Kind::TimedOut, _) => {
                "the service is slow or in trouble; allow more time, or try again later"
            }
            (Kind::Denied, _) => {
                "the roles in this project, or the application credential, do not allow it"
            }
            (Kind::Quota, _) => match *service {
                Some("network") => {
                    "`ik network quota list` tells what is in use; delete what is not needed, or \
                     ask for a higher quota"
                }
                Some("block-storage") => {
                    "`ik volume quota list` tells what is in use; delete what is not needed, or \
                     ask for a higher quota"
                }
                _ => "delete what is not needed, or ask for a higher quota",
            },
            (Kind::RateLimited, _) => "wait, or send fewer requests at once",
            (Kind::Unauthenticated, _) => {
                "the cloud took the login and then refused its token; log in again"
            }
            (Kind::Config, _) if *status == Some(407) => {
                "the proxy wants to know who asks: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
            }
            // Where a service's words are all that is known.
            (Kind::NotFound, _) if status.is_some() => {
                "names are case-sensitive, and other projects and regions have their own"
            }
            (Kind::Conflict, _) if status.is_some() => {
                "look at it first: it may be there already, in use, or busy for a moment"
            }
            (Kind::Failed, _) if request_id.is_some() => {
                "the service failed inside; its operator finds the request by its id"
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_hint_knows_whether_it_may_have_been_done() {
        let hint = |processed| {
            let error = Error::new(Kind::Transport, "x").with_processed(processed);
            error.hint().unwrap().to_string()
        };
        assert!(hint(Processed::No).contains("cannot reach"));
        assert!(hint(Processed::Maybe).contains("look before"));
        assert!(hint(Processed::Yes).contains("goes on"));
        // What the library says by itself it has to explain by itself.
        assert_eq!(Error::new(Kind::NotFound, "x").hint(), None);
    }
}
