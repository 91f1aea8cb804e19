//! What looks wrong in a load, and what would mend it, in words and numbers.
//!
//! Nothing is ever filled in silently: a finding is shown with its proposal, and the bill is shown
//! with and without the repair. The thresholds are rules of thumb, tuned on one steel plant.

#[cfg(test)]
mod tests;

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use crate::SLOTS_PER_DAY;
use crate::bill::{Bill, BillError, History, Terms, bills, start_of};
use crate::load::Load;

/// Findings of each sort that are told one by one.
const FINDINGS_MAX: usize = 100;
/// A slot this many times the largest ordinary one is no load but a counter that was reset.
const RESET_FACTOR: i64 = 20;
/// The ordinary slot that resets are measured by: of a hundred, this many are smaller.
const ORDINARY_PERCENT: usize = 99;
/// A mean slot of the contract's power above this share is no use but a mix-up of units, per cent.
const MIXED_UP_PERCENT: i64 = 150;
/// A peak below this share of the contract's power is a mix-up of units, per mille.
const TINY_PERMILLE: i64 = 2;

/// Something in a load that looks wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Finding {
    /// No values for a while.
    Gap {
        /// The start of the first slot of it.
        from: DateTime,
        /// Slots.
        slots: usize,
    },
    /// A value below 0.
    Negative {
        /// The start of the slot.
        at: DateTime,
        /// Wh.
        wh: i64,
    },
    /// A value that no plant of this size has: the counter was reset or its whole reading came in.
    Reset {
        /// The start of the slot.
        at: DateTime,
        /// Wh.
        wh: i64,
        /// The largest ordinary slot, Wh.
        ordinary_wh: i64,
    },
    /// A whole day of zeros.
    ZeroDay {
        /// The day.
        date: Date,
    },
    /// All values are this many times too large or too small, measured by the contract.
    Unit {
        /// What to divide by.
        divide: i64,
        /// What to multiply with.
        multiply: i64,
        /// What was mixed up.
        mix_up: MixUp,
    },
    /// The midnight slot of many days repeats late or early: labels are taken at the wrong end.
    ShiftedByASlot {
        /// How far to move, 1 later or -1 earlier.
        slots: i8,
        /// Days on which the pattern was seen.
        days: usize,
    },
}

/// Which units were mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MixUp {
    /// Mean kW were taken as kWh of a quarter of an hour: four times too much.
    KwAsKwh,
    /// Wh were taken as kWh: a thousand times too much.
    WhAsKwh,
    /// kWh were taken as Wh, or MWh as kWh: a thousand times too little.
    ThousandTooSmall,
}

/// What is known of the meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expected {
    /// 계약전력, W; without it units are not judged.
    pub contract_w: Option<i64>,
    /// Wh of the same days by the invoices; shows a unit mix-up for certain.
    pub invoiced_wh: Option<i64>,
    /// When the plant's day begins by its own word, such as the first shift: slot 0 to 95.
    pub opens_at_slot: Option<usize>,
}

/// Looks through a load.
pub fn inspect(load: &Load, expected: &Expected) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(unit(load, expected));
    findings.extend(shifted(load, expected));
    findings.extend(gaps(load).take(FINDINGS_MAX));
    findings.extend(odd_slots(load).take(FINDINGS_MAX));
    findings.extend(zero_days(load).take(FINDINGS_MAX));
    findings
}

impl Finding {
    /// The load with this one thing mended; the load as it is when a person must decide.
    #[must_use]
    pub fn repaired(&self, load: &Load) -> Load {
        let mut mended = load.clone();
        let place = |at: &DateTime| {
            let days = load.first_day.duration_until(at.date()).as_hours() / 24;
            let slot = i64::from(at.hour()) * 4 + i64::from(at.minute()) / 15;
            usize::try_from(days * 96 + slot).unwrap_or(usize::MAX)
        };
        match self {
            // Unknown, so that it is counted as a gap and never as use.
            Self::Negative { at, .. } | Self::Reset { at, .. } => {
                if let Some(wh) = mended.wh.get_mut(place(at)) {
                    *wh = None;
                }
            }
            Self::Unit { divide, multiply, .. } => {
                let lists = [&mut mended.wh, &mut mended.lagging_varh, &mut mended.leading_varh];
                for value in lists.into_iter().flatten().flatten() {
                    *value = value.saturating_mul(*multiply) / divide;
                }
            }
            Self::ShiftedByASlot { slots, .. } => mended = load.moved(*slots),
            Self::Gap { .. } | Self::ZeroDay { .. } => {}
        }
        mended
    }

