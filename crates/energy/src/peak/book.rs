//! The watches of all contracts, in memory.

use std::collections::HashMap;
use std::sync::Arc;

use base::noun::{Complex, Point};
use base::{Id, Quality, Reading, Series};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::{BillMonth, CustomerContract};
use energy_rules::demand::{
    BillingDemand, DemandWatch, KnownDemand, Notice, Peak, PowerReading, SLOT_MS, slot_of,
};
use energy_rules::tariff::DemandRule;
use jiff::civil::{Date, DateTime};

use super::register::{Read, Register};
use crate::carried::Carried;
use crate::electricity_contract::ElectricityContract;
use crate::load::{KOREA, midnight_ms, thousandths};

/// A slot that began longer ago than this warns nobody.
const LATE_MS: i64 = 3_600_000;

/// A contract that is watched.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The contract.
    pub contract: Id<ElectricityContract>,
    /// Its version when the watch was built.
    pub version: u32,
    /// The complex.
    pub complex: Id<Complex>,
    /// The point of its meter.
    pub point: Id<Point>,
    /// The series of quarters of an hour, kWh.
    pub energy: Series,
    /// The series of power, kW; without one there is no gauge.
    pub power: Option<Series>,
    /// The limit that its people chose, W; absent: the billing demand.
    pub target_w: Option<i64>,
    /// Where energy is counted by a register, its last number.
    pub register: Option<Register>,
    /// What was agreed on.
    pub customer: Arc<CustomerContract>,
    /// The day on which its history was read; none when an older slot has come since.
    pub built: Option<Date>,
    /// What holds today.
    pub today: Today,
    /// The largest slot of the running month, of those that count, until now.
    pub own: Option<Peak>,
    /// Which slots of the running month its history held; none once it was put in.
    pub stored: Option<Stored>,
    /// Peaks of the months before.
    pub before: Arc<Carried>,
    /// The watch itself.
    pub watch: DemandWatch,
}

/// Which slots of a month are stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The first day of the month.
    pub first: Date,
    /// Whether there is a value, slot by slot.
    pub known: Vec<bool>,
}

impl Stored {
    /// Whether the slot that begins then has a value.
    fn has(&self, at: DateTime) -> bool {
        let days = (at.date() - self.first).get_days();
        let slot = i64::from(at.hour()) * 4 + i64::from(at.minute()) / 15;
        let slot = usize::try_from(days).ok().zip(usize::try_from(slot).ok());
        let known = slot.and_then(|(days, slot)| self.known.get(days * SLOTS_PER_DAY + slot));
        known.copied().unwrap_or(false)
    }
}

/// What of a contract holds on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Today {
    /// The day, in Korea.
    pub day: Date,
    /// The month that it is billed in.
    pub month: BillMonth,
    /// Contract power, W.
    pub contract_w: i64,
    /// The rule of its tariff; absent where the contract kW is billed.
    pub rule: Option<Arc<DemandRule>>,
    /// Which slots of the day can set the billing demand: bit 0 is the first quarter of an hour.
    pub counts: u128,
}

/// What a watch told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happened {
    /// Of which contract.
    pub contract: Id<ElectricityContract>,
    /// Its complex.
    pub complex: Id<Complex>,
    /// Its point.
    pub point: Id<Point>,
    /// What.
    pub notice: Notice,
    /// When.
    pub at_ms: i64,
}

impl Watched {
    /// The billing demand as it stands; none where the contract kW is billed.
    pub fn demand(&self) -> Option<BillingDemand> {
        let Today { month, contract_w, rule, .. } = &self.today;
        Some(self.before.demand(rule.as_deref()?, *month, self.own, *contract_w))
    }

    /// Sets the limit by what is known now: the aim of its people, else the billing demand. While a month
    /// is missing that may have set it, there is none: a lower bound would warn of peaks that cost nothing.
    pub fn set_limit(&mut self) {
        let known = self.demand().filter(|demand| demand.unknown.is_empty());
        let demand_w = known.map_or(0, |demand| demand.w);
        let limit_w = self.target_w.filter(|target_w| *target_w > 0).unwrap_or(demand_w);
        self.watch.set_limit_w(limit_w);
    }

    /// Whether the slot that begins at `slot_ms` can set the billing demand; not known of other days.
    pub fn counts_at(&self, slot_ms: i64) -> Option<bool> {
        let slot = (slot_ms - midnight_ms(self.today.day)).div_euclid(SLOT_MS);
        let slot = usize::try_from(slot).ok().filter(|slot| *slot < SLOTS_PER_DAY)?;
        Some(self.today.counts >> slot & 1 == 1)
    }

