//! Publishes what may be published: hour by hour the sums of groups, month by month the benchmarks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base::noun::{Complex, Establishment, Point};
use base::{Actor, Grant, Id, Instant, Role, Scope};
use energy_rules::bill::BillMonth;
use energy_rules::sharing::{
    Level, MonthLoad, Reason, SETTLE_DAYS, benchmark, freeze, held_since, partition,
};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::ApiResult;
use platform::work::{Stage, lease};

use super::store::{BENCHMARK, TOTAL};
use super::{BenchmarkBody, Compared, Totals, store};
use crate::Energy;
use crate::load::{KOREA, midnight_ms};
use crate::shared_reading::api::{days_in_slots, slots_until};
use crate::sharing_level::store::{Choices, history};

const EVERY: Duration = Duration::from_mins(1);
const LEASE: Duration = Duration::from_mins(5);
const TASK: &str = "energy.publish_shared";
/// Rounds between two tries of benchmarks that lack values.
const BENCHMARK_ROUNDS: u32 = 10;
/// Months whose hours may still be decided: the present one and the one before.
const MONTHS_OPEN: u16 = 2;
/// Months back that a benchmark is still made for.
const MONTHS_BENCHMARK: u16 = 3;
const SLOTS_PER_HOUR: usize = 4;
/// Contracts that are looked through for meters.
const CONTRACTS_MAX: i64 = 5_000;

/// The choices of a complex, and the meter by which each tenant is billed.
struct Sharers {
    choices: BTreeMap<Id<Establishment>, Choices>,
    meters: BTreeMap<Id<Establishment>, Vec<Id<Point>>>,
}

impl Energy {
    /// Starts to publish, every minute, on the one machine that holds the lease.
    pub(crate) fn start_publishing(&self) {
        let energy = self.clone();
        let holder: Arc<str> = self.platform.clock.new_id::<Complex>().to_string().into();
        let mut round = 0_u32;
        self.platform.tasks.every(Stage::Drain, EVERY, move || {
            let (energy, holder) = (energy.clone(), holder.clone());
            // Values that came while nothing ran are not waited for.
            let with_benchmarks =
                round < BENCHMARK_ROUNDS || round.is_multiple_of(BENCHMARK_ROUNDS);
            round = round.wrapping_add(1);
            async move {
                if let Err(problem) = energy.round(&holder, with_benchmarks).await {
                    tracing::warn!(
                        code = problem.code,
                        detail = problem.detail,
                        "shared sums were not published in this round"
                    );
                }
            }
        });
    }

    async fn round(&self, holder: &str, with_benchmarks: bool) -> ApiResult<()> {
        let now = self.platform.clock.now();
        if lease::take(&self.platform.db, TASK, holder, now, LEASE).await? {
            self.publish_shared(now, with_benchmarks).await?;
        }
        Ok(())
    }

    /// Publishes everything that is due. Safe to repeat: what is decided stays.
    pub(crate) async fn publish_shared(
        &self,
        now: Instant,
        with_benchmarks: bool,
    ) -> ApiResult<()> {
        let today = now.timestamp().in_tz(KOREA).expect("the time zones are compiled in").date();
        let present = BillMonth::of(today, 0);
        let directory = self.directory.snapshot();
        for complex in directory.complexes() {
            let sharers = self.sharers(complex.id).await?;
            if sharers.choices.is_empty() {
                continue;
            }
            for back in 0..MONTHS_OPEN {
                self.publish_month(&sharers, complex.id, present.earlier(back), now).await?;
            }
            let months = if with_benchmarks { MONTHS_BENCHMARK } else { 0 };
            for back in 1..=months {
                self.compare_month(&sharers, complex.id, present.earlier(back), now).await?;
            }
        }
        Ok(())
    }

