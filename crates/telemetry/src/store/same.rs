//! What an import would change, told before it is kept.

use std::collections::HashMap;

use base::{Reading, Series};

use super::{Store, StoreError};
use crate::query::RAW_READINGS_MAX;

/// How a reading compares with what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sameness {
    /// Nothing is kept for this series and time.
    New,
    /// The same value with the same quality is kept.
    Unchanged,
    /// Another value or quality is kept.
    Different,
}

impl Store {
    /// For each of `readings`, in their order: new, unchanged or different.
    pub async fn same(&self, readings: &[Reading]) -> Result<Vec<Sameness>, StoreError> {
        let mut spans: HashMap<Series, (i64, i64)> = HashMap::new();
        for reading in readings {
            let span = spans.entry(reading.series).or_insert((reading.at_ms, reading.at_ms));
            *span = (span.0.min(reading.at_ms), span.1.max(reading.at_ms));
        }
        let mut kept = HashMap::new();
        for (series, (mut from_ms, last_ms)) in spans {
            // A page at a time, so that no span is too long.
            loop {
                let page = self.raw(series, from_ms, last_ms + 1, RAW_READINGS_MAX).await?;
                let next_ms = page.readings.last().map(|reading| reading.at_ms + 1);
                for reading in page.readings {
                    kept.insert((series, reading.at_ms), reading);
                }
                match next_ms {
                    Some(next_ms) if page.truncated => from_ms = next_ms,
                    Some(_) | None => break,
                }
            }
        }
        let compare = |reading: &Reading| match kept.get(&(reading.series, reading.at_ms)) {
            None => Sameness::New,
            Some(old)
                if old.value.to_bits() == reading.value.to_bits()
                    && old.quality == reading.quality =>
            {
                Sameness::Unchanged
            }
            Some(_) => Sameness::Different,
        };
        Ok(readings.iter().map(compare).collect())
    }
}
