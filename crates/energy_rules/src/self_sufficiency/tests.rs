//! Figures by hand, the model's yearly yield, refusals, and properties.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

const FIRST: Date = date(2018, 1, 1);

fn load(hours: &[i64]) -> Load {
    let slots = hours.iter().flat_map(|kwh| [Some(kwh * 250); SLOTS_PER_HOUR]);
    Load::active(FIRST, slots.collect())
}

fn plant(generation: &Load, disposal: Disposal) -> Plant<'_> {
    Plant { generation, disposal, origin: Origin::Metered }
}

fn check(found: &Figures, expect: [f64; 3]) {
    let figures = [found.generated_within, found.consumed_within, found.matched];
    for (found, expect) in figures.iter().zip(expect) {
        assert!((found - expect).abs() < 1e-12, "{figures:?}, not {expect}");
    }
}

#[test]
fn the_three_figures_differ_when_energy_is_sold_or_comes_at_another_hour() {
    let used = load(&[10, 10, 10, 10]);
    let noon = load(&[0, 30, 10, 0]);
    // 40 of 40 kWh, but half of the hours have none: 20 kWh of the noon are fed back.
    check(&figures(&used, &[plant(&noon, Disposal::OwnUse)]).unwrap(), [1.0, 0.5, 0.5]);
    check(&figures(&used, &[plant(&noon, Disposal::Sold)]).unwrap(), [1.0, 0.0, 0.5]);
    let night = load(&[4, 0, 0, 4]);
    let both = [plant(&noon, Disposal::Sold), plant(&night, Disposal::OwnUse)];
    let found = figures(&used, &both).unwrap();
    check(&found, [1.2, 0.2, 0.7]);
    assert!((found.netted() - 1.0).abs() < 1e-12, "a time against a time is at most all of it");
    check(&figures(&used, &[]).unwrap(), [0.0, 0.0, 0.0]);
}

#[test]
fn an_hour_with_a_gap_counts_in_none_of_the_figures() {
    let used = load(&[10, 10]);
    let mut made = load(&[5, 5]);
    made.wh[1] = None;
    let found = figures(&used, &[plant(&made, Disposal::OwnUse)]).unwrap();
    assert_eq!((found.hours, found.hours_left_out), (1, 1));
    check(&found, [0.5, 0.5, 0.5]);
}

#[test]
fn a_clear_sky_year_is_an_upper_bound_and_is_labelled() {
    let array = ClearSky::new((35.85, 127.15), 30.0, 180.0, 100.0, 0.8).unwrap();
    let made = array.load(FIRST, 365);
    let kwh_per_kw = made.wh.iter().flatten().sum::<i64>() / 100_000;
    // Korean arrays yield about 1,300 kWh a kW; without a cloud it is far more.
    assert!((1_700..2_200).contains(&kwh_per_kw), "{kwh_per_kw}");
    let noon = made.wh[172 * 96 + 50].unwrap();
    assert!((15_000..22_000).contains(&noon), "{noon} Wh of at most 25,000");
    assert_eq!(made.wh[172 * 96], Some(0), "midnight is dark");
    let used = Load::active(FIRST, vec![Some(5_000); made.wh.len()]);
    let plants =
        [Plant { generation: &made, disposal: Disposal::OwnUse, origin: Origin::ClearSkyModel }];
    assert!(figures(&used, &plants).unwrap().is_synthetic);
    // A steeper array gains in winter, a flat one in summer.
    let at = |tilt: f64, day: usize| {
        let array = ClearSky::new((35.85, 127.15), tilt, 180.0, 100.0, 0.8).unwrap();
        array.load(FIRST, 365).wh[day * 96..(day + 1) * 96].iter().flatten().sum::<i64>()
    };
    assert!(at(60.0, 355) > at(0.0, 355) && at(0.0, 172) > at(60.0, 172));
}

#[test]
fn refusals_say_what_to_do() {
    let used = load(&[10, 10]);
    let error = figures(&used, &[plant(&load(&[1]), Disposal::Sold)]).unwrap_err();
    assert!(error.to_string().contains("cut them to the same days"), "{error}");
    let mut negative = load(&[1, 1]);
    negative.wh[2] = Some(-4);
    let error = figures(&used, &[plant(&negative, Disposal::Sold)]).unwrap_err();
    assert_eq!(error, SelfSufficiencyError::Negative { slot: 2, wh: -4 });
    let error = figures(&load(&[0, 0]), &[]).unwrap_err();
    assert_eq!(error, SelfSufficiencyError::NoConsumption { hours: 2 });
    let fault = ClearSky::new((35.85, f64::NAN), 30.0, 180.0, 100.0, 0.8).unwrap_err();
    assert_eq!(fault.what, "a longitude");
    let fault = ClearSky::new((35.85, 127.15), 95.0, 180.0, 100.0, 0.8).unwrap_err();
    assert_eq!(fault.to_string(), "a tilt of 95 is not within 0 to 90; correct the array");
}

proptest! {
    #[test]
    fn matched_is_the_smallest_claim(
        used in prop::collection::vec(0i64..100, 24),
        made in prop::collection::vec(0i64..100, 24),
    ) {
        if let Ok(found) = figures(&load(&used), &[plant(&load(&made), Disposal::OwnUse)]) {
            prop_assert!(found.matched <= found.generated_within + 1e-12);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&found.matched));
            prop_assert!((found.consumed_within - found.matched).abs() < 1e-9, "all is own use");
        }
    }
}
