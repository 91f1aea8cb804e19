//! The sample meters of opendsm (Apache-2.0), as days with mean temperatures and as hours.

use energy_rules::savings::Hour;
use jiff::civil::{DateTime, date};

/// Days of a meter that begin in a span of UTC hours, with the mean temperature of their 24 hours.
pub fn days(from: i64, until: i64) -> Option<(Vec<f64>, Vec<f64>)> {
    let temperature = super::samples("il-tempF.csv.gz")?;
    let meter = super::samples("il-electricity-cdd-hdd-daily.csv.gz")?;
    let (mut kwh, mut means) = (Vec::new(), Vec::new());
    for (start, value) in meter.into_iter().filter(|(start, _)| (from..until).contains(start)) {
        let hours = temperature.iter().filter(|(at, _)| (start..start + 24).contains(at));
        let hours: Vec<f64> = hours.map(|(_, t)| *t).collect();
        means.push(hours.iter().sum::<f64>() / hours.len() as f64);
        kwh.push(value);
    }
    Some((kwh, means))
}

/// Hours of the meter and its temperature from one UTC hour to before another.
pub fn hours(from: i64, until: i64) -> Option<Vec<Hour>> {
    let temperature = super::samples("il-tempF.csv.gz")?;
    let meter = super::samples("il-electricity-cdd-hdd-hourly.csv.gz")?;
    let temperature: std::collections::BTreeMap<i64, f64> = temperature.into_iter().collect();
    let hours = meter.into_iter().filter(|(at, _)| (from..until).contains(at));
    let hour = |(at, kwh): (i64, f64)| Hour { at: civil(at), temperature: temperature[&at], kwh };
    Some(hours.map(hour).collect())
}

fn civil(hour: i64) -> DateTime {
    date(1970, 1, 1).at(0, 0, 0, 0) + jiff::Span::new().hours(hour)
}
