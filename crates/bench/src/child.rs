//! A server of the bench's own: this same executable, on free ports and a folder of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

/// A running `sandan serve`; killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// Where its API answers.
    pub(crate) http: String,
    /// Where its broker listens: host and port.
    pub(crate) mqtt: (String, u16),
    /// A token that may send.
    pub(crate) token: String,
}

impl Server {
    /// Registers the devices of `seed` in `data`, starts a server there and waits until it listens.
    pub(crate) fn start(data: &Path, seed: &serde_json::Value) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data)?;
        let file = data.join("bench-seed.json");
        std::fs::File::create(&file)?.write_all(seed.to_string().as_bytes())?;
        once(data, &["migrate"])?;
        once(data, &["import", "seed", &file.display().to_string()])?;
        let token = once(data, &["token", "create", "--role", "ingest", "--name", "bench"])?;
        let mut child = sandan()?
            .args(["serve", "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--log", "error"])
            .arg("--data")
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .context("the server of the bench does not start")?;
        let stdout = child.stdout.take().context("standard output is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let (mut http, mut mqtt) = (None, None);
        for line in lines.by_ref() {
            let line = line?;
            if let Some(address) = line.strip_prefix("console  ") {
                http = Some(address.trim().to_owned());
            }
            if let Some(address) = line.strip_prefix("devices  mqtt://") {
                mqtt = address.trim().rsplit_once(':').map(|(h, p)| (h.to_owned(), p.to_owned()));
                break;
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        let http = http.context("the server of the bench ended before it listened")?;
        let (host, port) =
            mqtt.context("the server of the bench ended before its broker listened")?;
        let mqtt = (host, port.parse().context("the port of the broker")?);
        Ok(Self { child, http, mqtt, token: token.trim().to_owned() })
    }

    /// CPU seconds that it used so far.
    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        crate::stats::cpu_seconds(&self.child.id().to_string())
    }

    /// Bytes of memory that it holds now.
    pub(crate) fn memory_bytes(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().split(' ').next()).context("VmRSS in kB")?;
        Ok(kib.parse::<u64>()? * 1_024)
    }

    /// Asks it to end and waits.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().context("kill cannot be run")?;
        let ended = self.child.wait()?;
        if !ended.success() {
            bail!("the server of the bench ended with {ended}");
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sandan() -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SANDAN_")) {
        command.env_remove(name);
    }
    Ok(command)
}

fn once(data: &Path, args: &[&str]) -> anyhow::Result<String> {
    let output = sandan()?.args(args).arg("--data").arg(data).output()?;
    if !output.status.success() {
        bail!("sandan {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}
