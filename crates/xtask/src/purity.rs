//! `rules.rs` sees only `base` and its own noun: no database, no HTTP, no runtime, no files, no clock.

use anyhow::{Result, bail};

use crate::files;

/// What a rule may not name, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("platform::", "the outside world"),
    ("sqlx", "the database"),
    ("axum", "HTTP"),
    ("tokio", "the runtime"),
    ("std::fs", "files"),
    ("std::net", "the network"),
    ("std::env", "the environment"),
    ("::now()", "a clock"),
    ("SystemTime", "a clock"),
    ("rand::", "randomness"),
    ("tracing", "the log"),
    ("async fn", "waiting"),
];

pub(crate) fn check() -> Result<()> {
    let mut faults = Vec::new();
    let mut seen = 0;
    for path in files::rust("crates")? {
        let in_base = path.starts_with("crates/base/src");
        if !path.ends_with("rules.rs") && !in_base {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path)?;
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for (word, what) in FORBIDDEN {
                if code.contains(word) {
                    let (path, number) = (path.display(), number + 1);
                    faults.push(format!("{path}:{number}: names {what} ({word})"));
                }
            }
        }
    }
    if seen == 0 {
        bail!("no rules.rs was found: the check looks at the wrong place");
    }
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}
