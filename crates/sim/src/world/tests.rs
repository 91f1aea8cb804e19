use super::*;
use crate::plan::SEED_DEFAULT;

/// 2026-07-15, a Wednesday, 00:00 in Korea.
const WEDNESDAY_MS: i64 = 1_784_041_200_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn with_world(check: impl Fn(&World<'_>)) {
    let plan = Plan::new(SEED_DEFAULT);
    check(&World::new(&plan));
}

fn metric(device: &Device, point: &str) -> Metric {
    *device.profile.unwrap().metrics().iter().find(|metric| metric.key == point).unwrap()
}

/// Energy of a whole day, kWh.
fn day_kwh(world: &World<'_>, device: &Device, start_ms: i64) -> f64 {
    let energy = metric(device, "active_energy");
    let quarters = (0..96).map(|k| world.value(device, &energy, start_ms + k * 900_000));
    quarters.sum()
}

#[test]
fn the_day_used_below_is_a_wednesday_and_starts_at_midnight() {
    let moment = Moment::at(WEDNESDAY_MS);
    assert!((moment.hour, moment.day) == (0.0, DayKind::Working));
    assert_eq!(Moment::at(WEDNESDAY_MS + 3 * DAY_MS).day, DayKind::Saturday);
    assert_eq!(Moment::at(WEDNESDAY_MS + 4 * DAY_MS).day, DayKind::Rest);
    // Constitution Day, a Friday, is a holiday from 2026.
    assert_eq!(Moment::at(WEDNESDAY_MS + 2 * DAY_MS).day, DayKind::Rest);
}

#[test]
fn the_same_time_gives_the_same_values_and_another_seed_gives_others() {
    let (plan, other) = (Plan::new(1), Plan::new(2));
    let (world, other_world) = (World::new(&plan), World::new(&other));
    let all = |world: &World<'_>, plan: &Plan| {
        let each = plan.senders().flat_map(|device| {
            world.readings(device, WEDNESDAY_MS, WEDNESDAY_MS + HOUR_MS, Some(600))
        });
        each.collect::<Vec<_>>()
    };
    assert_eq!(all(&world, &plan), all(&World::new(&Plan::new(1)), &plan));
    assert_ne!(all(&world, &plan), all(&other_world, &other));
}

#[test]
fn readings_do_not_depend_on_how_the_time_is_cut() {
    with_world(|world| {
        for key in ["jj1-air-01", "jj1-weather-01", "jj1-meter-10", "jj2-traffic-01"] {
            let device = world.plan.device(key).unwrap();
            let whole = world.readings(device, WEDNESDAY_MS, WEDNESDAY_MS + HOUR_MS, None);
            let mut pieces = Vec::new();
            for minute in 0..60 {
                let from = WEDNESDAY_MS + minute * 60_000;
                pieces.extend(world.readings(device, from, from + 60_000, None));
            }
            assert!(!whole.is_empty());
            assert_eq!(whole, pieces, "{key}");
        }
    });
}

#[test]
fn the_next_time_to_send_is_that_of_the_next_reading() {
    with_world(|world| {
        for device in world.plan.senders().step_by(17) {
            let next = world.next_due_ms(device, WEDNESDAY_MS).unwrap();
            assert!(world.readings(device, WEDNESDAY_MS, next - 1, None).is_empty());
            assert!(!world.readings(device, WEDNESDAY_MS, next, None).is_empty());
        }
    });
}

#[test]
fn an_interval_is_sent_after_its_end_and_carries_its_start() {
    with_world(|world| {
        let meter = world.plan.device("jj1-meter-10").unwrap();
        for reading in world.readings(meter, WEDNESDAY_MS, WEDNESDAY_MS + DAY_MS, None) {
            if reading.point == "active_energy" {
                assert_eq!(reading.at_ms % 900_000, 0);
                let after_end = reading.due_ms - reading.at_ms - 900_000;
                assert!((0..60_000).contains(&after_end), "{after_end} ms after its end");
            }
        }
    });
}

#[test]
fn values_stay_within_plausible_ranges_all_year() {
    with_world(|world| {
        for device in world.plan.senders() {
            for metric in device.profile.unwrap().metrics() {
                for k in 0..120 {
                    let at_ms = WEDNESDAY_MS + k * (3 * DAY_MS + 5 * HOUR_MS);
                    let value = world.value(device, metric, at_ms);
                    let fits = (metric.min..=metric.max).contains(&value);
                    assert!(fits, "{} {} = {value}", device.key, metric.key);
                }
            }
        }
    });
}

