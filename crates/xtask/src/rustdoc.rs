//! This program as cargo's `rustdoc`.
//!
//! `cargo doc` would first check every dependency anew (3 minutes of a first run), though all are built.
//! `cargo test --doc` calls rustdoc with the built ones: so this takes its call, writes the documentation
//! with warnings as errors, and then runs the examples as asked. Programs have no such call: their
//! documentation is not checked.

use std::process::{Command, ExitCode};

/// The variable that makes this program act as rustdoc.
pub(crate) const ACT_AS: &str = "SANDAN_XTASK_RUSTDOC";

/// Options of a run of examples, which writing does not know, and whether a value follows.
const OF_EXAMPLES: [(&str, bool); 5] = [
    ("--test", false),
    ("--test-run-directory", true),
    ("--test-args", true),
    ("--no-run", false),
    ("--nocapture", false),
];

/// Serves one call of cargo.
pub(crate) fn act_as(arguments: &[String]) -> ExitCode {
    // The readers are colleagues: private items are documented too.
    let strict = ["-Dwarnings", "-Arustdoc::private_intra_doc_links", "--document-private-items"];
    let writes = arguments.iter().any(|argument| argument == "--test");
    let mut write = writing(arguments);
    write.extend(strict.map(String::from));
    if writes && !succeeds(&write) {
        return ExitCode::FAILURE;
    }
    if succeeds(arguments) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn writing(arguments: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match OF_EXAMPLES.iter().find(|(name, _)| name == argument) {
            Some((_, true)) => drop(rest.next()),
            Some((_, false)) => {}
            None => kept.push(argument.clone()),
        }
    }
    kept.push("--out-dir=target/doc".to_owned());
    kept
}

fn succeeds(arguments: &[String]) -> bool {
    Command::new("rustdoc").args(arguments).status().is_ok_and(|status| status.success())
}
