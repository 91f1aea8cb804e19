//! Steps of a check: each is run and timed; the first that fails ends the check.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// One step.
pub(crate) struct Step {
    name: &'static str,
    work: Work,
    env: Option<(&'static str, &'static str)>,
}

enum Work {
    Own(fn() -> Result<()>),
    Command(&'static str, &'static [&'static str]),
}

impl Step {
    /// A check of our own.
    pub(crate) const fn own(name: &'static str, check: fn() -> Result<()>) -> Self {
        Self { name, work: Work::Own(check), env: None }
    }

    /// A program that must succeed.
    pub(crate) const fn command(
        name: &'static str,
        program: &'static str,
        args: &'static [&'static str],
    ) -> Self {
        Self { name, work: Work::Command(program, args), env: None }
    }

    /// The same with an environment variable.
    pub(crate) const fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.env = Some((name, value));
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
            Work::Command(program, args) => command_with(program, args, step.env),
        }
        .with_context(|| format!("{} failed", step.name))?;
        println!("   {} s", start.elapsed().as_secs());
    }
    Ok(())
}

/// Runs a program that must succeed.
pub(crate) fn command(program: &str, args: &[&str]) -> Result<()> {
    command_with(program, args, None)
}

fn command_with(program: &str, args: &[&str], env: Option<(&str, &str)>) -> Result<()> {
    let mut command = Command::new(program);
    command.args(args).envs(env);
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
