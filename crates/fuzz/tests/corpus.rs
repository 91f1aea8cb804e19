//! What fuzzing kept and what it found stays survived.

#![allow(clippy::print_stdout)] // The input that ends the test is worth reading.

use fuzz::{TARGETS, corpus};

#[test]
fn every_input_of_the_corpus_is_survived() {
    for target in TARGETS {
        let inputs = corpus::load(target.name).expect("every target has a folder of inputs");
        assert!(!inputs.is_empty(), "{} has no input", target.name);
        assert!(inputs.len() <= corpus::INPUTS_MAX, "{} has too many inputs", target.name);
        for (path, input) in inputs {
            assert!(input.len() <= corpus::KEPT_BYTES_MAX, "{} is too long", path.display());
            println!("{}", path.display());
            (target.run)(&input);
        }
    }
}

#[test]
fn every_target_has_a_program_for_cargo_fuzz() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz");
    let manifest = std::fs::read_to_string(format!("{folder}/Cargo.toml")).expect("it is there");
    for target in TARGETS {
        let name = target.name;
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is in no manifest");
        let program = std::fs::read_to_string(format!("{folder}/fuzz_targets/{name}.rs"));
        let program = program.unwrap_or_else(|_| panic!("{name} has no program"));
        assert!(program.contains(&format!("\"{name}\"")), "{name} runs another target");
    }
}
