//! The vendors' dialects: how each one says on the wire what the state machine does.
//!
//! A dialect is data: a table of routes, who is let in, and what is said about a path or a
//! method that it does not know.

mod msgflash;
mod ninetynine_digital;
mod reachflow;
mod wapiflow;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::call::{Answer, Call, Desk, Reply};
use crate::{SentMessage, Vendor};

/// One vendor's manner of speaking.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(crate) vendor: Vendor,
    /// Every path under which it is spoken, the documented one first.
    prefixes: &'static [&'static str],
    routes: &'static [Route],
    /// Checks credentials and limits before a route is answered.
    admit: fn(&mut Desk<'_>, &Call) -> Result<(), Answer>,
    /// Answers what no route matches.
    unrouted: fn(&Call, Missing) -> Answer,
    /// The messages that a request asks to send.
    pub(crate) messages: fn(&Call) -> Vec<SentMessage>,
}

/// An operation with its place.
#[derive(Debug)]
pub(crate) struct Route {
    operation: &'static str,
    method: Method,
    path: &'static str,
    answer: fn(&mut Desk<'_>, &Call) -> Reply,
}

/// What a request lacks to match a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Path,
    Method,
}

/// The route of a request with the parameters of its path.
pub(crate) type Matched = Result<(&'static Route, Vec<(&'static str, String)>), Missing>;

static DIALECTS: [Dialect; 5] = [
    reachflow::DIALECT,
    msgflash::DIALECT,
    ninetynine_digital::DIALECT,
    ninetynine_digital::number::DIALECT,
    wapiflow::DIALECT,
];

/// The dialect spoken at a path, with the prefix and the rest of the path.
pub(crate) fn find(path: &str) -> Option<(&'static Dialect, &'static str, &str)> {
    DIALECTS.iter().find_map(|dialect| {
        dialect.prefixes.iter().find_map(|prefix| {
            let rest = path.strip_prefix(prefix)?;
            (rest.is_empty() || rest.starts_with('/')).then_some((dialect, *prefix, rest))
        })
    })
}

/// The ids of a vendor's operations, as in its spec.
pub(crate) fn operations(vendor: Vendor) -> impl Iterator<Item = &'static str> {
    let dialects = DIALECTS.iter();
    let dialects = dialects.filter(move |dialect| dialect.vendor == vendor);
    let routes = dialects.flat_map(|dialect| dialect.routes);
    routes.map(|route| route.operation)
}

impl Dialect {
    /// The route for a method and a path below the prefix.
    ///
    /// Fixed segments win over parameters, in the order of the path: MsgFlash has both
    /// `/contacts/groups` and `/contacts/{id}`.
    pub(crate) fn route(&self, method: &Method, path: &str) -> Matched {
        let mut missing = Missing::Path;
        let mut best: Option<(&'static Route, Vec<(&'static str, String)>)> = None;
        for route in self.routes {
            let Some(parameters) = parameters(route.path, path) else {
                continue;
            };
            if route.method != *method {
                missing = Missing::Method;
            } else if best
                .as_ref()
                .is_none_or(|(_, found)| parameters.len() < found.len())
            {
                best = Some((route, parameters));
            }
        }
        best.ok_or(missing)
    }

    /// Answers a call; `route` is what [`Dialect::route`] found for it.
    pub(crate) fn answer(
        &self,
        desk: &mut Desk<'_>,
        route: Result<&'static Route, Missing>,
        call: &Call,
    ) -> Answer {
        let reply = match route {
            Ok(route) => (self.admit)(desk, call).and_then(|()| (route.answer)(desk, call)),
            Err(missing) => Err((self.unrouted)(call, missing)),
        };
        reply.unwrap_or_else(|refusal| refusal)
    }
}

impl Route {
    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }
}

/// A recipient as [`SentMessage`] has it.
fn international(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        digits
    } else {
        format!("+{digits}")
    }
}

const fn get(
    operation: &'static str,
    path: &'static str,
    answer: fn(&mut Desk<'_>, &Call) -> Reply,
) -> Route {
    Route {
        operation,
        method: Method::GET,
        path,
        answer,
    }
}

const fn post(
    operation: &'static str,
    path: &'static str,
    answer: fn(&mut Desk<'_>, &Call) -> Reply,
) -> Route {
    Route {
        operation,
        method: Method::POST,
        path,
        answer,
    }
}

const fn put(
    operation: &'static str,
    path: &'static str,
    answer: fn(&mut Desk<'_>, &Call) -> Reply,
) -> Route {
    Route {
        operation,
        method: Method::PUT,
        path,
        answer,
    }
}

const fn delete(
    operation: &'static str,
    path: &'static str,
    answer: fn(&mut Desk<'_>, &Call) -> Reply,
) -> Route {
    Route {
        operation,
        method: Method::DELETE,
        path,
        answer,
    }
}

/// The parameters of `path` where it fits `template`; a trailing slash is ignored.
fn parameters(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut found = Vec::new();
    let mut given = path.trim_end_matches('/').split('/');
    for expected in template.split('/') {
        let segment = given.next()?;
        let name = expected
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            Some(_) if segment.is_empty() => return None,
            Some(name) => {
                let value = percent_decode_str(segment).decode_utf8_lossy().into_owned();
                found.push((name, value));
            }
            None if segment == expected => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(method: Method, path: &str) -> Result<&'static str, Missing> {
        let (dialect, _, rest) = find(path).unwrap();
        dialect
            .route(&method, rest)
            .map(|(route, _)| route.operation)
    }

    #[test]
    fn every_vendor_is_spoken_at_its_documented_path() {
        for vendor in Vendor::ALL {
            let (dialect, prefix, rest) = find(vendor.base_path()).unwrap();
            assert_eq!((dialect.vendor, rest), (vendor, ""));
            assert_eq!(dialect.prefixes[0], prefix);
        }
    }

    #[test]
    fn every_vendor_has_its_operations_once() {
        let counts = Vendor::ALL.map(|vendor| operations(vendor).count());
        assert_eq!(counts, [8, 22, 11, 10]);
        let mut all: Vec<_> = Vendor::ALL
            .iter()
            .flat_map(|vendor| operations(*vendor).map(move |id| (vendor.id(), id)))
            .collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 51);
    }

    #[test]
    fn fixed_segments_win_over_parameters() {
        let contacts = "/msgflash/api/v1/contacts";
        assert_eq!(
            operation(Method::GET, &format!("{contacts}/groups")),
            Ok("list_contact_groups")
        );
        assert_eq!(
            operation(Method::GET, &format!("{contacts}/group")),
            Ok("get_contact")
        );
        let groups = operation(Method::GET, &format!("{contacts}/x/groups"));
        assert_eq!(groups, Ok("list_groups_of_contact"));
    }

    #[test]
    fn a_wrong_method_is_told_from_a_wrong_path() {
        assert_eq!(
            operation(Method::POST, "/reachflow/api/v1/providers"),
            Err(Missing::Method)
        );
        assert_eq!(
            operation(Method::GET, "/reachflow/api/v1/nothing"),
            Err(Missing::Path)
        );
        assert!(find("/reachflow/api/v10/providers").is_none());
    }

    #[test]
    fn parameters_are_decoded() {
        let found = parameters("/contact/update/{id}", "/contact/update/%7Bid%7D/").unwrap();
        assert_eq!(found, [("id", "{id}".to_owned())]);
        assert_eq!(parameters("/contact/update/{id}", "/contact/update/"), None);
    }
}
