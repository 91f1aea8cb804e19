//! From readings to loads: what a contract's meter counted, in quarters of an hour of Korea.

use base::noun::Point;
use base::{Id, PointKind, Quality, Reading as Measured};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::{BillMonth, Choices, CustomerContract, PowerFactor, Terms};
use energy_rules::load::Load;
use energy_rules::tariff::SlotPrice;
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Problem};
use registry::directory::PointInfo;
use telemetry::{EDGE_MS, RAW_READINGS_MAX, counter_slots};

use crate::Energy;
use crate::electricity_contract::{self, ContractTerms, ElectricityContract};

/// Seconds of a slot.
pub(crate) const SLOT_S: u32 = 900;
const SLOT_MS: i64 = SLOT_S as i64 * 1_000;
/// Days of one load.
pub(crate) const DAYS_MAX: i64 = 3 * 366;
/// Months of one answer.
const MONTHS_MAX: u16 = 24;
/// Months that are shown when nothing is said.
const MONTHS_DEFAULT: u16 = 12;
/// Days that are asked for at once; the store gives no more readings.
const PIECE_DAYS: i64 = 366;
const DAY_MS: i64 = 86_400_000;
/// How far beyond its slots a counter is read: its next reading, that many seconds late.
const COUNTER_MARGIN_MS: i64 = SLOT_MS + EDGE_MS;

/// A load, and what was left out of it.
pub(crate) struct MeteredLoad {
    pub(crate) load: Load,
    /// Readings that do not begin on a quarter of an hour.
    pub(crate) off_grid: u32,
    /// A part of the time is not the reader's to see.
    pub(crate) hidden: bool,
}

/// The quarters of an hour of one point, in thousandths of its unit.
pub(crate) struct Slots {
    pub(crate) amounts: Vec<Option<i64>>,
    /// A part of the time is not the reader's to see.
    pub(crate) hidden: bool,
}

/// The zone that tariffs are read in.
pub(crate) const KOREA: &str = "Asia/Seoul";

/// The day that it is in Korea.
pub(crate) fn today(ctx: &Ctx) -> Date {
    day_in_korea(ctx.now)
}

/// The day of a moment in Korea.
pub(crate) fn day_in_korea(at: base::Instant) -> Date {
    at.timestamp().in_tz(KOREA).expect("the time zones are compiled in").date()
}

/// The months that are asked for: the present one and eleven before it when nothing is said.
pub(crate) fn months(
    ctx: &Ctx,
    contract: &CustomerContract,
    (from, to): (Option<BillMonth>, Option<BillMonth>),
) -> ApiResult<(BillMonth, BillMonth)> {
    let to = to.unwrap_or_else(|| BillMonth::of(today(ctx), contract.reading_day));
    let from = from.unwrap_or_else(|| to.earlier(MONTHS_DEFAULT - 1));
    if from > to || from < to.earlier(MONTHS_MAX - 1) {
        let detail = format!("give a `from` before `to`, and at most {MONTHS_MAX} months");
        return Err(Problem::invalid_field("/from", detail));
    }
    Ok((from, to))
}

/// The first millisecond of a day in Korea.
pub(crate) fn midnight_ms(day: Date) -> i64 {
    let zoned = day.in_tz(KOREA);
    zoned.map_or(0, |zoned| zoned.timestamp().as_millisecond())
}

impl Energy {
    /// The contract with this id, if there is one that `ctx` may know of.
    pub(crate) async fn contract(
        &self,
        ctx: &Ctx,
        id: Id<ElectricityContract>,
    ) -> ApiResult<ElectricityContract> {
        let mut tx = self.platform.db.read().await?;
        electricity_contract::api::visible(&mut tx, ctx, id).await
    }