#[test]
fn the_air_is_plausible_on_average() {
    with_world(|world| {
        let station = world.plan.device("jj1-air-01").unwrap();
        let mean = |point: &str| {
            let metric = metric(station, point);
            let hours =
                (0..365 * 8).map(|k| world.value(station, &metric, WEDNESDAY_MS + k * 3 * HOUR_MS));
            hours.sum::<f64>() / f64::from(365 * 8)
        };
        // Korean yearly means: PM2.5 about 15-25, PM10 30-50, NO2 0.010-0.030, O3 0.02-0.04.
        for (point, low, high) in [
            ("pm25", 12.0, 32.0),
            ("pm10", 25.0, 60.0),
            ("no2", 0.008, 0.03),
            ("o3", 0.015, 0.045),
            ("co", 0.3, 0.8),
            ("temperature", 11.0, 17.0),
            ("humidity", 50.0, 85.0),
        ] {
            let value = mean(point);
            assert!((low..high).contains(&value), "{point} {value}");
        }
    });
}

#[test]
fn july_is_warm_and_january_is_cold() {
    let seed = SEED_DEFAULT;
    let mean = |start_ms: i64| {
        let hours = (0..24 * 20)
            .map(|hour| Weather::at(seed, Moment::at(start_ms + hour * HOUR_MS)).temperature);
        hours.sum::<f64>() / (24.0 * 20.0)
    };
    assert!(mean(WEDNESDAY_MS) > 22.0);
    assert!(mean(WEDNESDAY_MS + 180 * DAY_MS) < 5.0);
}

#[test]
fn it_rains_sometimes_and_the_stream_rises_afterwards() {
    with_world(|world| {
        let gauge = world.plan.device("jj1-stream-01").unwrap();
        let level = metric(gauge, "water_level");
        let rain = |at_ms| world.weather(Moment::at(at_ms)).rain_mm_h;
        let hours = (0..24 * 120).map(|hour| WEDNESDAY_MS + hour * HOUR_MS).collect::<Vec<_>>();
        let wet = hours.iter().filter(|at| rain(**at) > 0.1).count();
        assert!((100..900).contains(&wet), "{wet} wet hours of 2880");
        let hardest = hours.iter().max_by(|a, b| rain(**a).total_cmp(&rain(**b))).unwrap();
        let driest = hours.iter().find(|at| (0..24).all(|h| rain(**at - h * HOUR_MS) == 0.0));
        let high = world.value(gauge, &level, hardest + 2 * HOUR_MS);
        let low = world.value(gauge, &level, *driest.unwrap());
        assert!(high > low + 0.2, "{high} m after {} mm/h, {low} m in the dry", rain(*hardest));
    });
}

#[test]
fn dust_is_higher_downwind_of_the_plants() {
    with_world(|world| {
        let station = world.plan.device("jj1-air-01").unwrap();
        let so2 = metric(station, "so2");
        let mut near = station.clone();
        let (mut lee, mut luv) = (0.0, 0.0);
        for hour in 0..500 {
            let at_ms = WEDNESDAY_MS + hour * HOUR_MS;
            let toward = (world.weather(Moment::at(at_ms)).wind_direction + 180.0).to_radians();
            let chimney = world.chimneys[0];
            let at = |metres: f64| {
                Spot::new(chimney.x + toward.sin() * metres, chimney.y + toward.cos() * metres)
            };
            near.spot = at(300.0);
            lee += world.value(&near, &so2, at_ms);
            near.spot = at(-300.0);
            luv += world.value(&near, &so2, at_ms);
        }
        assert!(lee > luv * 1.2, "{lee} downwind, {luv} upwind");
    });
}

#[test]
fn sunday_is_low_for_a_workshop_and_not_for_a_paper_mill() {
    with_world(|world| {
        let meter_of = |trade: crate::plan::Trade| {
            let of_trade = |device: &&Device| {
                device.load.is_some_and(|(load, _)| load == crate::plan::Load::Tenant(trade))
            };
            world.plan.devices.iter().find(of_trade).unwrap()
        };
        for (trade, low, high) in [
            (crate::plan::Trade::Printing, 0.05, 0.4),
            (crate::plan::Trade::Machinery, 0.1, 0.5),
            (crate::plan::Trade::Paper, 0.6, 1.3),
        ] {
            let meter = meter_of(trade);
            let working = day_kwh(world, meter, WEDNESDAY_MS);
            let rest = day_kwh(world, meter, WEDNESDAY_MS + 4 * DAY_MS);
            let part = rest / working;
            assert!((low..high).contains(&part), "{trade:?}: {part}");
        }
    });
}

