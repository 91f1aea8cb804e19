//! What came in, what the meters below account for, and what is left.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Counts, Kind, Place, Tree};
use crate::SLOTS_PER_DAY;

/// So many owners must be hidden before their sum, with the rest in it, is told.
pub const HIDDEN_OWNERS_MIN: usize = 5;

/// What meters may be off by, in thousandths of what they count, at each of them: accuracy class 0.5, as of
/// 2026-11-26. Our own choice, of the classes of IEC 62053-22 as we remember them; which class is mandatory for which
/// meter in Korea was not read (미확인).
pub const TOLERANCE_PERMILLE: i64 = 5;
/// The step that a meter counts in, Wh: one decimal of a kWh, as of 2026-11-26. Our own choice (미확인).
pub const COUNTING_STEP_WH: i64 = 100;

/// How long a period of a balance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// A quarter of an hour.
    Slot,
    /// A day.
    Day,
    /// A calendar month.
    Month,
    /// All of the time.
    Whole,
}

/// What a meter below accounts for, in the slots that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The meter.
    pub node: Place,
    /// Drawn, generated or charged, Wh.
    pub forward_wh: i64,
    /// Fed back or discharged, Wh.
    pub back_wh: i64,
}

/// The balance of a meter over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The first slot.
    pub first_slot: usize,
    /// The day of that.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Slots of the period.
    pub slots: usize,
    /// Slots that count in nothing here, since a reading is missing.
    pub missing_slots: usize,
    /// Drawn through the meter, Wh.
    pub forward_wh: i64,
    /// Fed back through it, Wh.
    pub back_wh: i64,
    /// The meters below that the reader may see, by place.
    pub parts: Vec<Part>,
    /// The meters below that he may not, by place.
    pub hidden: Vec<Place>,
    /// What nothing below accounts for (설명되지 않는 차이), Wh; `None` with hidden meters, or when no
    /// slot counts.
    pub rest_wh: Option<i64>,
    /// The rest and all hidden meters together, Wh; only where [`HIDDEN_OWNERS_MIN`] owners are hidden
    /// in every slot that counts.
    pub unshown_wh: Option<i64>,
    /// What came in: drawn less fed back, generated, discharged, Wh.
    pub supply_wh: i64,
}

/// What a reader should look into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The meters below count more than what came in, by more than meters may be off.
    BelowExceeds {
        /// By so much, Wh.
        wh: i64,
    },
    /// The rest is larger than what was said to be usual.
    RestAboveLimit {
        /// Thousandths of what came in.
        permille: i64,
        /// What was said.
        limit_permille: u16,
    },
}

impl Warning {
    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::BelowExceeds { .. } => "below_exceeds",
            Self::RestAboveLimit { .. } => "rest_above_limit",
        }
    }

    /// In Korean, what it is and what to look at.
    pub fn ko(self) -> String {
        match self {
            Self::BelowExceeds { wh } => format!(
                "아래 계량기의 합이 들어온 전력량보다 {} kWh 많습니다. 변류비(CT) 설정, 상위 계량기 지정, 계량기 \
                 시계를 확인하세요.",
                kilo(wh)
            ),
            Self::RestAboveLimit { permille, limit_permille } => format!(
                "설명되지 않는 차이가 들어온 전력량의 {} %로 기준 {} %를 넘습니다. 빠진 하위 계량기나 결선, \
                 손실을 확인하세요.",
                tenth(permille),
                tenth(i64::from(limit_permille))
            ),
        }
    }

    /// In English.
    pub fn en(self) -> String {
        match self {
            Self::BelowExceeds { wh } => format!(
                "The meters below count {} kWh more than came in: check the current transformer ratios, which \
                 meter each stands below, and the meters' clocks.",
                kilo(wh)
            ),
            Self::RestAboveLimit { permille, limit_permille } => format!(
                "The unexplained rest is {} % of what came in, above the limit of {} %: look for a load \
                 without a meter, wrong wiring, losses.",
                tenth(permille),
                tenth(i64::from(limit_permille))
            ),
        }
    }
}

/// Wh as kWh with one decimal, for sentences.
fn kilo(wh: i64) -> String {
    format!("{}.{}", wh / 1_000, wh.rem_euclid(1_000) / 100)
}

fn tenth(permille: i64) -> String {
    format!("{}.{}", permille / 10, permille.rem_euclid(10))
}

impl Period {
    /// The rest in thousandths of what came in.
    pub fn rest_permille(&self) -> Option<i64> {
        let (rest, supply) = (i128::from(self.rest_wh?), i128::from(self.supply_wh));
        (supply > 0).then(|| i64::try_from(rest * 1_000 / supply).unwrap_or(i64::MAX))
    }

    /// What the meters themselves may be off by in this period, Wh: [`TOLERANCE_PERMILLE`] of what each counted and a
    /// [`COUNTING_STEP_WH`] of each. Their errors are added up, as they may all lie on the same side.
    pub fn tolerance_wh(&self) -> i64 {
        let of = |forward: i64, back: i64| {
            let counted = forward.saturating_abs().saturating_add(back.saturating_abs());
            counted.saturating_mul(TOLERANCE_PERMILLE) / 1_000 + COUNTING_STEP_WH
        };
        let below = self.parts.iter().map(|part| of(part.forward_wh, part.back_wh));
        below.fold(of(self.forward_wh, self.back_wh), i64::saturating_add)
    }

