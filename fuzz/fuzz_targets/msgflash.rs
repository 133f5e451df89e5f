//! Any answer of MsgFlash.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palabre::Vendor;

fuzz_target!(|input: &[u8]| {
    palabre_fuzz::one(Vendor::MsgFlash, input);
});