    /// What it is and what to do, in Korean.
    pub fn ko(&self) -> String {
        match self {
            Self::Gap { from, slots } => format!(
                "{}부터 15분 값 {slots}개가 없음: 원본을 다시 가져오거나 그대로 두면 하한값으로 계산함",
                clock(from)
            ),
            Self::Negative { at, wh } => {
                format!("{} 값이 음수({wh} Wh): 빈 값으로 바꾸기를 제안", clock(at))
            }
            Self::Reset { at, wh, ordinary_wh } => format!(
                "{} 값 {wh} Wh는 평소 최대 {ordinary_wh} Wh에 비해 지나치게 큼(계기 초기화): 빈 값으로 바꾸기를 제안",
                clock(at)
            ),
            Self::ZeroDay { date } => {
                format!("{date} 하루가 모두 0: 휴무인지 계량 중단인지 확인")
            }
            Self::Unit { divide, multiply, mix_up } => {
                format!("{}: 모든 값에 {multiply}/{divide}을 곱하기를 제안", mix_up.ko())
            }
            Self::ShiftedByASlot { slots, days } => {
                format!("{days}일에서 하루의 시작이 한 칸 어긋남: {slots:+}칸 옮기기를 제안")
            }
        }
    }

    /// What it is and what to do, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Gap { from, slots } => format!(
                "{slots} values are missing from {}: import them, or the bill is a lower bound",
                clock(from)
            ),
            Self::Negative { at, wh } => {
                format!("the value of {} is negative ({wh} Wh): make it unknown", clock(at))
            }
            Self::Reset { at, wh, ordinary_wh } => format!(
                "{wh} Wh at {} is far beyond the ordinary {ordinary_wh} Wh (a reset): make it \
                 unknown",
                clock(at)
            ),
            Self::ZeroDay { date } => {
                format!("{date} is all zeros: find out whether the plant or the meter stood still")
            }
            Self::Unit { divide, multiply, mix_up } => {
                format!("{}: multiply all values by {multiply}/{divide}", mix_up.en())
            }
            Self::ShiftedByASlot { slots, days } => {
                format!("on {days} days the plant opens one slot off: move the data by {slots:+}")
            }
        }
    }
}

impl MixUp {
    fn ko(self) -> &'static str {
        match self {
            Self::KwAsKwh => "kW 값이 kWh로 들어온 것으로 보임(4배)",
            Self::WhAsKwh => "Wh 값이 kWh로 들어온 것으로 보임(1,000배)",
            Self::ThousandTooSmall => "값이 1,000분의 1로 들어온 것으로 보임",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::KwAsKwh => "kW seem to have come in as kWh (four times too much)",
            Self::WhAsKwh => "Wh seem to have come in as kWh (a thousand times too much)",
            Self::ThousandTooSmall => "the values seem a thousand times too small",
        }
    }
}

/// The bills as the load is, and with all proposed repairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BothBills {
    /// As it is.
    pub as_is: Vec<Bill>,
    /// With the repairs of the findings.
    pub repaired: Vec<Bill>,
}

/// Bills with and without the repairs.
pub fn bills_both_ways(
    load: &Load,
    findings: &[Finding],
    terms: &Terms<'_>,
    history: &History,
) -> Result<BothBills, BillError> {
    let mut mended = load.clone();
    // Slots are mended first, as moving the load would move their places.
    let moves = |finding: &&Finding| matches!(finding, Finding::ShiftedByASlot { .. });
    for finding in findings.iter().filter(|f| !moves(f)).chain(findings.iter().filter(moves)) {
        mended = finding.repaired(&mended);
    }
    Ok(BothBills { as_is: bills(load, terms, history)?, repaired: bills(&mended, terms, history)? })
}

fn at(load: &Load, slot: usize) -> DateTime {
    start_of(load.day_of(slot), slot)
}

fn clock(at: &DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn gaps(load: &Load) -> impl Iterator<Item = Finding> + '_ {
    let mut place = 0;
    load.wh.chunk_by(|a, b| a.is_none() == b.is_none()).filter_map(move |run| {
        let from = place;
        place += run.len();
        run[0].is_none().then(|| Finding::Gap { from: at(load, from), slots: run.len() })
    })
}