    /// What bills of a contract are made by.
    pub(crate) fn terms<'a>(
        &'a self,
        contract: &'a CustomerContract,
        power_factor: PowerFactor,
    ) -> Terms<'a> {
        Terms {
            tariffs: &self.tariffs,
            adders: &self.adders,
            calendar: &self.calendar,
            contract,
            choices: Choices { power_factor, ..Choices::default() },
        }
    }

    /// What a kWh costs in each slot, by the terms of its day; free where no terms hold.
    pub(crate) fn prices(
        &self,
        contract: &CustomerContract,
        days: (Date, usize),
    ) -> Vec<SlotPrice> {
        let free = SlotPrice { micro_won_per_kwh: 0, counts: false };
        let known = self.known_prices(contract, days);
        known.into_iter().map(|price| price.unwrap_or(free)).collect()
    }

    /// What a kWh costs in each slot, millionths of a won; `None` where no terms hold.
    pub(crate) fn kwh_prices(
        &self,
        contract: &CustomerContract,
        days: (Date, usize),
    ) -> Vec<Option<i64>> {
        let known = self.known_prices(contract, days);
        known.into_iter().map(|price| price.map(|price| price.micro_won_per_kwh)).collect()
    }

    fn known_prices(
        &self,
        contract: &CustomerContract,
        (first, days): (Date, usize),
    ) -> Vec<Option<SlotPrice>> {
        let mut prices = Vec::with_capacity(days * SLOTS_PER_DAY);
        for date in first.series(jiff::Span::new().days(1)).take(days) {
            let rates = contract.on(date).and_then(|row| {
                let tariff = self.tariffs.get(&row.version)?;
                Some((tariff, tariff.option(&row.option)?))
            });
            match rates {
                Some((tariff, option)) => {
                    // The adders of a month stand in for all of it, as in its bill.
                    let reading_day = contract.reading_day;
                    let begins = BillMonth::of(date, reading_day).period(reading_day).first;
                    let earlier = contract.on(begins);
                    let earlier = earlier.and_then(|row| self.tariffs.get(&row.version));
                    let rules_of = earlier.unwrap_or(tariff).rules_before(&self.adders, begins);
                    let adders = (&*self.adders, rules_of);
                    let day = tariff.slot_prices(option, adders, &self.calendar, (date, 1));
                    prices.extend(day.into_iter().map(Some));
                }
                None => prices.extend([None; SLOTS_PER_DAY]),
            }
        }
        prices
    }

    /// What one point counted from the beginning of `first` until the end of `last`, as far as `ctx` may read.
    pub(crate) async fn slots(
        &self,
        ctx: &Ctx,
        point: Id<Point>,
        first: Date,
        last: Date,
    ) -> ApiResult<Slots> {
        let days = usize::try_from((last - first).get_days() + 1).unwrap_or(0);
        let slots = days * SLOTS_PER_DAY;
        let mut read = Reading { energy: self, ctx, first, slots, off_grid: 0, hidden: false };
        let amounts = read.point(point).await?;
        Ok(Slots { amounts, hidden: read.hidden })
    }

    /// The load of a contract from the beginning of `first` until the end of `last`, as far as `ctx` may
    /// read the meter's points.
    pub(crate) async fn load(
        &self,
        ctx: &Ctx,
        terms: &ContractTerms,
        first: Date,
        last: Date,
    ) -> ApiResult<MeteredLoad> {
        let days = i64::from((last - first).get_days()) + 1;
        if !(1..=DAYS_MAX).contains(&days) {
            let detail = format!("ask for 1 to {DAYS_MAX} days");
            return Err(Problem::invalid_field("/from", detail));
        }
        let slots = usize::try_from(days).expect("checked above") * SLOTS_PER_DAY;
        let mut read = Reading { energy: self, ctx, first, slots, off_grid: 0, hidden: false };
        let wh = read.point(terms.active_point_id).await?;
        let lagging_varh = match terms.lagging_point_id {
            Some(id) => read.point(id).await?,
            None => Vec::new(),
        };
        let leading_varh = match terms.leading_point_id {
            Some(id) => read.point(id).await?,
            None => Vec::new(),
        };
        let (off_grid, hidden) = (read.off_grid, read.hidden);
        let load = Load { first_day: first, wh, lagging_varh, leading_varh };
        Ok(MeteredLoad { load, off_grid, hidden })
    }
}

