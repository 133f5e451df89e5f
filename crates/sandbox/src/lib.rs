//! A local server that speaks like four WhatsApp messaging vendors.
//!
//! It stands in for ReachFlow, MsgFlash, 99digital and WapiFlow: their paths, headers, bodies,
//! envelopes, status codes and errors, over one state that remembers what it is told. It
//! listens on loopback only and shares no code with palabre's clients; the specs of the
//! vendors are the referee between the two.
//!
//! ```
//! use palabre_sandbox::{Config, Sandbox};
//!
//! let sandbox = Sandbox::start(Config { seed: 7, ..Config::default() })?;
//! assert!(sandbox.base_url("msgflash").is_some_and(|url| url.ends_with("/msgflash")));
//! sandbox.stop();
//! # Ok::<(), palabre_sandbox::Error>(())
//! ```
//!
//! # Control
//!
//! What the methods of [`Sandbox`] do is also there over HTTP, without credentials:
//!
//! | endpoint | does |
//! | --- | --- |
//! | `GET /_sandbox` | address, base URLs and credentials |
//! | `GET`, `DELETE /_sandbox/journal` | the requests received ([`JournalEntry`]) |
//! | `GET /_sandbox/sent` | the messages among them ([`SentMessage`]) |
//! | `GET`, `PUT /_sandbox/clock` | `{"now": "2026-11-22T10:00:00Z"}`, `{"offset_seconds": 60}` or `{"real": true}` |
//! | `GET`, `POST`, `DELETE /_sandbox/faults` | faults to come ([`Fault`]) |
//! | `GET`, `PUT /_sandbox/settings` | vendor behaviour ([`Settings`]); fields not given keep their value |
//! | `POST /_sandbox/reset` | everything as at the start |
//!
//! # Faults
//!
//! A fault in JSON: `vendor` and `operation` (both optional) say which requests it matches,
//! `after` how many of them pass first, `times` to how many it happens (1 when not given, null
//! for all), `delay_ms` how long the answer takes. What happens is one of
//!
//! | field | what happens |
//! | --- | --- |
//! | `status`, with `headers` and `body` | that is answered instead |
//! | `"close": "before"` | the connection is closed, nothing was read or done |
//! | `"close": "after"` | the request has its effect, then the connection is closed |
//! | `truncate` | the answer ends after so many bytes of its body |
//! | `"replace": {"pointer", "value"}` | one value of the usual answer is another |

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that panics has failed")
)]

mod access;
mod call;
mod clock;
mod control;
mod credentials;
mod dialects;
mod exchange;
mod fault_json;
mod faults;
mod form;
mod ids;
mod inbox;
mod journal;
mod records;
mod sandbox;
mod seed;
mod sent;
mod server;
mod settings;
mod state;
mod statistics;
mod vendor;

pub use credentials::{ClientPair, Credentials, MsgFlashKey};
pub use faults::{Fault, FaultEffect};
pub use journal::JournalEntry;
pub use sandbox::{Config, Error, Sandbox};
pub use sent::SentMessage;
pub use settings::Settings;
pub use vendor::Vendor;