    async fn sharers(&self, complex: Id<Complex>) -> ApiResult<Sharers> {
        let mut tx = self.platform.db.read().await?;
        let choices = history(&mut tx, complex).await?;
        let mut meters: BTreeMap<_, Vec<Id<Point>>> = BTreeMap::new();
        let contracts =
            crate::electricity_contract::store::list(&mut tx, complex, None, None, CONTRACTS_MAX);
        for contract in contracts.await? {
            if let Some(owner) = contract.establishment_id {
                meters.entry(owner).or_default().push(contract.terms.active_point_id);
            }
        }
        for points in meters.values_mut() {
            points.sort_unstable();
            points.dedup();
        }
        Ok(Sharers { choices, meters })
    }

    /// Who counts in a month, by industry: who shared so much since its first moment and has a meter.
    fn candidates(
        &self,
        sharers: &Sharers,
        month: BillMonth,
        needed: Level,
    ) -> BTreeMap<Id<Establishment>, Option<String>> {
        let directory = self.directory.snapshot();
        let since = month_start(month);
        let holds = sharers.choices.iter().filter(|(id, choices)| {
            held_since(&choices.levels, &since, needed) && sharers.meters.contains_key(id)
        });
        let industry = |id: Id<Establishment>| {
            let site = directory.establishment(id);
            site.and_then(|site| site.ksic.as_deref().map(str::to_owned))
        };
        holds.map(|(id, _)| (*id, industry(*id))).collect()
    }

    async fn publish_month(
        &self,
        sharers: &Sharers,
        complex: Id<Complex>,
        month: BillMonth,
        now: Instant,
    ) -> ApiResult<()> {
        let mut tx = self.platform.db.read().await?;
        let mut groups: Vec<Totals> = store::of_month(&mut tx, TOTAL, complex, month).await?;
        drop(tx);
        if groups.is_empty() {
            groups = self.fix(sharers, complex, month, now).await?;
        }
        let since = month_start(month);
        for group in &mut groups {
            let holds = |id: &Id<Establishment>| {
                let choices = sharers.choices.get(id);
                choices.is_some_and(|choices| held_since(&choices.levels, &since, Level::Total))
            };
            if group.body.shown(holds).is_ok() {
                self.publish_group(sharers, group, now).await?;
            }
        }
        Ok(())
    }

    /// Fixes the groups of a month for good.
    async fn fix(
        &self,
        sharers: &Sharers,
        complex: Id<Complex>,
        month: BillMonth,
        now: Instant,
    ) -> ApiResult<Vec<Totals>> {
        let hours = days_of(month) * 24;
        let groups = freeze(&self.candidates(sharers, month, Level::Total), hours);
        let kept = groups.into_iter().map(|body| {
            let code = body.code.clone();
            Totals { complex, month, code, version: 1, body }
        });
        let kept: Vec<Totals> = kept.collect();
        let mut tx = self.platform.db.write().await?;
        for group in &kept {
            store::insert(&mut tx, TOTAL, group, now).await?;
        }
        tx.commit().await?;
        Ok(kept)
    }

    /// Decides on the hours of a group that are over.
    async fn publish_group(
        &self,
        sharers: &Sharers,
        group: &mut Totals,
        now: Instant,
    ) -> ApiResult<()> {
        let first = group.month.first_day();
        let over = slots_until(first, now.as_millis());
        let settled = over.saturating_sub(days_in_slots(SETTLE_DAYS)) / SLOTS_PER_HOUR;
        let over = (over / SLOTS_PER_HOUR).min(days_of(group.month) * 24);
        let Some(open) = group.body.first_open().filter(|open| *open < over) else {
            return Ok(());
        };
        let day = |hour: usize| {
            let days = i64::try_from(hour / 24).expect("a month has few days");
            first.saturating_add(jiff::Span::new().days(days))
        };
        let (from, to) = (day(open), day(over - 1));
        let mut hourly = Vec::new();
        for member in group.body.members() {
            let slots = self.metered(sharers, group.complex, *member, (from, to)).await?;
            let hours = slots.chunks(SLOTS_PER_HOUR).map(|hour| hour.iter().copied().sum());
            hourly.push(hours.collect::<Vec<Option<i64>>>());
        }
        let before = group.body.clone();
        for hour in open..over {
            let place = hour - open / 24 * 24;
            let wh: Vec<_> =
                hourly.iter().map(|hours| hours.get(place).copied().flatten()).collect();
            group.body.decide(hour, &wh, hour < settled);
        }
        if group.body == before {
            return Ok(());
        }
        group.version += 1;
        let mut tx = self.platform.db.write().await?;
        if store::update(&mut tx, TOTAL, group, now).await? {
            tx.commit().await?;
        }
        Ok(())
    }

