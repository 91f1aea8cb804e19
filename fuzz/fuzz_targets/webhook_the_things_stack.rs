#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::run("webhook_the_things_stack", input));
