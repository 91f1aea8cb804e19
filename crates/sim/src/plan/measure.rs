//! The saving measure of the demonstration: whose cold stores were insulated, since when, and the weather that its
//! model needs. Invented, like everything here.

use jiff::civil::Date;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::{Device, Load, Plan, Trade};
use crate::world::{Moment, World};

/// Korea keeps UTC+9 all year.
const SEOUL: Offset = Offset::constant(9);
/// The measure was done before a quarter of a year that began at least so many days ago.
const AGE_DAYS_MIN: i64 = 92;
/// Days of the work.
const WORK_DAYS: i64 = 7;
/// Days before the work that it is compared with.
const BASELINE_DAYS: i64 = 365;
/// Share of what the cold stores draw that the measure spares.
pub(crate) const SPARED: f64 = 0.1;
/// Power of the tenant's site, kW: middling.
const SITE_KW: std::ops::Range<f64> = 200.0..420.0;
const DAY_MS: i64 = 24 * 3_600_000;
const COST_WON: i64 = 18_000_000;

impl Plan {
    /// The meter of the tenant that the visitor manages besides, whose measure is shown: a middling food works of
    /// the first complex with one meter.
    pub fn improved_meter(&self) -> Option<&Device> {
        let mut meters = self.food_meters().into_iter();
        meters.find(|meter| {
            let site = meter.establishment;
            let feeders = self.devices.iter().filter(|other| other.establishment == site);
            let kw = meter.load.map_or(0.0, |(_, kw)| kw);
            SITE_KW.contains(&kw) && feeders.count() == 1
        })
    }

    /// The meters of the food works of the first complex, whose benchmark is shown.
    pub fn food_meters(&self) -> Vec<&Device> {
        let is_food = |device: &&Device| {
            device.complex == 0 && matches!(device.load, Some((Load::Tenant(Trade::Food), _)))
        };
        self.devices.iter().filter(is_food).collect()
    }

    /// The same plan, with the measure done as it was for who looks at `now_ms`.
    pub fn improved(mut self, now_ms: i64) -> Self {
        self.improved_from_ms = Some(midnight_ms(improved_from(now_ms)));
        self
    }
}

/// Midnight of the first day that has to be known for the measure, milliseconds since 1970 UTC.
pub fn measured_from_ms(now_ms: i64) -> i64 {
    midnight_ms(improved_from(now_ms)) - (WORK_DAYS + BASELINE_DAYS) * DAY_MS
}

/// The first day after the work, for who looks at `now_ms`. It stays for a quarter of a year, so that a simulator
/// that is started again tells the same history.
fn improved_from(now_ms: i64) -> Date {
    let last = day_of(now_ms).saturating_sub(jiff::Span::new().days(AGE_DAYS_MIN));
    let quarter = (last.month() - 1) / 3 * 3 + 1;
    jiff::civil::date(last.year(), quarter, 1)
}

fn day_of(at_ms: i64) -> Date {
    let stamp = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    SEOUL.to_datetime(stamp).date()
}

fn midnight_ms(day: Date) -> i64 {
    SEOUL.to_timestamp(day.at(0, 0, 0, 0)).map_or(0, jiff::Timestamp::as_millisecond)
}

/// The measure, in the shape of `energy::saving_measure::DemoMeasure`; null when nobody fits.
///
/// ```
/// let measure = sim::plan::measure_json(sim::plan::SEED_DEFAULT, 1_795_000_000_000);
/// assert_eq!(measure["plan"]["reporting"]["from"], "2026-07-01");
/// ```
pub fn measure_json(seed: u64, now_ms: i64) -> Value {
    let plan = Plan::new(seed);
    let Some(meter) = plan.improved_meter() else { return Value::Null };
    let from = improved_from(now_ms);
    let before = |days: i64| from.saturating_sub(jiff::Span::new().days(days));
    let last = day_of(now_ms - DAY_MS);
    let world = World::new(&plan);
    let first_ms = measured_from_ms(now_ms);
    let days = (midnight_ms(last) - first_ms) / DAY_MS + 1;
    let temperatures = (0..days).map(|day| {
        let midnight = first_ms + day * DAY_MS;
        let hours = (0..24).map(|hour| {
            let moment = Moment::at(midnight + hour * 3_600_000 + 1_800_000);
            world.weather(moment).temperature
        });
        let mean = hours.sum::<f64>() / 24.0;
        json!({ "on": day_of(midnight), "value": (mean * 10.0).round() / 10.0 })
    });
    json!({
        "device": meter.key,
        "plan": {
            "name": "냉동·냉장고 단열 보강 (시연)",
            "done": "시연을 위해 지어낸 조치: 냉동·냉장고 문과 배관의 단열을 보강하고 응축기를 청소함",
            "installed_from": before(WORK_DAYS),
            "installed_to": before(1),
            "baseline": { "from": before(WORK_DAYS + BASELINE_DAYS), "to": before(WORK_DAYS + 1) },
            "reporting": { "from": from, "to": last },
            "option": "c",
            "interval": "day",
            "estimator": "gls_ar1",
            "variables": [
                { "name": "일평균 외기온 (시연)", "role": "temperature", "unit": "℃",
                  "source": { "kind": "entered", "values": temperatures.collect::<Vec<_>>() } },
                { "name": "근무일", "role": "hours", "unit": "일",
                  "source": { "kind": "working_days" } },
            ],
            "cost_won": COST_WON,
        },
    })
}