#[test]
fn photovoltaics_give_nothing_at_night_and_something_at_noon() {
    with_world(|world| {
        let solar = crate::plan::Load::Tenant(crate::plan::Trade::Solar);
        let of_sun = |device: &&Device| device.load.is_some_and(|(load, _)| load == solar);
        let plants = world.plan.devices.iter().filter(of_sun).collect::<Vec<_>>();
        assert_eq!(plants.len(), 8);
        for plant in plants {
            let energy = metric(plant, "active_energy");
            let at = |hour: i64| world.value(plant, &energy, WEDNESDAY_MS + hour * HOUR_MS);
            assert!(at(1) == 0.0 && at(12) > 0.0, "{}", plant.key);
        }
    });
}

#[test]
fn reactive_energy_lags_or_leads_but_not_both() {
    with_world(|world| {
        let mut led = 0;
        for device in world.plan.senders() {
            if !matches!(device.profile, Some(Profile::MeterReactive | Profile::MeterLive)) {
                continue;
            }
            let (lagging, leading) = (
                metric(device, "reactive_energy_lagging"),
                metric(device, "reactive_energy_leading"),
            );
            for hour in 0..48 {
                let at_ms = WEDNESDAY_MS + hour * HOUR_MS;
                let (lag, lead) =
                    (world.value(device, &lagging, at_ms), world.value(device, &leading, at_ms));
                assert!(lag == 0.0 || lead == 0.0);
                led += u32::from(lead > 0.0);
            }
        }
        assert!(led > 0, "no site ever leads");
    });
}

#[test]
fn the_streets_are_fullest_at_shift_change() {
    let busy = |hour: i64| street::traffic(Moment::at(WEDNESDAY_MS + hour * HOUR_MS));
    assert!(busy(8) > 1.5 * busy(11));
    assert!(busy(20) > busy(22) && busy(3) < 0.1);
}

#[test]
fn a_meter_counts_at_least_what_the_meters_below_it_count() {
    with_world(|world| {
        let plan = world.plan;
        let landlord = plan.devices.iter().find(|device| {
            device.load.is_some_and(|(load, _)| load == crate::plan::Load::FactoryBuilding)
        });
        let landlord = landlord.unwrap();
        let below = plan.meters_below(crate::plan::Load::FactoryBuilding, 1);
        assert_eq!(below.len(), 12);
        let public = plan.meters_below(crate::plan::Load::Public, 0);
        let of = |key: &str, day: i64| {
            day_kwh(world, plan.device(key).unwrap(), WEDNESDAY_MS + day * DAY_MS)
        };
        let mut fed_back = 0.0;
        for day in 0..7 {
            let sum = |meters: &[&Device]| -> f64 {
                meters.iter().map(|meter| day_kwh(world, meter, WEDNESDAY_MS + day * DAY_MS)).sum()
            };
            let (whole, parts) = (of(&landlord.key, day), sum(&below));
            assert!(
                parts < whole && whole < 2.5 * parts,
                "{whole} kWh of which {parts}, day {day}"
            );
            let back = of("jj1-back-01", day);
            let supply =
                of("jj1-main-01", day) - back + of("jj1-pv-01", day) + of("jj1-ess-02", day)
                    - of("jj1-ess-01", day);
            // Losses, and what has no meter.
            let rest = supply - sum(&public);
            assert!((20.0..200.0).contains(&rest), "{rest} kWh, day {day}");
            assert!(of("jj1-ess-02", day) < of("jj1-ess-01", day), "a battery loses");
            fed_back += back;
        }
        assert!(fed_back > 0.0, "on a day of rest the roof makes more than is used");
    });
}

#[test]
fn a_measure_spares_a_tenth_of_what_the_cold_stores_draw_since_its_day_and_nothing_before() {
    const NOW_MS: i64 = 1_795_000_000_000;
    let before = Plan::new(SEED_DEFAULT);
    let after = before.clone().improved(NOW_MS);
    let from_ms = after.improved_from_ms.unwrap();
    let meter = before.improved_meter().unwrap();
    let sum = |plan: &Plan, from_ms: i64| {
        let readings = World::new(plan).readings(meter, from_ms, from_ms + 7 * DAY_MS, None);
        let energy = readings.iter().filter(|reading| reading.point == "active_energy");
        energy.map(|reading| reading.value).sum::<f64>()
    };
    let past_ms = from_ms - 7 * DAY_MS;
    assert!((sum(&before, past_ms) - sum(&after, past_ms)).abs() < 1e-9);
    let spared = 1.0 - sum(&after, from_ms) / sum(&before, from_ms);
    assert!((0.04..0.1).contains(&spared), "the whole works spares {spared}");
    // A simulator that is started again within the quarter tells the same history.
    let again = before.clone().improved(NOW_MS + 3 * DAY_MS);
    assert_eq!(again.improved_from_ms, after.improved_from_ms);
}
