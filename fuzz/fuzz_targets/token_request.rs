//! `kobling::fuzz::token_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kobling::fuzz::token_request(data));
