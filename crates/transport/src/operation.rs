//! A vendor's spec as data: the generator writes one [`Spec`] for each vendor.

use std::time::Duration;

use palabre_model::Vendor;

use crate::Rule;

/// Everything that the transport has to know of a vendor.
#[derive(Debug)]
pub struct Spec {
    /// The vendor.
    pub vendor: Vendor,
    /// The spec's title.
    pub title: &'static str,
    /// The spec's version.
    pub version: &'static str,
    /// The default address, without a slash at the end.
    pub base_url: &'static str,
    /// How requests are authenticated.
    pub schemes: &'static [Scheme],
    /// Every operation.
    pub operations: &'static [Operation],
    /// How an answer says that it failed although its status is good.
    pub logical_failure: Option<LogicalFailure>,
    /// Property names that hold secrets.
    pub secrets: &'static [&'static str],
    /// How many requests one key may make, if the vendor says so.
    pub rate_limit: Option<RateLimit>,
}

/// So many requests in so long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// How many.
    pub requests: u32,
    /// In what time.
    pub period: Duration,
}

impl Spec {
    /// Finds an operation by its identifier.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// One header that authenticates.
#[derive(Debug)]
pub struct Scheme {
    /// The scheme's name in the spec.
    pub name: &'static str,
    /// The header.
    pub header: &'static str,
    /// What stands before the secret in the header.
    pub prefix: &'static str,
    /// The keyword under which a client takes the secret.
    pub credential: &'static str,
}

/// What a request does at the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes something.
    Write,
    /// Reaches a person.
    Send,
}

/// What the vendor makes of a request that arrives twice; decides whether it may be sent again when
/// nobody knows whether it was carried out.
///
/// Whatever it is, a request of which no byte left may be sent again, and so may one that the vendor
/// refused for the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is as good as once.
    Freely,
    /// Twice is as good as once under the same key, which goes into this header.
    WithKey(&'static str),
    /// Twice does it twice.
    Never,
}

/// One operation of a spec.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`.
    pub id: &'static str,
    /// The HTTP method, upper case.
    pub method: &'static str,
    /// The path template, `/contacts/{id}`.
    pub path: &'static str,
    /// The facade's noun.
    pub tag: &'static str,
    /// One line of what it does.
    pub summary: &'static str,
    /// What it does at the vendor.
    pub effect: Effect,
    /// Whether it may arrive twice.
    pub repeat: Repeat,
    /// The schemes that authenticate it; all of those are sent for which there is a credential.
    pub schemes: &'static [&'static str],
    /// Its own address, where it has one.
    pub server: Option<Server>,
    /// What is filled into its body.
    pub body_credentials: &'static [BodyCredential],
    /// Path, query and header parameters.
    pub parameters: &'static [Parameter],
    /// The request body.
    pub body: Option<Body>,
    /// Where a good answer to a write has what only the vendor can have given it: a JSON pointer.
    pub proof: Option<&'static str>,
}

impl Operation {
    /// Finds a parameter.
    pub(crate) fn parameter(&self, location: Location, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|known| match location {
            // Names of headers are written as one likes.
            Location::Header => known.location == location && known.name.eq_ignore_ascii_case(name),
            _ => known.location == location && known.name == name,
        })
    }
}

/// An address of some operations, beside that of the others.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// The address, without a slash at the end, for accounts at the spec's own address.
    pub url: &'static str,
    /// Where it is beside the address of another account, `../v2`: a sandbox, a proxy.
    pub relative: &'static str,
}

/// A property of a body that is filled in from what the client was made with.
#[derive(Clone, Copy, Debug)]
pub struct BodyCredential {
    /// The property.
    pub property: &'static str,
    /// The keyword under which a client takes it.
    pub credential: &'static str,
    /// Whether it is a secret; what is none may also be given by the caller.
    pub is_secret: bool,
}

/// One parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it goes.
    pub location: Location,
    /// Whether it must be given.
    pub required: bool,
    /// What it may be.
    pub rule: Rule,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// Into the path template.
    Path,
    /// Behind the question mark.
    Query,
    /// Into a header.
    Header,
}

/// A request body.
#[derive(Debug)]
pub struct Body {
    /// How it is written.
    pub media: Media,
    /// Whether it must be given.
    pub required: bool,
    /// What it may be.
    pub rule: Rule,
}

/// How a request body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`.
    Json,
    /// `multipart/form-data`.
    Multipart,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// How an answer with a good status says that it failed.
#[derive(Clone, Copy, Debug)]
pub struct LogicalFailure {
    /// The property that tells.
    pub field: &'static str,
    /// Its good values, compared without case.
    pub success: &'static [&'static str],
    /// The values that say that nothing was done. Another value says nothing about a write.
    pub failure: &'static [&'static str],
    /// Whether the answer to a read is none without it. The answer to a write never is one.
    pub required: bool,
}