/// What one point counted.
pub(crate) struct PointLoad {
    /// Thousandths of its unit, slot by slot.
    pub(crate) wh: Vec<Option<i64>>,
    /// A part of the time is not the reader's to see.
    pub(crate) hidden: bool,
}

impl Energy {
    /// What a point counted on some days; `None` where `ctx` may read nothing of it.
    pub(crate) async fn point_load(
        &self,
        ctx: &Ctx,
        point: Id<Point>,
        (first, days): (Date, usize),
    ) -> ApiResult<Option<PointLoad>> {
        let slots = days * SLOTS_PER_DAY;
        let mut read = Reading { energy: self, ctx, first, slots, off_grid: 0, hidden: false };
        match read.point(point).await {
            Ok(wh) => Ok(Some(PointLoad { wh, hidden: read.hidden })),
            Err(problem) if problem.status() == 403 => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

struct Reading<'a> {
    energy: &'a Energy,
    ctx: &'a Ctx,
    first: Date,
    slots: usize,
    off_grid: u32,
    hidden: bool,
}

impl Reading<'_> {
    /// Thousandths of the point's unit, slot by slot.
    async fn point(&mut self, id: Id<Point>) -> ApiResult<Vec<Option<i64>>> {
        let from_ms = midnight_ms(self.first);
        let until_ms = from_ms + i64::try_from(self.slots).unwrap_or(i64::MAX) * SLOT_MS;
        let directory = self.energy.directory.snapshot();
        let point = directory.point_by_id(id).ok_or_else(|| Problem::not_found("point", id))?;
        let telemetry = &self.energy.telemetry;
        let mut amounts = Vec::with_capacity(self.slots);
        let mut todo = pieces(point, from_ms, until_ms);
        todo.reverse();
        while let Some(piece) = todo.pop() {
            let found = telemetry.permitted_around(self.ctx, id, piece.span(), piece.margin_ms);
            let found = match found.await {
                Ok(found) => found,
                Err(problem) => {
                    // Too many readings for one answer.
                    let halves = piece.halves().filter(|_| problem.status() == 422);
                    let Some((first, second)) = halves else { return Err(problem) };
                    todo.extend([second, first]);
                    continue;
                }
            };
            self.hidden |= found.hidden;
            let grid = piece.grid(point, &found.readings);
            self.off_grid += grid.off_grid;
            amounts.extend(grid.amounts);
        }
        Ok(amounts)
    }
}

/// Whether a point tells quarters of an hour: as intervals, or as a counter that is read at least as often.
pub(crate) fn is_quarterly(point: &PointInfo) -> bool {
    match point.kind {
        PointKind::Interval => point.interval_s == Some(SLOT_S),
        PointKind::Counter => point.expected_interval_s <= SLOT_S,
        PointKind::Gauge => false,
    }
}

/// A stretch of slots that is read at once.
pub(crate) struct Piece {
    from_ms: i64,
    slots: usize,
    /// How far beyond its slots it is read.
    margin_ms: i64,
}

/// What the slots of a piece hold.
pub(crate) struct Grid {
    /// Thousandths of the point's unit.
    pub(crate) amounts: Vec<Option<i64>>,
    /// Readings that do not begin on a quarter of an hour; of a counter it does not matter.
    off_grid: u32,
}

/// Cuts whole slots into pieces whose readings the store gives at once.
pub(crate) fn pieces(point: &PointInfo, from_ms: i64, until_ms: i64) -> Vec<Piece> {
    let is_counter = point.kind == PointKind::Counter;
    let margin_ms = if is_counter { COUNTER_MARGIN_MS } else { 0 };
    // A counter may be read more often than it is expected to be.
    let readings = i64::try_from(RAW_READINGS_MAX).unwrap_or(i64::MAX) / 2;
    let days = readings.saturating_mul(i64::from(point.expected_interval_s)) / 86_400;
    let days = if is_counter { days.clamp(1, PIECE_DAYS) } else { PIECE_DAYS };
    let mut pieces = Vec::new();
    let mut from_ms = from_ms;
    while from_ms < until_ms {
        let end_ms = until_ms.min(from_ms + days * DAY_MS);
        pieces.push(Piece {
            from_ms,
            slots: usize::try_from((end_ms - from_ms) / SLOT_MS).unwrap_or(0),
            margin_ms,
        });
        from_ms = end_ms;
    }
    pieces
}

impl Piece {
    /// The time of its slots.
    fn span(&self) -> (i64, i64) {
        let length_ms = i64::try_from(self.slots).unwrap_or(i64::MAX).saturating_mul(SLOT_MS);
        (self.from_ms, self.from_ms.saturating_add(length_ms))
    }

