//! Any answer of NinetyNineDigital.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palabre::Vendor;

fuzz_target!(|input: &[u8]| {
    palabre_fuzz::one(Vendor::NinetyNineDigital, input);
});
