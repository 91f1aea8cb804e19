//! `sandan-fuzz [--seconds N] [--target T] [--seed S]`: every target for so long, or one.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A command line talks to its caller.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fuzz::{TARGETS, Target, harness, supervise};

/// How long a target is fed when nothing else is said.
const SECONDS_DEFAULT: u64 = 30;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("work") => work(&arguments[1..]),
        _ => all(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("sandan-fuzz: {error:#}");
        ExitCode::FAILURE
    })
}

fn all(arguments: &[String]) -> Result<ExitCode> {
    let (mut seconds, mut seed, mut only) = (SECONDS_DEFAULT, 1, None);
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--seconds" => seconds = value.parse()?,
            [name, value] if name == "--seed" => seed = value.parse()?,
            [name, value] if name == "--target" => only = Some(target(value)?),
            _ => bail!("use: sandan-fuzz [--seconds N] [--target T] [--seed S]"),
        }
    }
    let mut findings = 0;
    for target in TARGETS.iter().filter(|t| only.is_none_or(|only| only.name == t.name)) {
        findings += supervise::supervise(target, Duration::from_secs(seconds), seed)?.len();
    }
    println!("{findings} findings");
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn target(name: &str) -> Result<&'static Target> {
    let names = || TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
    let found = TARGETS.iter().find(|target| target.name == name);
    found.with_context(|| format!("no target is named '{name}': use one of {}", names()))
}

fn work(arguments: &[String]) -> Result<ExitCode> {
    let [name, seconds, seed, now_file] = arguments else {
        bail!("work is started by sandan-fuzz itself");
    };
    let (target, time) = (target(name)?, Duration::from_secs(seconds.parse()?));
    let tally = harness::work(target, time, seed.parse()?, Path::new(now_file))?;
    println!(
        "{name}: {} inputs in {seconds} s, seed {seed}; {} signatures, slowest {} ms",
        tally.inputs,
        tally.signatures,
        tally.slowest.as_millis()
    );
    Ok(ExitCode::SUCCESS)
}