    /// The time that is to be read for them.
    pub(crate) fn to_read(&self) -> (i64, i64) {
        let (from_ms, until_ms) = self.span();
        (from_ms - self.margin_ms, until_ms.saturating_add(self.margin_ms))
    }

    /// Two pieces in its place, of whole days, for a point that is read more often than it is expected to be; none
    /// when it is no longer than a day.
    pub(crate) fn halves(&self) -> Option<(Self, Self)> {
        let days = self.slots / SLOTS_PER_DAY;
        let first = Self { slots: days / 2 * SLOTS_PER_DAY, ..*self };
        let second = Self { from_ms: first.span().1, slots: self.slots - first.slots, ..*self };
        (days > 1).then_some((first, second))
    }

    /// Puts readings into their slots.
    pub(crate) fn grid(&self, point: &PointInfo, readings: &[Measured]) -> Grid {
        if point.kind == PointKind::Counter {
            let counted = counter_slots(point, readings, (self.from_ms, self.slots, SLOT_MS));
            let amounts = counted.into_iter().map(|amount| amount.and_then(thousandths)).collect();
            return Grid { amounts, off_grid: 0 };
        }
        let mut grid = Grid { amounts: vec![None; self.slots], off_grid: 0 };
        // What a person struck out counts in no figure.
        for reading in readings.iter().filter(|reading| !reading.quality.has(Quality::VOID)) {
            let offset_ms = reading.at_ms - self.from_ms;
            let slot = usize::try_from(offset_ms / SLOT_MS).ok();
            let slot = slot.filter(|_| offset_ms % SLOT_MS == 0);
            match slot.and_then(|slot| grid.amounts.get_mut(slot)) {
                Some(amount) => *amount = thousandths(reading.value),
                None => grid.off_grid += 1,
            }
        }
        grid
    }
}

/// kWh to Wh, to the nearest.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(crate) fn thousandths(value: f64) -> Option<i64> {
    let scaled = (value * 1_000.0).round();
    (scaled.is_finite() && scaled.abs() < 1e15).then_some(scaled as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_halved_by_whole_days_down_to_one() {
        let whole = Piece { from_ms: 0, slots: 5 * SLOTS_PER_DAY, margin_ms: 7 };
        let (first, second) = whole.halves().unwrap();
        assert_eq!(first.span(), (0, 2 * DAY_MS));
        assert_eq!(second.span(), (2 * DAY_MS, 5 * DAY_MS));
        assert_eq!(second.to_read(), (2 * DAY_MS - 7, 5 * DAY_MS + 7));
        let (day, rest) = second.halves().unwrap();
        assert_eq!((day.slots, rest.slots), (SLOTS_PER_DAY, 2 * SLOTS_PER_DAY));
        assert!(day.halves().is_none());
    }
}
