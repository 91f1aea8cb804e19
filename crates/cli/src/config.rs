//! Options from a TOML file, and the log.
//!
//! The file is read before the command line: each `name = value` becomes the environment variable
//! `SANDAN_NAME` unless that is set already. So clap alone decides, and the order is flag, variable, file.

use anyhow::{Context, bail};

/// Names that a file may set; anything else is a spelling mistake and is refused.
const NAMES: [&str; 18] = [
    "data",
    "http",
    "mqtt",
    "mqtt_tls_cert",
    "mqtt_tls_key",
    "mqtts",
    "mqtt_ws",
    "device_messages_per_s",
    "device_http",
    "database",
    "demo",
    "map_tile_url",
    "vtn_hosts",
    "flush_after_s",
    "export_dir",
    "public_url",
    "log",
    "log_json",
];

/// Reads the file named by `--config FILE`, `--config=FILE` or `SANDAN_CONFIG`.
pub(crate) fn apply_file() -> anyhow::Result<()> {
    let Some(path) = file_name(std::env::args().skip(1)) else { return Ok(()) };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("the configuration file {path} cannot be read"))?;
    let table: toml::Table =
        text.parse().with_context(|| format!("the configuration file {path} is no TOML"))?;
    for (name, value) in table {
        if !NAMES.contains(&name.as_str()) {
            bail!("{path} sets '{name}', which is no option: use one of {}", NAMES.join(", "));
        }
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Boolean(_) | toml::Value::Integer(_) => value.to_string(),
            _ => bail!(
                "{path} gives '{name}' a value of the wrong kind: use a text, number or truth"
            ),
        };
        set_default(&format!("SANDAN_{}", name.to_uppercase()), &text);
    }
    Ok(())
}

fn file_name(mut args: impl Iterator<Item = String>) -> Option<String> {
    while let Some(arg) = args.next() {
        if arg == "--config" {
            return args.next();
        }
        if let Some(path) = arg.strip_prefix("--config=") {
            return Some(path.to_owned());
        }
    }
    std::env::var("SANDAN_CONFIG").ok()
}

#[expect(unsafe_code, reason = "runs first of all, before any other thread reads the environment")]
fn set_default(name: &str, value: &str) {
    if std::env::var_os(name).is_none() {
        // SAFETY: called at the start of `run`, when no task has been spawned yet.
        unsafe { std::env::set_var(name, value) };
    }
}

/// Starts the log: one line each on standard error, as text or JSON; secrets are never given to it.
pub(crate) fn log(level: &str, json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_new(level)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if json { log.json().try_init() } else { log.try_init() };
    if let Err(error) = started {
        eprintln!("sandan: the log is already running: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], expected: Option<&str>) {
        let args = args.iter().map(|arg| (*arg).to_owned());
        assert_eq!(file_name(args).as_deref(), expected);
    }

    #[test]
    fn the_file_is_found_in_both_spellings_of_the_flag() {
        check(&["serve", "--config", "a.toml"], Some("a.toml"));
        check(&["serve", "--config=b.toml", "--demo"], Some("b.toml"));
    }
}
