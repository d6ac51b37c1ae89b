//! `kobling_eid::fuzz::discovery_document`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kobling_eid::fuzz::discovery_document(data));
