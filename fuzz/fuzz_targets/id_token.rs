//! `kobling_eid::fuzz::id_token`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kobling_eid::fuzz::id_token(data));
