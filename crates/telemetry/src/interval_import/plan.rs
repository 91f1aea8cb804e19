//! Which rows of a file become which readings of a device: pure.

use base::{PointKind, Quality, Reading};
use registry::directory::PointInfo;

use super::ImportError;
use super::parse::Parsed;

/// A quantity of the file and the point that takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Place in [`Parsed::quantities`].
    place: usize,
    point: PointInfo,
}

/// Where the values of a file go.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    targets: Vec<Target>,
    /// Quantities of the file for which the device has no point: these are not taken.
    pub not_taken: Vec<String>,
}

/// Finds a point of the device for each quantity of the file. Without one for a required quantity the
/// file is refused; what else has none is named in [`Plan::not_taken`].
pub fn plan<'p>(
    parsed: &Parsed,
    required: &[&str],
    device_key: &str,
    points: impl Iterator<Item = &'p PointInfo>,
) -> Result<Plan, ImportError> {
    let fitting: Vec<&PointInfo> = points
        .filter(|point| {
            point.kind == PointKind::Interval && point.interval_s == Some(parsed.interval_s)
        })
        .collect();
    let mut plan = Plan { targets: Vec::new(), not_taken: Vec::new() };
    for (place, quantity) in parsed.quantities.iter().enumerate() {
        match fitting.iter().find(|point| *point.quantity == **quantity) {
            Some(point) => plan.targets.push(Target { place, point: (*point).clone() }),
            None => plan.not_taken.push(quantity.clone()),
        }
    }
    let missing: Vec<&str> = plan
        .not_taken
        .iter()
        .map(String::as_str)
        .filter(|quantity| required.contains(quantity))
        .collect();
    if missing.is_empty() && !plan.targets.is_empty() {
        return Ok(plan);
    }
    let missing =
        if missing.is_empty() { parsed.quantities.join(", ") } else { missing.join(", ") };
    let (device, interval_s) = (device_key.to_owned(), parsed.interval_s);
    Err(ImportError::MissingPoint { device, quantity: missing, interval_s })
}

impl Plan {
    /// The readings of a file, in order of time, each with what is to be said against it.
    pub fn readings<'a>(&'a self, parsed: &'a Parsed) -> impl Iterator<Item = Reading> + 'a {
        parsed.rows.iter().flat_map(move |row| {
            self.targets.iter().filter_map(move |Target { place, point }| {
                let value = row.value(*place)?;
                let range = flag(!point.range.holds(value), Quality::OUT_OF_RANGE);
                let quality = row.quality(value).with(range).with(flag(point.demo, Quality::DEMO));
                Some(Reading { series: point.series, at_ms: row.at_ms, value, quality })
            })
        })
    }
}

fn flag(is_so: bool, flag: Quality) -> Quality {
    if is_so { flag } else { Quality::GOOD }
}