    /// Another day began: another month too, it may be.
    pub fn turn(&mut self, today: Today) {
        if today.month != self.today.month {
            // A month without a slot that counted stays unknown: nothing is not 0 W.
            let known = self.own.take().map(|peak| KnownDemand { w: peak.w, at: Some(peak.at) });
            let before = &mut Arc::make_mut(&mut self.before).demands;
            before.extend(known.map(|known| (self.today.month, known)));
        }
        self.today = today;
        self.set_limit();
    }

    /// Takes what a number of its register told.
    fn take_read(&mut self, read: Read, now_ms: i64) -> Option<Notice> {
        match read {
            Read::Nothing => None,
            Read::Closed(slot_ms, kwh) => self.close(slot_ms, thousandths(kwh)?, now_ms),
            Read::Reread => {
                self.built = None;
                None
            }
        }
    }

    /// Looks whether a reading stands in the place of another one: the history is then read again. Of later arrivals
    /// only those at the peak are looked at, since only they can lower it.
    fn note_replaced(&mut self, reading: &Reading) {
        let is_at = |peak: Peak| {
            let slot = peak.at.in_tz(KOREA).map(|at| at.timestamp().as_millisecond());
            slot.is_ok_and(|slot_ms| (slot_ms - reading.at_ms).abs() <= SLOT_MS)
        };
        let quality = reading.quality;
        let is_peaks = self.own.is_some_and(is_at);
        if quality.has(Quality::CORRECTED) || quality.has(Quality::REPLACED) && is_peaks {
            self.built = None;
        }
        if quality.has(Quality::VOID) && is_peaks {
            self.own = None;
        }
    }

    /// Takes a closed slot: the peak of the month, then the watch.
    fn close(&mut self, slot_ms: i64, wh: i64, now_ms: i64) -> Option<Notice> {
        let Some(counts) = self.counts_at(slot_ms) else {
            // Of another day: the history is to be read again.
            self.built = None;
            return None;
        };
        // Nobody can act on what was long ago: imports and gateways that were away.
        let is_late = now_ms - slot_ms > LATE_MS;
        let notice = if is_late { None } else { self.watch.close(slot_ms, wh, counts) };
        let w = wh.saturating_mul(4);
        if counts && self.own.is_none_or(|peak| w > peak.w) {
            let at = jiff::Timestamp::from_millisecond(slot_ms).ok()?.in_tz(KOREA).ok()?.datetime();
            self.own = Some(Peak { w, at });
            self.set_limit();
        }
        notice
    }
}

#[derive(Debug, Clone, Copy)]
enum Role {
    Energy,
    Power,
}

/// All watches. One loop writes it; questions read it.
#[derive(Debug, Default)]
pub struct Book {
    watched: HashMap<Id<ElectricityContract>, Watched>,
    by_series: HashMap<Series, Vec<(Id<ElectricityContract>, Role)>>,
    live: Vec<Id<ElectricityContract>>,
    /// Contracts that cannot be watched, and when that was found.
    skipped: HashMap<Id<ElectricityContract>, (u32, Date)>,
}

impl Book {
    /// How many contracts are watched.
    pub fn len(&self) -> usize {
        self.watched.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.watched.is_empty()
    }

    /// The watch of a contract.
    pub fn get(&self, contract: Id<ElectricityContract>) -> Option<&Watched> {
        self.watched.get(&contract)
    }

    /// Whether a contract was found to have no terms for today.
    pub fn is_skipped(&self, contract: Id<ElectricityContract>) -> bool {
        self.skipped.contains_key(&contract)
    }

    /// Puts a contract in; what its watch has told so far and its readings of power are kept.
    pub fn put(&mut self, mut watched: Watched) {
        let id = watched.contract;
        self.skipped.remove(&id);
        if let Some(before) = self.watched.remove(&id) {
            self.leave(&before);
            if before.energy == watched.energy && before.power == watched.power {
                // A slot may have closed while the history was read; where it holds one, it is right.
                if before.today.month == watched.today.month {
                    let stored = watched.stored.as_ref();
                    let has = |peak: &Peak| stored.is_some_and(|stored| stored.has(peak.at));
                    let live = before.own.filter(|peak| !has(peak));
                    if before.own != live && before.own != watched.own {
                        // Below a peak that was wrong another may have closed meanwhile.
                        watched.built = None;
                    }
                    let peaks = [live, watched.own];
                    watched.own = peaks.into_iter().flatten().max_by_key(|peak| peak.w);
                }
                watched.register = watched.register.map(|stored| {
                    before.register.map_or(stored, |live| Register::later(stored, live))
                });
                let stored = std::mem::replace(&mut watched.watch, before.watch);
                watched.watch.take_up(&stored);
            }
        }
        watched.stored = None;
        watched.set_limit();
        self.by_series.entry(watched.energy).or_default().push((id, Role::Energy));
        if let Some(power) = watched.power {
            self.by_series.entry(power).or_default().push((id, Role::Power));
            self.live.push(id);
        }
        self.watched.insert(id, watched);
    }

