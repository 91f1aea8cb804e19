//! Steps of a check: each is run and timed; the first that fails ends the check.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// One step.
pub(crate) struct Step {
    name: &'static str,
    work: Work,
    env: Vec<(&'static str, String)>,
}

/// What makes cargo compile our own crates by Clippy's driver, warnings as errors. The second is how
/// `cargo clippy` hands on what stands after its `--`.
const LINTED: [(&str, &str); 2] = [
    ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver"),
    ("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__"),
];

enum Work {
    Own(fn() -> Result<()>),
    Command(&'static str, &'static [&'static str]),
}

impl Step {
    /// A check of our own.
    pub(crate) fn own(name: &'static str, check: fn() -> Result<()>) -> Self {
        Self { name, work: Work::Own(check), env: Vec::new() }
    }

    /// A program that must succeed.
    pub(crate) fn command(
        name: &'static str,
        program: &'static str,
        args: &'static [&'static str],
    ) -> Self {
        Self { name, work: Work::Command(program, args), env: Vec::new() }
    }

    /// Cargo, whose compiling of our own crates lints them too. All such steps share one build.
    pub(crate) fn cargo(name: &'static str, args: &'static [&'static str]) -> Self {
        let step = Self::command(name, "cargo", args);
        LINTED.iter().fold(step, |step, (name, value)| step.with(name, value))
    }

    /// The same with an environment variable.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.env.push((name, value.to_owned()));
        self
    }
}

/// Runs the steps in order.
pub(crate) fn run(steps: &[Step]) -> Result<()> {
    for step in steps {
        println!("== {}", step.name);
        let start = Instant::now();
        match step.work {
            Work::Own(check) => check(),
            Work::Command(program, args) => command_with(program, args, &step.env),
        }
        .with_context(|| format!("{} failed", step.name))?;
        println!("   {} s", start.elapsed().as_secs());
    }
    Ok(())
}

/// Runs steps in order beside what the caller does; their output is kept together.
pub(crate) fn beside(steps: Vec<Step>) -> std::thread::JoinHandle<Result<String>> {
    std::thread::spawn(move || {
        let mut said = String::new();
        for step in &steps {
            let start = Instant::now();
            let text = match step.work {
                Work::Own(check) => check().map(|()| String::new()),
                Work::Command(program, args) => captured(program, args, &step.env),
            };
            let text = text.with_context(|| format!("{} failed", step.name))?;
            let _ = write!(said, "== {}\n{text}   {} s\n", step.name, start.elapsed().as_secs());
        }
        Ok(said)
    })
}

/// What a program says on both channels; with its words when it fails.
fn captured(program: &str, args: &[&str], env: &[(&str, String)]) -> Result<String> {
    let mut command = Command::new(program);
    command.args(args).envs(env.iter().map(|(name, value)| (name, value)));
    let output = command.output().with_context(|| format!("{program} cannot be started"))?;
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    bail!("{said}\n{program} {}: {}", args.join(" "), output.status)
}

/// Runs a program that must succeed.
pub(crate) fn command(program: &str, args: &[&str]) -> Result<()> {
    command_with(program, args, &[])
}

fn command_with(program: &str, args: &[&str], env: &[(&str, String)]) -> Result<()> {
    let mut command = Command::new(program);
    command.args(args).envs(env.iter().map(|(name, value)| (name, value)));
    let status = command.status().with_context(|| format!("{program} cannot be started"))?;
    if status.success() { Ok(()) } else { bail!("{program} {}: {status}", args.join(" ")) }
}

/// What a program that must succeed prints.
pub(crate) fn output(program: &str, args: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(args)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{program} cannot be started"))?;
    if !output.status.success() {
        bail!("{program} {}: {}", args.join(" "), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Whether a program succeeds; what it prints does not matter.
pub(crate) fn quiet(program: &str, args: &[&str]) -> bool {
    let status =
        Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
