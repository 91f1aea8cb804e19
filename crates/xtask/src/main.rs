//! Repository chores in Rust.
//!
//! `cargo xtask check` is green before every commit; `cargo xtask openapi` writes `openapi.json` and the
//! console's types anew after a change to the API; `cargo xtask fuzz` feeds every decoder of outside bytes.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A command line talks to its caller.

mod edges;
mod files;
mod purity;
mod rustdoc;
mod step;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use step::{Step, run};

/// Set by whoever runs `cargo xtask licences` after `cargo xtask check`.
const LICENCES_LATER: &str = "SANDAN_LICENCES_LATER";

fn main() -> ExitCode {
    if std::env::var_os(rustdoc::ACT_AS).is_some() {
        return rustdoc::act_as(&std::env::args().skip(1).collect::<Vec<_>>());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let outcome = std::env::set_current_dir(root).map_err(Into::into).and_then(|()| {
        match std::env::args().nth(1).as_deref() {
            Some("check") => check(),
            Some("openapi") => openapi(),
            Some("build") => run(&[build_step()]),
            Some("licences") => licences(),
            Some("fuzz") => fuzz(),
            _ => {
                bail!("use: cargo xtask check | build | licences | openapi | fuzz [--seconds N] [--target T]")
            }
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that must hold before a commit, the quick checks first.
fn check() -> Result<()> {
    let steps = [
        Step::own("crate edges", edges::check),
        Step::own("purity of rules", purity::check),
        Step::own("file sizes", files::check),
        Step::command("format", "cargo", &["fmt", "--all", "--check"]),
        build_step(),
        Step::own("openapi.json", openapi_is_current),
    ];
    // Tests wait for clocks and databases half of their time: the rest is checked beside them.
    let others = vec![
        Step::cargo("documentation and its examples", &["test", "--quiet", "--workspace", "--doc"])
            .with("RUSTDOC", &this_program()?)
            .with(rustdoc::ACT_AS, "1"),
        Step::command("console lint", "npm", &["--prefix", "web", "run", "--silent", "lint"]),
        Step::command("console types", "npm", &["--prefix", "web", "run", "--silent", "types"]),
        Step::command("console unit tests", "npm", &["--prefix", "web", "run", "--silent", "test"]),
    ];
    run(&steps)?;
    let others = step::beside(others);
    let tests = Step::cargo("tests", &["test", "--quiet", "--workspace", "--all-targets"]);
    run(&[tests])?;
    let said = others.join().map_err(|_| anyhow::anyhow!("a check panicked"))??;
    print!("{said}");
    // `./dev test` asks for them itself, once cargo-deny is installed.
    if std::env::var_os(LICENCES_LATER).is_some() { Ok(()) } else { licences() }
}

/// What may enter the dependency graph, and what is known against it.
fn licences() -> Result<()> {
    run(&[
        Step::command(
            "licences, bans, sources",
            "cargo",
            &["deny", "--log-level", "error", "check", "licenses", "bans", "sources"],
        ),
        Step::own("advisories", advisories),
    ])
}

/// Clippy compiles as well as it lints: one pass over the workspace, and none over the metadata of its 500
/// dependencies (3 minutes of a first run).
fn build_step() -> Step {
    Step::cargo("build and clippy", &["build", "--quiet", "--workspace", "--all-targets"])
}

/// Known vulnerabilities, where the database can be fetched; offline this says so and goes on.
fn advisories() -> Result<()> {
    let fetched = step::quiet("cargo", &["deny", "--log-level", "off", "fetch", "db"]);
    if !fetched {
        println!("  the advisory database cannot be reached: not checked");
        return Ok(());
    }
    step::command("cargo", &["deny", "--log-level", "error", "check", "advisories"])
}

fn this_program() -> Result<String> {
    Ok(std::env::current_exe()?.to_string_lossy().into_owned())
}

/// What the built program says of its API.
fn described() -> Result<String> {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    step::output(&format!("{target}/debug/sandan"), &["openapi"])
}

fn openapi_is_current() -> Result<()> {
    if std::fs::read_to_string("openapi.json").ok().as_deref() == Some(described()?.as_str()) {
        return Ok(());
    }
    bail!("openapi.json does not say what the code does: run 'cargo xtask openapi' and review it")
}

fn openapi() -> Result<()> {
    // The whole workspace, as everything else is built: one package alone would get other features
    // of the same dependencies, and compile them once more.
    step::command("cargo", &["build", "--quiet", "--workspace"])?;
    std::fs::write("openapi.json", described()?)?;
    step::command("npm", &["--prefix", "web", "run", "--silent", "api"])
}

/// Feeds every decoder of outside bytes (`crates/fuzz`), or one, for so many seconds each.
fn fuzz() -> Result<()> {
    step::command("cargo", &["build", "--quiet", "--workspace"])?;
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    step::command(&format!("{target}/debug/sandan-fuzz"), &arguments)
}
