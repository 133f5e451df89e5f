//! The one transport of palabre: whatever reaches a vendor goes through here.
//!
//! The generated clients describe each vendor as data ([`Spec`], [`Operation`], [`Rule`]) and hand
//! every request to a [`Call`], which checks it, authenticates it, sends it, repeats it where a
//! repeat is harmless, and keeps what came back. Errors leave this crate finished: kind, vendor,
//! operation, status, outcome.

mod account;
mod body;
mod call;
mod clock;
mod connect;
mod credentials;
mod departure;
mod execute;
mod failure;
mod fill;
mod generic;
mod http;
mod idempotency;
mod keys;
mod limit;
pub mod observe;
mod operation;
mod patience;
mod proxy;
mod record;
mod rehearsal;
#[cfg(feature = "replay")]
mod replay;
mod retry;
mod rule;
mod sent;
mod token;
mod verdict;
mod watch;

pub use account::{Account, AccountBuilder, Options, Session};
pub use body::{Argument, FilePart, encode};
pub use call::{Call, is_segment};
pub use clock::VendorClock;
pub use credentials::Credentials;
pub use departure::Departure;
pub use http::{base_url as check_base_url, reach_loopback_only};
pub use keys::{KeySource, NumberKey};
pub use operation::{
    Body, BodyCredential, Effect, Location, LogicalFailure, Media, Operation, Parameter, RateLimit,
    Repeat, Scheme, Server, Spec,
};
pub use proxy::Proxy;
pub use record::{Answer, FailedAnswer, VendorError};
pub use rehearsal::{Rehearsal, Rehearsed};
pub use retry::RetryPolicy;
pub use rule::{Kind, Rule, Violation};
pub use token::{Token, TokenSource};

/// What every request says of itself: `palabre/VERSION`.
pub const USER_AGENT: &str = concat!("palabre/", env!("CARGO_PKG_VERSION"));