    fn leave(&mut self, watched: &Watched) {
        for series in [Some(watched.energy), watched.power].into_iter().flatten() {
            if let Some(at) = self.by_series.get_mut(&series) {
                at.retain(|(id, _)| *id != watched.contract);
            }
        }
        self.live.retain(|id| *id != watched.contract);
    }

    /// Takes readings that became durable; tells what happened, each with the moment `now_ms`.
    pub fn take(&mut self, readings: &[Reading], now_ms: i64) -> Vec<Happened> {
        let mut told = Vec::new();
        for reading in readings {
            let Some(at) = self.by_series.get(&reading.series) else { continue };
            for (id, role) in at {
                let Some(watched) = self.watched.get_mut(id) else { continue };
                if matches!(role, Role::Energy) {
                    watched.note_replaced(reading);
                }
                if let (Role::Energy, Some(register)) = (role, &mut watched.register) {
                    let read = register.take(reading);
                    let notice = watched.take_read(read, now_ms);
                    told.extend(notice.map(|notice| happened(watched, notice, now_ms)));
                    continue;
                }
                // What a person struck out counts in no figure.
                if reading.quality.has(Quality::VOID) {
                    continue;
                }
                let Some(amount) = thousandths(reading.value) else { continue };
                let notice = match role {
                    Role::Energy if reading.at_ms % SLOT_MS == 0 => {
                        watched.close(reading.at_ms, amount, now_ms)
                    }
                    Role::Energy => None,
                    Role::Power => {
                        let reading = PowerReading { at_ms: reading.at_ms, w: amount };
                        if !watched.watch.take(reading) {
                            watched.built = None;
                        }
                        None
                    }
                };
                told.extend(notice.map(|notice| happened(watched, notice, now_ms)));
            }
        }
        told
    }

    /// Looks where the running slot of every contract with a reading of power will end.
    pub fn look(&mut self, now_ms: i64) -> Vec<Happened> {
        let mut told = Vec::new();
        for id in &self.live {
            let Some(watched) = self.watched.get_mut(id) else { continue };
            let Some(counts) = watched.counts_at(slot_of(now_ms)) else { continue };
            let notice = watched.watch.look(now_ms, counts);
            told.extend(notice.map(|notice| happened(watched, notice, now_ms)));
        }
        told
    }

    /// Notes that a contract cannot be watched at this version on this day.
    pub fn skip(&mut self, contract: Id<ElectricityContract>, version: u32, day: Date) {
        if let Some(before) = self.watched.remove(&contract) {
            self.leave(&before);
        }
        self.skipped.insert(contract, (version, day));
    }

    /// Gives every contract what holds today; one of which nothing holds is no longer watched.
    pub fn turn(&mut self, day: Date, today: impl Fn(&CustomerContract) -> Option<Today>) {
        let mut over = Vec::new();
        for watched in self.watched.values_mut().filter(|watched| watched.today.day != day) {
            match today(&watched.customer) {
                Some(today) => watched.turn(today),
                None => over.push((watched.contract, watched.version)),
            }
        }
        for (contract, version) in over {
            self.skip(contract, version, day);
        }
    }

    /// The contracts whose history was read at another version or on another day.
    pub fn stale(
        &self,
        versions: &[(Id<ElectricityContract>, u32)],
        day: Date,
    ) -> Vec<Id<ElectricityContract>> {
        let is_stale = |(id, version): &&(Id<ElectricityContract>, u32)| {
            let built = self.watched.get(id).map(|watched| (watched.version, watched.built));
            let skipped = || self.skipped.get(id).map(|(version, day)| (*version, Some(*day)));
            built.or_else(skipped) != Some((*version, Some(day)))
        };
        versions.iter().filter(is_stale).map(|(id, _)| *id).collect()
    }
}

fn happened(watched: &Watched, notice: Notice, at_ms: i64) -> Happened {
    let Watched { contract, complex, point, .. } = *watched;
    Happened { contract, complex, point, notice, at_ms }
}
