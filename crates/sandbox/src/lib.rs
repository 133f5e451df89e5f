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
//! | `GET`, `POST`, `DELETE /_sandbox/faults` | faults to come ([`Fault`]); `DELETE` ends chaos too |
//! | `GET`, `PUT`, `DELETE /_sandbox/chaos` | a random mix of faults ([`Chaos`]) |
//! | `GET`, `PUT /_sandbox/settings` | vendor behaviour ([`Settings`]); fields not given keep their value |
//! | `POST /_sandbox/reset` | everything as at the start |
//!
//! # Faults
//!
//! A fault in JSON: `vendor` and `operation` (both optional) say which requests it matches,
//! `after` how many of them pass first, `times` to how many it happens (1 when not given, null
//! for all). The other fields say what goes wrong, each one thing, and they go together:
//!
//! | field | what goes wrong |
//! | --- | --- |
//! | `status`, with `headers` and `body` | that is answered instead, and nothing is done |
//! | `perform` | with `status`: the request has its effect all the same |
//! | `again` | the operation's last answer is given again, and nothing is done |
//! | `"replace": {"pointer", "value"}` | values of the answer are others; `*` and `**` for many |
//! | `pad` | the body is made that long with white space |
//! | `gzip` | the body is compressed, asked for or not |
//! | `length_off_by` | more or fewer bytes are announced than come |
//! | `endless` | the body never ends |
//! | `delay_ms`, `drip_ms` | the answer comes late; its bytes come one by one, so far apart |
//! | `truncate`, `cut` | the answer ends after so many bytes of its body; of head and body |
//! | `"close": "before"`, `"after"` | no answer, before anything is done or after the effect |
//! | `"end": "close"`, `"reset"`, `"hold"` | how the connection ends: in order, by a reset, never |
//! | `clock_seconds` | the sandbox's clock jumps |
//!
//! A request can bring its own fault, in the header `X-Sandbox-Fault`.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that panics has failed")
)]

mod access;
mod call;
mod chats;
mod clock;
mod control;
mod credentials;
mod dialects;
mod exchange;
mod faults;
mod form;
mod ids;
mod inbox;
mod journal;
mod outbox;
mod records;
mod sandbox;
mod seed;
mod sent;
mod server;
mod settings;
mod state;
mod statistics;
mod vendor;
mod webhook;
mod wire;

pub use credentials::{ClientPair, Credentials, MsgFlashKey};
pub use faults::{Chaos, Close, End, Fault, Replace};
pub use journal::JournalEntry;
pub use sandbox::{Config, Error, Sandbox};
pub use sent::SentMessage;
pub use settings::Settings;
pub use vendor::Vendor;
pub use webhook::Delivery;
