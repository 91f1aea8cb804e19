//! Loads from files: what the command line bills and forecasts without a server.

use base::Instant;
use energy_rules::SLOTS_PER_DAY;
use energy_rules::load::Load;
use jiff::civil::Date;
use telemetry::column_mapping::Mapping;
use telemetry::interval_import::{ParseError, Parsed, parse};

use crate::load::{DAYS_MAX, KOREA, SLOT_S, midnight_ms, thousandths};

const SLOT_MS: i64 = SLOT_S as i64 * 1_000;

/// Why a file gives no load.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// It is no interval file, or not by this mapping.
    #[error("{0}")]
    Unreadable(ParseError),
    /// It has other intervals.
    #[error("the file has intervals of {0} s: bills and forecasts need 900 s (15 minutes)")]
    Interval(u32),
    /// It holds nothing, or too many days.
    #[error("the file holds {0} days: give one with 1 to {DAYS_MAX}")]
    Days(i64),
}

/// What a file holds.
#[derive(Debug)]
pub struct FileLoad {
    /// The load, from the first day of the file to its last.
    pub load: Load,
    /// What the reader should know of the file: remarks, each with how often it was met.
    pub remarks: Vec<String>,
}

/// Reads a file of 15-minute intervals: by `mapping`, or by the spellings of KEPCO's exports and of the
/// built-in examples, whichever reads it.
pub fn load(bytes: &[u8], mapping: Option<Mapping>, now: Instant) -> Result<FileLoad, FileFault> {
    let builtin = || Mapping::BUILTIN.into_iter().filter_map(Mapping::builtin);
    let mappings: Vec<_> = mapping.map_or_else(|| builtin().collect(), |mapping| vec![mapping]);
    let mut best: Option<Parsed> = None;
    let mut fault = None;
    for mapping in &mappings {
        match parse(bytes, mapping, now) {
            // The right one reads the rows; another may find the headers alone.
            Ok(parsed) if best.as_ref().is_none_or(|best| parsed.rows.len() > best.rows.len()) => {
                best = Some(parsed);
            }
            Ok(_) => {}
            Err(this) => fault = fault.or(Some(this)),
        }
    }
    match (best, fault) {
        (Some(parsed), _) => of(&parsed),
        (None, Some(fault)) => Err(FileFault::Unreadable(fault)),
        (None, None) => Err(FileFault::Days(0)),
    }
}

fn of(parsed: &Parsed) -> Result<FileLoad, FileFault> {
    if parsed.interval_s != SLOT_S {
        return Err(FileFault::Interval(parsed.interval_s));
    }
    let (Some(first), Some(last)) = (parsed.rows.first(), parsed.rows.last()) else {
        return Err(FileFault::Days(0));
    };
    let first_day = day(first.at_ms);
    let days = i64::from((day(last.at_ms) - first_day).get_days()) + 1;
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(FileFault::Days(days));
    }
    let slots = usize::try_from(days).expect("checked above") * SLOTS_PER_DAY;
    let amounts = |quantity: &str| {
        let place = parsed.quantities.iter().position(|has| has == quantity)?;
        let mut amounts = vec![None; slots];
        let from_ms = midnight_ms(first_day);
        for row in parsed.rows.iter().filter(|row| !row.partial) {
            let slot = usize::try_from((row.at_ms - from_ms) / SLOT_MS).ok();
            if let Some(amount) = slot.and_then(|slot| amounts.get_mut(slot)) {
                *amount = row.value(place).and_then(thousandths);
            }
        }
        Some(amounts)
    };
    let load = Load {
        first_day,
        wh: amounts("active_energy").unwrap_or_default(),
        lagging_varh: amounts("reactive_energy_lagging").unwrap_or_default(),
        leading_varh: amounts("reactive_energy_leading").unwrap_or_default(),
    };
    let remarks = parsed.flags.iter().map(|flag| format!("{:?}: {}", flag.code, flag.count));
    Ok(FileLoad { load, remarks: remarks.collect() })
}

fn day(at_ms: i64) -> Date {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.in_tz(KOREA).map_or(Date::ZERO, |at| at.date())
}
