//! Any answer of ReachFlow.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palabre::Vendor;

fuzz_target!(|input: &[u8]| {
    palabre_fuzz::one(Vendor::ReachFlow, input);
});
