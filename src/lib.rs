//! Generated clients for four WhatsApp messaging vendors.
//!
//! Each module is written by `build.rs` from `specs/<vendor>.yaml`: wire types, methods, tables.
//! People use the facade, the crate `palabre`; these modules are its raw material.
//!
//! The errors that a spec documents are typed as well. A body that is not as documented is none:
//!
//! ```
//! use palabre_clients::msgflash::errors::CreateContactError;
//!
//! let body = br#"{"error": {"code": "CONFLICT", "message": "It exists"}}"#;
//! let Some(CreateContactError::Status409(error)) = CreateContactError::decode(409, body) else {
//!     panic!("not as documented");
//! };
//! let code = error.error.and_then(|error| error.code).map(|code| code.0);
//! assert_eq!(code.as_deref(), Some("CONFLICT"));
//! assert!(CreateContactError::decode(409, b"<html>").is_none());
//! ```

mod open;
pub mod scalar;

macro_rules! vendor {
    ($(#[$attribute:meta])* $module:ident) => {
        $(#[$attribute])*
        #[allow(
            clippy::all,
            clippy::pedantic,
            clippy::expect_used,
            clippy::unwrap_used,
            dead_code,
            missing_docs,
            rustdoc::all,
            unused_imports,
            unused_mut
        )]
        pub mod $module {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($module), ".rs"));
        }
    };
}

vendor! {
    /// ReachFlow.
    reachflow
}
vendor! {
    /// MsgFlash.
    msgflash
}
vendor! {
    /// 99digital.
    ninetynine_digital
}
vendor! {
    /// WapiFlow.
    wapiflow
}
vendor! {
    /// A vendor that does not exist, with everything that the generator can do.
    #[cfg(test)]
    kitchen_sink
}

#[cfg(test)]
mod tests;
