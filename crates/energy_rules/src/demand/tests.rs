//! Peaks and the running gauge, on the steel plant.

use jiff::civil::date;

use super::*;
use crate::SLOTS_PER_DAY;
use crate::bill::{Choices, CustomerContract, Terms};
use crate::calendar::Calendar;
use crate::load::Load;
use crate::steel::steel;
use crate::tariff::{Adders, Band, Tariffs};

/// Seconds between the samples of the simulated meter.
const STEP_S: i32 = 60;
/// Samples of a slot.
const SAMPLES: usize = 15;

#[test]
fn the_curve_falls_from_the_largest_slot_to_the_smallest() {
    let load = Load::active(date(2026, 6, 1), vec![Some(30), None, Some(10), Some(20)]);
    let point = |slots, w| CurvePoint { slots, w };
    assert_eq!(duration_curve(&load, 3), [point(1, 120), point(2, 80), point(3, 40)]);
    assert_eq!(duration_curve(&load, 2), [point(1, 120), point(3, 40)]);
    assert_eq!(duration_curve(&Load::active(date(2026, 6, 1), vec![None]), 9), []);
}

fn with_terms<T>(run: impl FnOnce(&Terms<'_>) -> T) -> T {
    let (tariffs, adders, calendar) = (Tariffs::shipped(), Adders::shipped(), Calendar::shipped());
    let tariff = tariffs.get("kepco-industrial-b-2026-04-16").unwrap();
    let contract = CustomerContract::single(tariff, "hv-a-2", 700_000, date(2015, 1, 1));
    run(&Terms {
        tariffs: &tariffs,
        adders: &adders,
        calendar: &calendar,
        contract: &contract,
        choices: Choices::default(),
    })
}

#[test]
fn the_peak_calendar_of_the_steel_plant_holds_the_peak_of_july() {
    let Some(load) = steel() else { return };
    let peaks = with_terms(|terms| peak_calendar(&load, terms).unwrap());
    assert_eq!(peaks.len(), 365);
    let july = peaks.iter().filter(|peak| peak.date.month() == 7);
    let most = july.max_by_key(|peak| peak.w).unwrap();
    assert_eq!((most.w, most.at), (486_720, date(2018, 7, 5).at(8, 45, 0, 0)));
    assert_eq!((most.band, most.counts), (Some(Band::Mid), true));
    let sunday = peaks.iter().find(|peak| peak.date == date(2018, 7, 1)).unwrap();
    assert_eq!((sunday.band, sunday.counts), (Some(Band::Light), false));
}

#[test]
fn a_steady_load_is_foretold_exactly() {
    let samples: Vec<_> = (1..=5).map(|n| Sample { at_s: n * 60, w: 400_000 }).collect();
    let cast = now_cast(33_333, &samples, 300).unwrap();
    assert_eq!((cast.p50_w, cast.p90_w, cast.left_s), (399_999, 399_999, 600));
    assert_eq!(now_cast(0, &[], 300), None);
    assert_eq!(now_cast(0, &samples, 900), None);
    let rule = GaugeRule::new(390_000);
    assert_eq!(rule.decide(&cast, true), Warning::Warn { over_w: 9_999 });
    assert_eq!(rule.decide(&cast, false), Warning::None, "nights set no demand");
    let late = Nowcast { left_s: 299, ..cast };
    assert_eq!(rule.decide(&late, true), Warning::TooLate);
    let unsure = Nowcast { p50_w: 380_000, p90_w: 395_000, ..cast };
    assert_eq!(rule.decide(&unsure, true), Warning::Watch);
}

/// Power of every minute, W: straight between the middles of the slots, with a slowly wandering
/// disturbance, then moved so that each slot keeps its energy.
fn minutes(load: &Load, noise_percent: i64) -> Vec<i64> {
    let w: Vec<i64> = load.wh.iter().map(|wh| wh.unwrap() * SLOTS_PER_HOUR).collect();
    let mut seed = 20_261_126_u64;
    let mut wander = 0.0_f64;
    let mut out = Vec::with_capacity(w.len() * SAMPLES);
    for (slot, own) in w.iter().enumerate() {
        let before = *w.get(slot.wrapping_sub(1)).unwrap_or(own);
        let after = *w.get(slot + 1).unwrap_or(own);
        let shape = (0..SAMPLES).map(|n| {
            let at = (n as f64 + 0.5) / SAMPLES as f64 - 0.5;
            let (other, share) = if at < 0.0 { (before, -at) } else { (after, at) };
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let even = (seed >> 33) as f64 / f64::from(1_u32 << 31) * 2.0 - 1.0;
            wander = 0.8 * wander + 0.6 * even * 3.0_f64.sqrt();
            let straight = *own as f64 * (1.0 - share) + other as f64 * share;
            straight * (1.0 + wander * noise_percent as f64 / 100.0)
        });
        let shape: Vec<f64> = shape.collect();
        let mean = shape.iter().sum::<f64>() / SAMPLES as f64;
        // Scaled rather than moved, so that no minute falls below zero.
        let scale = if mean > 0.0 { *own as f64 / mean } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "powers are far below 2^63 W")]
        out.extend(shape.iter().map(|minute| (minute * scale).round() as i64));
    }
    out
}

