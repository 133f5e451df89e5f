//! One typed client for WhatsApp messaging vendors: ReachFlow, MsgFlash, 99digital and WapiFlow.
//!
//! A [`Client`] is one account at one vendor; it has nouns, and each noun has verbs. What a vendor
//! cannot do is refused before anything is sent; [`Client::supports`] tells beforehand. A [`Fleet`]
//! is several accounts by name.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use palabre::{Client, Credentials, ListOptions, Vendor};
//!
//! // The sandbox stands in for a vendor: no account and no network are needed.
//! let sandbox = palabre_sandbox::Sandbox::start(Default::default())?;
//! let base_url = sandbox.base_url("msgflash").unwrap();
//! let api_key = &sandbox.credentials().to_json()["msgflash"]["api_key"];
//!
//! let client = Client::builder(Vendor::MsgFlash)
//!     .credentials(Credentials::default().with("api_key", api_key.as_str().unwrap()))
//!     .base_url(base_url)
//!     .build()?;
//! let mut contacts = client.contacts().list(ListOptions::default());
//! let page = contacts.next_page().await?.unwrap();
//! assert!(page.items.iter().all(|contact| contact.phone.is_some()));
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```

mod adapter;
mod at;
mod client;
#[cfg(feature = "config")]
pub mod config;
mod contacts;
mod conversations;
mod deleting;
mod fleet;
mod gateway;
mod groups;
#[cfg(feature = "ledger")]
pub mod ledger;
mod listing;
mod messages;
mod numbers;
mod otp;
mod outgoing;
mod progress;
mod schema;
mod sender;
mod sign_in;
mod slices;
mod stats;
#[cfg(feature = "arrow")]
pub mod table;
mod templates;
mod vendors;
mod webhooks;

pub use client::{
    Client, ClientBuilder, contents, is_write, note, spec, support, support_with, who_can,
};
#[cfg(feature = "config")]
pub use config::{AccountSettings, Finding, Setting};
pub use contacts::{ContactChanges, Contacts, NewContact};
pub use conversations::Conversations;
pub use fleet::{Fleet, Gathered};
pub use groups::{GroupChanges, Groups, NewGroup};
#[cfg(feature = "ledger")]
pub use ledger::{LedgerRow, PlannedRow};
pub use listing::{ListOptions, Listing};
pub use messages::{MessageFilter, Messages};
pub use numbers::Numbers;
pub use otp::{NewOtp, Otp};
pub use outgoing::{
    Location, Media, NewBulk, NewMessage, NewTemplateMessage, Outgoing, Recipient, Variables,
};
pub use progress::{Progress, Tell};
pub use schema::{schema, schema_names};
pub use stats::{MonthRange, Stats};
pub use templates::Templates;
pub use webhooks::verify_webhook;

pub use palabre_model::*;
pub use palabre_transport::observe;
pub use palabre_transport::{
    Account, Argument, Credentials, Effect, FilePart, Kind, Operation, Options, Proxy, RateLimit,
    Rehearsal, Rehearsed, Repeat, RetryPolicy, Rule, Session, Spec, reach_loopback_only,
};
pub use secrecy::{ExposeSecret, SecretString};

/// The examples in the documentation, so that they are compiled and run with the others.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/rust.md")]
struct Documentation;
