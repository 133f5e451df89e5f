//! Secrets are gone from this process's memory when nobody holds them any more.
//!
//! A program of its own: other tests would have memory of their own to look through.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test that panics has failed")]

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use palabre_model::Vendor;
use palabre_transport::{Account, Credentials, Scheme, Session, Spec, VendorError};

/// The secret from back to front: so the program itself does not hold it.
const DRAWKCAB: &[u8] = b"1174-yek-elbakatsimnu-fo-yromem-eht";

static SPEC: Spec = Spec {
    vendor: Vendor::MsgFlash,
    title: "Things",
    version: "1",
    base_url: "https://things.example",
    schemes: &[Scheme {
        name: "Key",
        header: "authorization",
        prefix: "Bearer ",
        credential: "api_key",
    }],
    operations: &[],
    logical_failure: None,
    secrets: &[],
    rate_limit: None,
};

/// How often the secret is in the memory that this process may write to.
fn found() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the maps");
    let memory = File::open("/proc/self/mem").expect("the memory");
    let mut count = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) = line
            .split_once(' ')
            .and_then(|(range, _)| range.split_once('-'))
            .expect("a range");
        let [start, end] = [start, end].map(|text| u64::from_str_radix(text, 16).expect("hex"));
        let mut bytes = vec![0; usize::try_from(end - start).expect("a size")];
        // Some of it is there in name only.
        if memory.read_exact_at(&mut bytes, start).is_err() {
            continue;
        }
        let windows = bytes.windows(DRAWKCAB.len());
        count += windows
            .filter(|window| window.iter().eq(DRAWKCAB.iter().rev()))
            .count();
        // What was looked through must not be found again in memory that is used anew.
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
    count
}

fn secret() -> String {
    let secret: Vec<u8> = DRAWKCAB.iter().rev().copied().collect();
    String::from_utf8(secret).expect("a text")
}

#[test]
fn a_client_that_is_dropped_leaves_no_credential_behind() {
    assert_eq!(found(), 0, "before");
    let mut builder = Account::builder(&SPEC, |_| VendorError::default());
    builder.credentials = Credentials::default().with("api_key", secret());
    let copies = builder.credentials.clone();
    let account = Arc::new(builder.build().expect("an account"));
    let session = Session::new(account.clone()).expect("a session");
    assert!(found() >= 3, "the credential, its copy and the header");

    drop((session, account));
    assert_eq!(found(), 1, "the copy");
    drop(copies);
    assert_eq!(found(), 0, "all were wiped");
}
