//! Watches over the processes that feed targets: what ends one is an input to keep.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant as Tick};

use anyhow::{Context as _, Result};

use crate::{Target, corpus, harness};

/// Address space of a process: an allocation beyond it aborts.
const MEMORY_KIB: u64 = 4 << 20;
/// One input may take this long; no decoder needs a tenth of it.
const HANG: Duration = Duration::from_secs(10);
/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// Findings of one target after which it is left.
const FINDINGS_MAX: u64 = 5;

/// Feeds one target for `time`; answers where the inputs lie that ended it.
pub fn supervise(target: &Target, time: Duration, seed: u64) -> Result<Vec<PathBuf>> {
    let folder = std::env::temp_dir();
    let now_file = folder.join(format!("sandan-fuzz-{}-{}", target.name, std::process::id()));
    let begin = Tick::now();
    let mut findings = Vec::new();
    for round in 0..FINDINGS_MAX {
        let left = time.saturating_sub(begin.elapsed());
        if left < LOOK {
            break;
        }
        let mut child = start(target, left, seed + round, &now_file)?;
        let Some(how) = watch(&mut child, &now_file)? else { break };
        let (_, input) = harness::noted(&now_file).context("no input was noted")?;
        let path = corpus::keep(&corpus::findings(target.name), &input)?;
        println!("{}: {how}; the input is {}", target.name, path.display());
        findings.push(path);
    }
    let _ = std::fs::remove_file(&now_file);
    Ok(findings)
}

fn start(target: &Target, time: Duration, seed: u64, now_file: &Path) -> Result<Child> {
    let limited = format!("ulimit -v {MEMORY_KIB} && ulimit -c 0 && exec \"$0\" \"$@\"");
    let (seconds, seed) = (time.as_secs().max(1).to_string(), seed.to_string());
    let mut command = Command::new("sh");
    command.args(["-c", &limited]).arg(std::env::current_exe()?);
    command.args(["work", target.name, &seconds, &seed]).arg(now_file);
    command.spawn().context("the process cannot be started")
}

/// How a process ended that did not end well.
fn watch(child: &mut Child, now_file: &Path) -> Result<Option<String>> {
    let (mut last, mut since) = (0, Tick::now());
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((!status.success()).then(|| words(status)));
        }
        let number = harness::noted(now_file).map_or(0, |(number, _)| number);
        if number != last {
            (last, since) = (number, Tick::now());
        } else if since.elapsed() > HANG {
            child.kill()?;
            child.wait()?;
            return Ok(Some(format!("one input took more than {} s", HANG.as_secs())));
        }
        std::thread::sleep(LOOK);
    }
}

fn words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match status.signal() {
        Some(signal) => format!("ended by signal {signal} (6 abort, 11 stack)"),
        None => format!("ended with {status}: a panic"),
    }
}
