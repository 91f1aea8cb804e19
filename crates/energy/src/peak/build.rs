//! A watch from what is stored: the contract, and the peaks of its last twelve months.

use std::sync::Arc;

use base::noun::Point;
use base::{Id, Instant};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::{BillMonth, CustomerContract, PowerFactor, bills};
use energy_rules::demand::{DemandWatch, KnownDemand, PowerReading};
use energy_rules::load::Load;
use jiff::civil::Date;
use telemetry::RAW_READINGS_MAX;

use super::book::{Today, Watched};
use crate::Energy;
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::{SLOT_S, day_in_korea, midnight_ms, thousandths};

/// Months whose peaks carry over.
const MONTHS_BEFORE: u16 = 11;
/// Readings of power that a restart reads back.
const HOUR_MS: i64 = 3_600_000;
const SAMPLES_MAX: usize = 4_000;
const SLOT_MS: i64 = SLOT_S as i64 * 1_000;

impl Energy {
    /// The watch of a contract now; none when its point is gone or its terms do not hold today.
    pub(crate) async fn watched(
        &self,
        contract: &ElectricityContract,
        now: Instant,
    ) -> Result<Option<Watched>, telemetry::StoreError> {
        let today = day_in_korea(now);
        let directory = self.directory.snapshot();
        let terms = &contract.terms;
        let series = |id: Id<Point>| directory.point_by_id(id).map(|point| point.series);
        let Some(energy) = series(terms.active_point_id) else { return Ok(None) };
        let customer = rules::customer(terms);
        let Some(holds) = self.holds(&customer, today) else { return Ok(None) };
        let month = holds.month;
        let first = month.earlier(MONTHS_BEFORE).period(customer.reading_day).first;
        let load = self.stored(energy, first, today).await?;
        let how = self.terms(&customer, PowerFactor::Deemed);
        let mut before = rules::history(terms).demands;
        let mut own = None;
        for bill in bills(&load, &how, &rules::history(terms)).unwrap_or_default() {
            let Some(peak) = bill.peaks.basis else { continue };
            if bill.month == month {
                own = Some(peak);
                continue;
            }
            let known = KnownDemand { w: peak.w, at: Some(peak.at) };
            let entered = before.get(&bill.month).filter(|_| bill.peaks.missing_slots > 0);
            if entered.is_none_or(|entered| entered.w < known.w) {
                before.insert(bill.month, known);
            }
        }
        let power = terms.power_point_id.and_then(series);
        let mut watch = DemandWatch::new(0);
        if let Some(power) = power {
            let now_ms = now.as_millis();
            let found =
                self.telemetry.store().raw(power, now_ms - HOUR_MS, now_ms + 1, SAMPLES_MAX);
            for reading in found.await?.readings {
                if let Some(w) = thousandths(reading.value) {
                    watch.take(PowerReading { at_ms: reading.at_ms, w });
                }
            }
        }
        Ok(Some(Watched {
            contract: contract.id,
            version: contract.version,
            complex: contract.complex_id,
            point: terms.active_point_id,
            energy,
            power,
            target_w: terms.target_kw.map(|kw| i64::from(kw) * 1_000),
            customer: Arc::new(customer),
            built: Some(today),
            today: holds,
            own,
            before: Arc::new(before),
            watch,
        }))
    }

    /// Watches a contract, in the place of what was watched of it.
    pub fn watch(&self, watched: Watched) {
        self.book().put(watched);
    }

    /// What of a contract holds on a day; none when its terms do not reach it.
    pub fn holds(&self, customer: &CustomerContract, day: Date) -> Option<Today> {
        let row = customer.on(day)?;
        let tariff = self.tariffs.get(&row.version)?;
        let prices = self.prices(customer, (day, 1));
        let bits = prices.iter().take(SLOTS_PER_DAY).enumerate().filter(|(_, price)| price.counts);
        Some(Today {
            day,
            month: BillMonth::of(day, customer.reading_day),
            contract_w: row.contract_w,
            rule: tariff.demand.clone().map(Arc::new),
            counts: bits.fold(0, |bits, (slot, _)| bits | 1 << slot),
        })
    }

    /// The slots of a series as they are stored, for the platform's own use: nobody reads them here.
    async fn stored(
        &self,
        series: base::Series,
        first: Date,
        last: Date,
    ) -> Result<Load, telemetry::StoreError> {
        let from_ms = midnight_ms(first);
        let days = usize::try_from((last - first).get_days() + 1).unwrap_or(0);
        let mut wh = vec![None; days * SLOTS_PER_DAY];
        let until_ms = from_ms + i64::try_from(wh.len()).unwrap_or(0) * SLOT_MS;
        let found = self.telemetry.store().raw(series, from_ms, until_ms, RAW_READINGS_MAX).await?;
        for reading in &found.readings {
            let offset_ms = reading.at_ms - from_ms;
            let slot = usize::try_from(offset_ms / SLOT_MS).ok();
            let slot = slot.filter(|_| offset_ms % SLOT_MS == 0);
            if let Some(amount) = slot.and_then(|slot| wh.get_mut(slot)) {
                *amount = thousandths(reading.value);
            }
        }
        Ok(Load::active(first, wh))
    }
}
