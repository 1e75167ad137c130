//! Exit codes, one per kind of failure. docs/command-line.md documents them.

use infomaniak_cloud::Kind;

/// The command line itself was wrong.
pub(crate) const USAGE: u8 = 2;
/// The result could not be written (`EX_IOERR` of sysexits.h).
pub(crate) const OUTPUT: u8 = 74;
/// A person said no, or stopped the program.
pub(crate) const INTERRUPTED: u8 = 130;

/// The exit code for a failure of this kind.
pub(crate) fn code(kind: Kind) -> u8 {
    match kind {
        Kind::Invalid => USAGE,
        Kind::NotFound => 3,
        Kind::Ambiguous => 4,
        Kind::Conflict => 5,
        Kind::Denied => 6,
        Kind::Unauthenticated => 7,
        Kind::Config => 8,
        Kind::Quota => 9,
        Kind::RateLimited => 10,
        Kind::Unavailable => 11,
        Kind::TimedOut => 12,
        Kind::Unsupported => 13,
        Kind::Transport => 14,
        // Failed, Decode, and kinds that a later library adds.
        _ => 1,
    }
}
