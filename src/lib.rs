//! Generated clients for four WhatsApp messaging vendors.
//!
//! Each module is written by `build.rs` from `specs/<vendor>.yaml`: wire types, methods, tables.
//! People use the facade, the crate `palabre`; these modules are its raw material.

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
