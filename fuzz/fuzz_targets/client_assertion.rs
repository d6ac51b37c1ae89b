//! `kobling::fuzz::client_assertion`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kobling::fuzz::client_assertion(data));