/// What a year of the gauge comes to.
#[derive(Debug, Default)]
struct Score {
    exceeded: u32,
    in_time: u32,
    false_alarms: u32,
    /// Slots that ended within the P90 of five minutes before, and all.
    within_p90: (u32, u32),
}

/// Runs the gauge through a year of minutes, under a target for each month.
fn play(load: &Load, minutes: &[i64], counts: &[bool], target_w: impl Fn(usize) -> i64) -> Score {
    let mut score = Score::default();
    for (slot, _) in counts.iter().enumerate().filter(|(slot, counts)| *slot > 0 && **counts) {
        let rule = GaugeRule::new(target_w(slot));
        let start = slot * SAMPLES;
        let warned = (1..SAMPLES).any(|done| {
            let elapsed_s = i32::try_from(done).unwrap() * STEP_S;
            let samples: Vec<_> = (start - SAMPLES..start + done)
                .map(|at| Sample {
                    at_s: (i32::try_from(at).unwrap() - i32::try_from(start).unwrap() + 1) * STEP_S,
                    w: minutes[at],
                })
                .collect();
            let so_far = minutes[start..start + done].iter().sum::<i64>() / 60;
            let cast = now_cast(so_far, &samples, elapsed_s).unwrap();
            if cast.left_s == rule.least_left_s {
                let within = load.wh[slot].unwrap() * SLOTS_PER_HOUR <= cast.p90_w;
                score.within_p90.0 += u32::from(within);
                score.within_p90.1 += 1;
            }
            matches!(rule.decide(&cast, true), Warning::Warn { .. })
        });
        let over = load.wh[slot].unwrap() * SLOTS_PER_HOUR > rule.target_w;
        score.exceeded += u32::from(over);
        score.in_time += u32::from(over && warned);
        score.false_alarms += u32::from(!over && warned);
    }
    score
}

#[test]
fn the_gauge_warns_of_the_excesses_of_the_steel_plant_in_time() {
    let Some(load) = steel() else { return };
    let counts: Vec<bool> = with_terms(|terms| {
        let tariff = terms.tariffs.get("kepco-industrial-b-2026-04-16").unwrap();
        let day = |day: usize| {
            let date = load.day_of(day * SLOTS_PER_DAY);
            let cells = tariff.day(date, terms.calendar.tariff_day(date)).0;
            cells.map(|cell| cell.band() != Some(Band::Light))
        };
        (0..365).flat_map(day).collect()
    });
    let month = |slot: usize| usize::from(load.day_of(slot).month().unsigned_abs()) - 1;
    let mut most = [0_i64; 12];
    for (slot, wh) in load.wh.iter().enumerate().filter(|(slot, _)| counts[*slot]) {
        most[month(slot)] = most[month(slot)].max(wh.unwrap() * SLOTS_PER_HOUR);
    }
    // Minutes are not in the file; how rough they are is assumed. At 5 % the goal of 95 % is
    // missed.
    for (noise_percent, in_time_percent, false_alarms_max) in
        [(0, 95, 24), (2, 95, 24), (5, 90, 36)]
    {
        let minutes = minutes(&load, noise_percent);
        let found = play(&load, &minutes, &counts, |slot| most[month(slot)] * 9 / 10);
        #[expect(clippy::print_stderr, reason = "the figure is what this test reports")]
        {
            eprintln!("target 90 % of each month's peak, noise {noise_percent} %: {found:?}");
        }
        assert!(found.exceeded > 100, "{found:?}");
        assert!(found.in_time * 100 >= in_time_percent * found.exceeded, "{found:?}");
        assert!(found.false_alarms <= false_alarms_max, "{found:?}");
        let (within, all) = found.within_p90;
        assert!((880..=920).contains(&(within * 1_000 / all)), "{found:?}");
    }
}

#[test]
fn a_higher_peak_costs_until_it_stops_counting() {
    let tariffs = Tariffs::shipped();
    let tariff = tariffs.get("kepco-industrial-b-2026-04-16").unwrap();
    let rule = tariff.demand.as_ref().unwrap();
    let basic = tariff.option("hv-a-2").unwrap().basic_won_per_kw;
    let ask = |month: &str, demand_w, peak_w| {
        raise(rule, month.parse().unwrap(), basic, (demand_w, peak_w))
    };
    // 12.5 kW at 8,320 won: in November for one month, in December for eleven more.
    let november = ask("2026-11", 600_000, 612_500).unwrap();
    assert_eq!((november.over_w, november.month_won), (12_500, 104_000));
    assert_eq!((november.months, november.won), (1, 104_000));
    let december = ask("2026-12", 600_000, 612_500).unwrap();
    assert_eq!((december.months, december.won), (12, 1_248_000));
    assert_eq!(ask("2026-12", 600_000, 600_000), None);
    assert_eq!(ask("2026-12", 600_000, 1), None);
}