    /// Makes the benchmarks of a month that is over, once.
    async fn compare_month(
        &self,
        sharers: &Sharers,
        complex: Id<Complex>,
        month: BillMonth,
        now: Instant,
    ) -> ApiResult<()> {
        let slots = slots_until(month.next().first_day(), now.as_millis());
        if slots < days_in_slots(SETTLE_DAYS) {
            return Ok(());
        }
        let mut tx = self.platform.db.read().await?;
        let made: Vec<Compared> = store::of_month(&mut tx, BENCHMARK, complex, month).await?;
        drop(tx);
        let mut candidates = self.candidates(sharers, month, Level::Benchmark);
        for member in made.iter().flat_map(|group| &group.body.members) {
            candidates.remove(member);
        }
        let first = month.first_day();
        let mut kept = Vec::new();
        for (code, members) in partition(&candidates) {
            if made.iter().any(|group| group.code == code) {
                continue;
            }
            let mut loads = Vec::new();
            for member in &members {
                let days = (first, first.last_of_month());
                let wh = self.metered(sharers, complex, *member, days).await?;
                let choices = sharers.choices.get(member);
                let floor_area_m2 = choices.and_then(|choices| choices.floor_area_m2);
                loads.push((*member, MonthLoad { wh, floor_area_m2 }));
            }
            let outcome = benchmark(first, &loads);
            // Values may still come by an import: until then nothing of the group is told or kept.
            if outcome != Err(Reason::MissingValues) {
                let body = BenchmarkBody { members: members.into_iter().collect(), outcome };
                kept.push(Compared { complex, month, code, version: 1, body });
            }
        }
        if kept.is_empty() {
            return Ok(());
        }
        let mut tx = self.platform.db.write().await?;
        for group in &kept {
            store::insert(&mut tx, BENCHMARK, group, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// What a member's meters counted together, Wh by quarter of an hour; read as the member may read.
    async fn metered(
        &self,
        sharers: &Sharers,
        complex: Id<Complex>,
        member: Id<Establishment>,
        (from, to): (Date, Date),
    ) -> ApiResult<Vec<Option<i64>>> {
        let scope = Scope::Establishment { id: member, complex };
        let role = Grant { role: Role::EnergyManager, scope };
        let clock = self.platform.clock.clone();
        let ctx = Ctx::new(Actor::system(TASK), vec![role], clock, format!("task:{TASK}"));
        let mut sum: Option<Vec<Option<i64>>> = None;
        for point in sharers.meters.get(&member).into_iter().flatten() {
            let read = self.slots(&ctx, *point, from, to).await?.amounts;
            sum = Some(match sum {
                None => read,
                Some(sum) => sum.into_iter().zip(read).map(|(a, b)| Some(a? + b?)).collect(),
            });
        }
        Ok(sum.unwrap_or_default())
    }
}

/// The first moment of a month of Korea.
pub(crate) fn month_start(month: BillMonth) -> Instant {
    Instant::from_micros(midnight_ms(month.first_day()) * 1_000)
}

/// Days of a month.
pub(crate) fn days_of(month: BillMonth) -> usize {
    usize::try_from(month.first_day().days_in_month()).unwrap_or(31)
}