/// Negative values and resets.
fn odd_slots(load: &Load) -> impl Iterator<Item = Finding> + '_ {
    let ordinary_wh = ordinary(load);
    load.wh.iter().enumerate().filter_map(move |(slot, wh)| {
        let wh = (*wh)?;
        if wh < 0 {
            Some(Finding::Negative { at: at(load, slot), wh })
        } else if ordinary_wh > 0 && wh > ordinary_wh.saturating_mul(RESET_FACTOR) {
            Some(Finding::Reset { at: at(load, slot), wh, ordinary_wh })
        } else {
            None
        }
    })
}

/// The largest slot but for one of a hundred.
fn ordinary(load: &Load) -> i64 {
    let mut values: Vec<i64> = load.wh.iter().flatten().copied().filter(|wh| *wh > 0).collect();
    if values.is_empty() {
        return 0;
    }
    let place = (values.len() - 1) * ORDINARY_PERCENT / 100;
    *values.select_nth_unstable(place).1
}

fn zero_days(load: &Load) -> impl Iterator<Item = Finding> + '_ {
    // A load without any use is no plant to judge.
    let used = load.wh.iter().flatten().any(|wh| *wh != 0);
    load.wh.chunks_exact(SLOTS_PER_DAY).enumerate().filter_map(move |(day, slots)| {
        let zero = used && slots.iter().all(|wh| *wh == Some(0));
        zero.then(|| Finding::ZeroDay { date: load.day_of(day * SLOTS_PER_DAY) })
    })
}

fn unit(load: &Load, expected: &Expected) -> Option<Finding> {
    let finding = |divide, multiply, mix_up| Some(Finding::Unit { divide, multiply, mix_up });
    let sum: i128 = load.wh.iter().flatten().map(|wh| i128::from(*wh)).sum();
    if let Some(invoiced) = expected.invoiced_wh.filter(|wh| *wh > 0) {
        // Within a tenth of the factor.
        let near = |factor_percent: i128| {
            let found = sum * 100;
            let ideal = i128::from(invoiced) * factor_percent;
            (found * 10 - ideal * 10).abs() < ideal
        };
        if near(400) {
            return finding(4, 1, MixUp::KwAsKwh);
        }
        if near(100_000) {
            return finding(1_000, 1, MixUp::WhAsKwh);
        }
        if sum > 0 && (sum * 1_000 * 10 - i128::from(invoiced) * 10).abs() < i128::from(invoiced) {
            return finding(1, 1_000, MixUp::ThousandTooSmall);
        }
        return None;
    }
    let contract_w = expected.contract_w.filter(|w| *w > 0)?;
    let ordinary_w = ordinary(load).saturating_mul(4);
    if ordinary_w == 0 {
        return None;
    }
    if ordinary_w > contract_w.saturating_mul(100) {
        finding(1_000, 1, MixUp::WhAsKwh)
    } else if ordinary_w > contract_w / 100 * MIXED_UP_PERCENT {
        finding(4, 1, MixUp::KwAsKwh)
    } else if ordinary_w < contract_w / 1_000 * TINY_PERMILLE {
        finding(1, 1_000, MixUp::ThousandTooSmall)
    } else {
        None
    }
}

/// Days on which the largest rise of the morning stands one slot beside the opening of the plant.
fn shifted(load: &Load, expected: &Expected) -> Option<Finding> {
    let opens = expected.opens_at_slot.filter(|slot| (2..SLOTS_PER_DAY - 2).contains(slot))?;
    let (mut early, mut on_time, mut late) = (0, 0, 0);
    for day in load.wh.chunks_exact(SLOTS_PER_DAY) {
        let rise = |slot: usize| Some(day[slot]?.saturating_sub(day[slot - 1]?));
        let rises = [opens - 1, opens, opens + 1].map(rise);
        let [Some(before), Some(own), Some(after)] = rises else { continue };
        if before > own.max(after).max(0) {
            early += 1;
        } else if after > own.max(before).max(0) {
            late += 1;
        } else if own > 0 {
            on_time += 1;
        }
    }
    let (slots, days) = if early > late { (1, early) } else { (-1, late) };
    (days >= 5 && days > 2 * (on_time + early + late - days))
        .then_some(Finding::ShiftedByASlot { slots, days })
}