    /// What to look into, with a limit for the rest in thousandths of what came in.
    pub fn warnings(&self, limit_permille: u16) -> Vec<Warning> {
        let Some(rest) = self.rest_wh else { return Vec::new() };
        let beyond = rest.saturating_neg() > self.tolerance_wh();
        let negative = beyond.then_some(Warning::BelowExceeds { wh: rest.saturating_neg() });
        let above = self.rest_permille().filter(|permille| *permille > i64::from(limit_permille));
        let above = above.map(|permille| Warning::RestAboveLimit { permille, limit_permille });
        negative.into_iter().chain(above).collect()
    }
}

impl Tree {
    /// The balance of a meter, period by period; `None` where the reader may not know the meter itself,
    /// or nothing stands below it.
    pub fn balance(&self, counts: &Counts, node: Place, every: Every) -> Option<Vec<Period>> {
        counts.series.get(node)?.as_ref()?;
        self.below(node).next()?;
        let mut periods = Vec::new();
        let mut first = 0;
        while first < counts.slots {
            let end = end_of(counts, first, every);
            periods.push(self.period(counts, node, first..end));
            first = end;
        }
        Some(periods)
    }

    fn period(&self, counts: &Counts, node: Place, slots: std::ops::Range<usize>) -> Period {
        let mut period = Period {
            first_slot: slots.start,
            from: counts.day_of(slots.start),
            to: counts.day_of(slots.end.saturating_sub(1)),
            slots: slots.len(),
            missing_slots: 0,
            forward_wh: 0,
            back_wh: 0,
            parts: Vec::new(),
            hidden: Vec::new(),
            rest_wh: None,
            unshown_wh: None,
            supply_wh: 0,
        };
        let below: Vec<Place> = self.below(node).collect();
        let mut tally = Tally::default();
        for slot in slots {
            let day = counts.day_of(slot);
            let stands = |at: &Place| self.nodes[*at].holds_on(day);
            let held = below.iter().copied().filter(|at| stands(at));
            if !(stands(&node) && self.count(counts, node, (slot, held), &mut period, &mut tally)) {
                period.missing_slots += 1;
            }
        }
        if period.missing_slots < period.slots {
            period.rest_wh = (!tally.is_any_hidden).then_some(tally.rest_wh);
            period.unshown_wh = tally.is_always_many.then_some(tally.rest_wh);
        }
        period.parts.sort_unstable_by_key(|part| part.node);
        period.hidden.sort_unstable();
        period
    }

    /// Adds a slot; false when a reading is missing.
    fn count(
        &self,
        counts: &Counts,
        node: Place,
        (slot, held): (usize, impl Iterator<Item = Place>),
        period: &mut Period,
        tally: &mut Tally,
    ) -> bool {
        let parent = counts.series[node].as_ref();
        let Some(net) = parent.and_then(|series| series.net(slot)) else { return false };
        let (mut rest, mut supply) = (net, net);
        let (mut parts, mut owners) = (Vec::new(), BTreeSet::new());
        for at in held {
            let Some(series) = counts.series.get(at).and_then(Option::as_ref) else {
                if !period.hidden.contains(&at) {
                    period.hidden.push(at);
                }
                owners.insert(self.nodes[at].owner);
                continue;
            };
            let Some(wh) = series.net(slot) else { return false };
            let forward_wh = series.forward[slot].unwrap_or(0);
            let back_wh = series.back.get(slot).copied().flatten().unwrap_or(0);
            if self.nodes[at].kind == Kind::Generator {
                rest = rest.saturating_add(wh);
                supply = supply.saturating_add(wh);
            } else {
                rest = rest.saturating_sub(wh);
                if self.nodes[at].kind == Kind::Battery {
                    supply = supply.saturating_add(back_wh);
                }
            }
            parts.push(Part { node: at, forward_wh, back_wh });
        }
        let parent = parent.expect("its net is known");
        add(&mut period.forward_wh, parent.forward[slot].unwrap_or(0));
        add(&mut period.back_wh, parent.back.get(slot).copied().flatten().unwrap_or(0));
        add(&mut period.supply_wh, supply);
        for part in parts {
            match period.parts.iter_mut().find(|known| known.node == part.node) {
                Some(known) => {
                    add(&mut known.forward_wh, part.forward_wh);
                    add(&mut known.back_wh, part.back_wh);
                }
                None => period.parts.push(part),
            }
        }
        tally.is_any_hidden |= !owners.is_empty();
        tally.is_always_many &= owners.len() >= HIDDEN_OWNERS_MIN;
        add(&mut tally.rest_wh, rest);
        true
    }
}

/// The slot after a period that begins with `first`.
fn end_of(counts: &Counts, first: usize, every: Every) -> usize {
    let next_day = (first / SLOTS_PER_DAY + 1) * SLOTS_PER_DAY;
    let end = match every {
        Every::Slot => first + 1,
        Every::Day => next_day,
        Every::Month => {
            let month = counts.day_of(first).first_of_month();
            let mut end = next_day;
            while end < counts.slots && counts.day_of(end).first_of_month() == month {
                end += SLOTS_PER_DAY;
            }
            end
        }
        Every::Whole => counts.slots,
    };
    end.min(counts.slots)
}

/// The rest as it adds up.
struct Tally {
    rest_wh: i64,
    is_any_hidden: bool,
    is_always_many: bool,
}

impl Default for Tally {
    fn default() -> Self {
        Self { rest_wh: 0, is_any_hidden: false, is_always_many: true }
    }
}

fn add(to: &mut i64, wh: i64) {
    *to = to.saturating_add(wh);
}
