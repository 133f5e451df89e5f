//! The vocabulary of palabre: what a number, a contact or a conversation is, whatever the vendor calls it.
//!
//! This crate holds types and no input or output. The facade fills them, the Python binding shows
//! them, and [`Error`] is the one error that every part of palabre speaks.
//!
//! ```
//! use palabre_model::{Support, Vendor, Verb};
//!
//! let vendor: Vendor = "99digital".parse()?;
//! assert_eq!(vendor.name(), "99digital");
//! assert_eq!(Verb::ContactsDeleteMany.to_string(), "contacts.delete_many");
//! # Ok::<(), palabre_model::Error>(())
//! ```

mod capability;
mod contact;
mod content;
mod conversation;
mod error;
mod group;
mod mask;
mod message;
mod number;
mod otp;
mod page;
mod phone;
mod raw;
mod redact;
mod statistic;
mod status;
pub mod stored;
mod template;
mod time;
mod vendor;

pub use capability::{Support, Verb};
pub use contact::{Address, Contact, DeleteFailure, DeleteReport};
pub use content::{Content, Form, Taken};
pub use conversation::{Conversation, Note};
pub use error::{Error, ErrorKind, Outcome, Result};
pub use group::{AddReport, Group, RemoveReport};
pub use mask::mask_numbers;
pub use message::{BulkReport, Message, Rejection};
pub use number::{DayCounters, MonthCounters, Number};
pub use otp::{OtpCheck, SentOtp};
pub use page::Page;
pub use phone::{
    SplitPhone, doubtful_phone, international_digits, join_phone, mask_id, mask_phone,
    normalize_digits, normalize_phone, other_spellings, split_phone,
};
pub use raw::{Raw, Record, Shape};
pub use redact::{presentable, redact_secrets};
pub use statistic::{
    Completeness, DailyStatistic, MonthlyStatistic, Provenance, StatisticsTable, TimeZoneSource,
};
pub use status::{ConversationStatus, Direction, MessageStatus, NumberStatus, TemplateStatus};
pub use template::Template;
pub use time::{month_of, month_text, parse_month, parse_time};
pub use vendor::Vendor;
