//! CPU time of a process, and shares of a list of times.

use std::time::Duration;

use anyhow::Context as _;

/// User and system seconds of a process, from `/proc` (in hundredths).
pub(crate) fn cpu_seconds(pid: &str) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("process {pid} is gone"))?;
    let fields: Vec<&str> = match stat.rsplit_once(')') {
        Some((_, rest)) => rest.split_whitespace().collect(),
        None => Vec::new(),
    };
    let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<f64>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("/proc has no times of the process")?;
    Ok((user + system) / 100.0)
}

/// The time that `share` of all stay below, in milliseconds; sorts.
pub(crate) fn share_ms(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let place = (times.len().saturating_sub(1) as f64 * share) as usize;
    times.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}
