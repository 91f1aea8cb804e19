//! A watch from what is stored: the contract, and the peaks of its last twelve months.

use std::sync::Arc;

use base::noun::Point;
use base::{Id, Instant, PointKind, Reading};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::{BillMonth, CustomerContract, PowerFactor, bills};
use energy_rules::demand::{DemandWatch, PowerReading, SLOT_MS};
use energy_rules::load::Load;
use jiff::civil::Date;
use registry::directory::PointInfo;
use registry::point::PointClass;
use telemetry::{EDGE_MS, RAW_READINGS_MAX};

use super::api::moment;
use super::book::{Stored, Today, Watched};
use super::register::Register;
use crate::Energy;
use crate::carried::Carried;
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::{day_in_korea, midnight_ms, pieces, thousandths};

/// Months whose peaks carry over.
const MONTHS_BEFORE: u16 = 11;
/// Readings of power that a restart reads back.
const HOUR_MS: i64 = 3_600_000;
const SAMPLES_MAX: usize = 4_000;
const DAY_MS: i64 = 86_400_000;

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
        let own_point = |id: Id<Point>| {
            directory.point_by_id(id).filter(|point| is_customers(contract, point, now))
        };
        let Some(active) = own_point(terms.active_point_id) else { return Ok(None) };
        let customer = rules::customer(terms);
        let Some(holds) = self.holds(&customer, today) else { return Ok(None) };
        let month = holds.month;
        let first = month.earlier(MONTHS_BEFORE).period(customer.reading_day).first;
        // Before the history, so that it knows no number which that does not.
        let register = self.seeded_register(contract, active, now).await?;
        let load = self.stored(contract, active, (first, today)).await?;
        let how = self.terms(&customer, PowerFactor::Deemed);
        let entered = rules::history(terms);
        let bills = bills(&load, &how, &entered).unwrap_or_default();
        let before = Carried::before(month, &bills, &entered);
        let bill = bills.iter().find(|bill| bill.month == month);
        let own = bill.and_then(|bill| bill.peaks.basis);
        let stored = bill.map(|bill| {
            let days = usize::try_from((bill.period.first - first).get_days()).unwrap_or(0);
            let known = load.wh.iter().skip(days * SLOTS_PER_DAY).map(Option::is_some);
            Stored { first: bill.period.first, known: known.collect() }
        });
        let power = terms.power_point_id.and_then(own_point);
        let mut watch = DemandWatch::new(0);
        if let Some(power) = power {
            let now_ms = now.as_millis();
            let from_ms = now_ms - HOUR_MS;
            let found = self.telemetry.store().raw(power.series, from_ms, now_ms + 1, SAMPLES_MAX);
            let found = found.await?.readings;
            for reading in found.iter().filter(|reading| was_customers(contract, power, reading)) {
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
            energy: active.series,
            register,
            power: power.map(|point| point.series),
            target_w: terms.target_kw.map(|kw| i64::from(kw) * 1_000),
            customer: Arc::new(customer),
            built: Some(today),
            today: holds,
            own,
            stored,
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

    /// Where energy is counted by a register: its last stored number at an edge, so that the slot that runs at a
    /// restart is not lost.
    async fn seeded_register(
        &self,
        contract: &ElectricityContract,
        point: &PointInfo,
        now: Instant,
    ) -> Result<Option<Register>, telemetry::StoreError> {
        if point.kind != PointKind::Counter {
            return Ok(None);
        }
        let now_ms = now.as_millis();
        let from_ms = now_ms - 2 * SLOT_MS - EDGE_MS;
        let found = self.telemetry.store().raw(point.series, from_ms, now_ms + 1, SAMPLES_MAX);
        let found = found.await?.readings;
        let mut register = Register::default();
        for reading in found.iter().filter(|reading| was_customers(contract, point, reading)) {
            register.take(reading);
        }
        Ok(Some(register))
    }

    /// The slots of a point as they are stored, of the time in which it was the customer's; for the platform's
    /// own use: nobody reads them here.
    async fn stored(
        &self,
        contract: &ElectricityContract,
        point: &PointInfo,
        (first, last): (Date, Date),
    ) -> Result<Load, telemetry::StoreError> {
        let from_ms = midnight_ms(first);
        let days = i64::from((last - first).get_days()) + 1;
        let mut wh = Vec::new();
        let mut todo = pieces(point, from_ms, from_ms + days.max(0) * DAY_MS);
        todo.reverse();
        while let Some(piece) = todo.pop() {
            let (from_ms, until_ms) = piece.to_read();
            let found =
                self.telemetry.store().raw(point.series, from_ms, until_ms, RAW_READINGS_MAX);
            let found = found.await?;
            if found.truncated {
                if let Some((first, second)) = piece.halves() {
                    todo.extend([second, first]);
                    continue;
                }
                tracing::warn!(point = %point.id, from_ms, "more readings in a day than one answer holds: its end is not known");
            }
            let mut found = found.readings;
            found.retain(|reading| was_customers(contract, point, reading));
            wh.extend(piece.grid(point, &found).amounts);
        }
        Ok(Load::active(first, wh))
    }
}

/// Whether a point is the customer's at a moment: the owner at the time of a reading decides who sees it.
pub(super) fn is_customers(contract: &ElectricityContract, point: &PointInfo, at: Instant) -> bool {
    match contract.establishment_id {
        Some(id) => point.owner_at(at) == Some(id),
        None => point.class == PointClass::Complex,
    }
}

fn was_customers(contract: &ElectricityContract, point: &PointInfo, reading: &Reading) -> bool {
    is_customers(contract, point, moment(reading.at_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::electricity_contract::tests::World;

    #[tokio::test]
    async fn a_meter_that_changed_hands_is_watched_for_nobody_else() {
        let world = World::new("energy-peak-owner").await;
        let path = "/api/v1/electricity_contracts";
        let (_, made) = world.call(&world.manager(), "POST", path, world.new_contract()).await;
        let contract: ElectricityContract = serde_json::from_value(made).unwrap();
        let now = world.platform.clock.now();
        let snapshot = world.directory.snapshot();
        let mut point = snapshot.point_by_id(contract.terms.active_point_id).unwrap().clone();
        assert!(is_customers(&contract, &point, now));
        let hour = std::time::Duration::from_hours(1);
        point.owners.iter_mut().for_each(|span| span.until = Some(now - hour));
        assert!(!is_customers(&contract, &point, now), "another's, or nobody's, by now");
        assert!(is_customers(&contract, &point, now - hour * 2), "what was counted then stays his");
        world.close().await;
    }
}
