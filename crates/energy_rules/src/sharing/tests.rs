//! Tables of cases, and the property: nothing that is published, in whatever order tenants join and leave,
//! isolates one of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn candidates(codes: &[&str]) -> BTreeMap<usize, Option<String>> {
    let code = |code: &&str| (!code.is_empty()).then(|| (*code).to_owned());
    codes.iter().map(code).enumerate().collect()
}

#[test]
fn industries_of_five_stand_alone_and_the_others_together() {
    let groups = partition(&candidates(&[
        "29294", "29294", "2911", "29", "29110", "17121", "17121", "18111", "", "10795",
    ]));
    let sizes: Vec<_> = groups.iter().map(|(code, members)| (&**code, members.len())).collect();
    assert_eq!(sizes, [("29", 5), (REST, 5)]);
    let groups = freeze(&candidates(&["29", "29", "29"]), 1);
    assert_eq!(groups[0].shown(|_| true), Err(Reason::TooFew));
}

#[test]
fn an_hour_is_published_once_and_only_when_nobody_dominates_it() {
    for (wh, settled, expect) in [
        (vec![Some(10); 5], false, Decision::Published(50)),
        (vec![Some(25), Some(25), Some(25), Some(15), Some(10)], false, Decision::Published(100)),
        (
            vec![Some(26), Some(25), Some(24), Some(15), Some(10)],
            false,
            Decision::Suppressed(Reason::Dominated),
        ),
        (vec![Some(0); 5], false, Decision::Suppressed(Reason::Dominated)),
        (vec![Some(10), Some(10), Some(10), Some(10), None], false, Decision::Open),
        (
            vec![Some(10), Some(10), Some(10), Some(10), None],
            true,
            Decision::Suppressed(Reason::MissingValues),
        ),
        (
            vec![Some(10), Some(10), Some(10), Some(10), Some(-1)],
            true,
            Decision::Suppressed(Reason::MissingValues),
        ),
    ] {
        let mut groups = freeze(&candidates(&["29"; 5]), 1);
        groups[0].decide(0, &wh, settled);
        assert_eq!(groups[0].shown(|_| true).unwrap()[0], expect, "{wh:?}");
        // A corrected value changes nothing that was decided.
        groups[0].decide(0, &[Some(12); 5], true);
        let after = groups[0].shown(|_| true).unwrap()[0];
        let is_open = expect == Decision::Open;
        assert_eq!(after, if is_open { Decision::Published(60) } else { expect }, "{wh:?}");
        assert_eq!(groups[0].shown(|member| *member != 3), Err(Reason::MemberLeft));
    }
}

#[test]
fn who_joins_or_comes_back_counts_from_the_next_month_on() {
    use Level as L;
    for (changes, expect) in [
        (vec![], false),
        (vec![(9, L::Total)], true),
        (vec![(10, L::Total)], true),
        (vec![(11, L::Total)], false),
        (vec![(9, L::Partner), (12, L::Total)], true),
        (vec![(9, L::Partner), (12, L::None)], false),
        (vec![(9, L::Partner), (12, L::None), (13, L::Total)], false),
        (vec![(5, L::Total), (9, L::None)], false),
    ] {
        assert_eq!(held_since(&changes, &10, L::Total), expect, "{changes:?}");
    }
}

#[test]
fn a_level_opens_what_it_says_and_no_more() {
    use {Level as L, Resolution as R};
    for (level, office, firm) in [
        (L::None, None, None),
        (L::Total, None, None),
        (L::Benchmark, None, None),
        (L::Office, Some(R::Day), None),
        (L::Partner, Some(R::QuarterHour), Some(R::QuarterHour)),
    ] {
        for resolution in [R::QuarterHour, R::Hour, R::Day, R::Month] {
            for (to_office, finest) in [(true, office), (false, firm)] {
                let expect = finest.is_some_and(|finest| resolution >= finest);
                assert_eq!(level.opens(to_office, resolution), expect, "{level:?} {resolution:?}");
                assert!(Level::needed(to_office, resolution).opens(to_office, resolution));
            }
        }
    }
    assert!(Level::try_from(5).unwrap_err().to_string().contains("0 to 4"));
}

#[test]
fn only_whole_buckets_that_are_over_are_told() {
    let first = date(2026, 11, 29);
    let mut slots = vec![Some(1); 96 * 33];
    slots[100] = None;
    let all = Passed { over: slots.len(), settled: slots.len() };
    let days = coarsen(first, &slots, Resolution::Day, all);
    assert_eq!(days.len(), 33);
    assert_eq!((days[0].amount, days[1].amount, days[1].known), (Some(96), Some(95), 95));
    let months = coarsen(first, &slots, Resolution::Month, all);
    assert_eq!(months.len(), 1, "November and January are cut");
    assert_eq!((months[0].start, months[0].slots), (date(2026, 12, 1).at(0, 0, 0, 0), 31 * 96));
    // The running day is not told, and one with a gap that may still be filled neither.
    let passed = Passed { over: 96 * 2 + 95, settled: 96 };
    let days = coarsen(first, &slots, Resolution::Day, passed);
    assert_eq!(days.iter().map(|day| day.amount).collect::<Vec<_>>(), [Some(96), None]);
    let hours = coarsen(first, &slots[..8], Resolution::Hour, all);
    assert_eq!(hours[1].start, first.at(1, 0, 0, 0));
    let quarters = coarsen(first, &slots[..8], Resolution::QuarterHour, all);
    assert_eq!((quarters.len(), quarters[7].start), (8, first.at(1, 45, 0, 0)));
    let nothing = coarsen(first, &[None; 96], Resolution::Day, Passed { over: 96, settled: 96 });
    assert_eq!(nothing[0].amount, None);
}

/// 28 days from a Sunday: `day` Wh in each quarter from 9 to 18 of Monday to Friday, else `base`.
fn a_month(day: i64, base: i64, floor_area_m2: Option<f64>) -> MonthLoad {
    let wh = (0..28 * 96).map(|slot| {
        let is_work = (9..18).contains(&(slot % 96 / 4)) && !matches!(slot / 96 % 7, 0 | 6);
        Some(if is_work { day } else { base })
    });
    MonthLoad { wh: wh.collect(), floor_area_m2 }
}

#[test]
fn a_benchmark_shows_quartiles_and_each_its_own_quarter() {
    let first = date(2026, 2, 1);
    let area = |n: i32| (n < 4).then(|| f64::from(n + 1) * 100.0);
    let loads: Vec<_> =
        (0..7).map(|n| (n, a_month(1_000, 100 + 100 * i64::from(n), area(n)))).collect();
    let made = benchmark(first, &loads).unwrap();
    assert_eq!(made.count, 7);
    // Night to day: 0.1, 0.2 … 0.7.
    let quartiles = made.quartiles[&Metric::NightRatio].map(|cut| format!("{cut:.4}"));
    assert_eq!(quartiles, ["0.2500", "0.4000", "0.5500"]);
    let quarter = |n: usize| made.members[n].quarters[&Metric::NightRatio];
    assert_eq!([0, 1, 2, 3, 4, 5, 6].map(quarter), [1, 1, 2, 2, 3, 4, 4]);
    assert!((made.members[0].figures[&Metric::NightRatio] - 0.1).abs() < 1e-9);
    assert!((made.members[0].figures[&Metric::PeakCoincidence] - 1.0).abs() < 1e-9);
    // Four floor areas are too few to compare; each still sees its own figure.
    assert!(!made.quartiles.contains_key(&Metric::KwhPerM2));
    assert!(made.members[0].figures.contains_key(&Metric::KwhPerM2));
    assert!(!made.members[0].quarters.contains_key(&Metric::KwhPerM2));
}

#[test]
fn energy_of_the_floor_is_told_of_whole_months_only() {
    let mut loads: Vec<_> = (0..6).map(|n| (n, a_month(1_000, 100, Some(100.0)))).collect();
    loads[5].1.wh[17] = None;
    let made = benchmark(date(2026, 2, 1), &loads).unwrap();
    assert_eq!(made.count, 6);
    let own = |n: usize, metric| made.members[n].figures.contains_key(&metric);
    assert!(own(0, Metric::KwhPerM2) && !own(5, Metric::KwhPerM2), "{made:?}");
    assert!(own(5, Metric::LoadFactor), "a ratio is told with a gap too");
    assert!(made.quartiles.contains_key(&Metric::KwhPerM2));
}

#[test]
fn a_benchmark_of_few_or_of_one_giant_is_refused() {
    let first = date(2026, 2, 1);
    let loads: Vec<_> = (0..4).map(|n| (n, a_month(100, 10, None))).collect();
    assert_eq!(benchmark(first, &loads).unwrap_err(), Reason::TooFew);
    let mut loads: Vec<_> = (0..5).map(|n| (n, a_month(100, 10, None))).collect();
    loads[4].1.wh[..96 * 7].fill(None);
    assert_eq!(benchmark(first, &loads).unwrap_err(), Reason::MissingValues);
    let mut loads: Vec<_> = (0..5).map(|n| (n, a_month(100, 10, None))).collect();
    loads[4].1 = a_month(1_000, 100, None);
    assert_eq!(benchmark(first, &loads).unwrap_err(), Reason::Dominated);
}

const TENANTS: usize = 14;
const MONTHS: u32 = 3;
const HOURS: usize = 2;
/// Moments of a month.
const TICKS: u32 = 8;
/// A prime: a set that isolates a tenant by whole numbers isolates it modulo the prime too.
const PRIME: i64 = 1_000_003;

#[derive(Debug, Clone)]
enum Step {
    /// A tenant chooses a level.
    Choose(usize, Level),
    /// The platform publishes what it may; values of these tenants have not come yet.
    Publish(BTreeSet<usize>),
    /// Somebody corrects a tenant's values.
    Correct(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let level = (0_u8..=4).prop_map(|level| Level::try_from(level).unwrap());
    prop_oneof![
        (0..TENANTS, level).prop_map(|(tenant, level)| Step::Choose(tenant, level)),
        prop::collection::btree_set(0..TENANTS, 0..2).prop_map(Step::Publish),
        (0..TENANTS).prop_map(Step::Correct),
    ]
}

/// What an onlooker has written down of one hour: which sum was told of which group.
type Seen = BTreeMap<(u32, usize), BTreeMap<Vec<usize>, BTreeSet<i64>>>;

/// Whether some sum of multiples of the published sums is the value of one tenant alone.
fn isolates(sets: &[BTreeSet<usize>], tenant: usize) -> bool {
    let row = |set: &BTreeSet<usize>| -> Vec<i64> {
        (0..TENANTS).map(|n| i64::from(set.contains(&n))).collect()
    };
    let mut rows: Vec<Vec<i64>> = sets.iter().map(row).collect();
    let before = rank(rows.clone());
    rows.push(row(&BTreeSet::from([tenant])));
    rank(rows) == before
}

fn rank(mut rows: Vec<Vec<i64>>) -> usize {
    let mut rank = 0;
    for column in 0..TENANTS {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != 0) else { continue };
        rows.swap(rank, pivot);
        let head = rows[rank].clone();
        for row in &mut rows[rank + 1..] {
            let (factor, lead) = (row[column], head[column]);
            for (cell, above) in row.iter_mut().zip(&head) {
                *cell = (*cell * lead - above * factor).rem_euclid(PRIME);
            }
        }
        rank += 1;
    }
    rank
}

/// Plays the steps through the same functions that the platform calls, and notes all that is shown.
fn play(industry: &[u8], kwh: &[i64], months: &[Vec<Step>]) -> Seen {
    let mut seen = Seen::new();
    let mut levels: Vec<Vec<(u32, Level)>> = vec![vec![(0, Level::Total)]; TENANTS];
    let mut corrected = [0_i64; TENANTS];
    let mut frozen: Vec<(u32, Vec<Group<usize>>)> = Vec::new();
    for (month, steps) in (0_u32..).zip(months) {
        let start = month * TICKS;
        for (tick, step) in (start + 1..).zip(steps) {
            match step {
                Step::Choose(tenant, level) => levels[*tenant].push((tick, *level)),
                Step::Correct(tenant) => corrected[*tenant] += 7,
                Step::Publish(late) => {
                    if frozen.iter().all(|(of, _)| *of != month) {
                        let holds = |n: &usize| held_since(&levels[*n], &start, Level::Total);
                        let code = |n: usize| (n, Some(format!("{:02}", industry[n])));
                        let those = (0..TENANTS).filter(holds).map(code).collect();
                        frozen.push((month, freeze(&those, HOURS)));
                    }
                    for (of, groups) in &mut frozen {
                        publish(*of, groups, (&levels, kwh, &corrected), late);
                        note(*of, groups, &levels, &mut seen);
                    }
                }
            }
        }
    }
    seen
}

type World<'a> = (&'a [Vec<(u32, Level)>], &'a [i64], &'a [i64; TENANTS]);

fn publish(of: u32, groups: &mut [Group<usize>], world: World<'_>, late: &BTreeSet<usize>) {
    let (_, kwh, corrected) = world;
    for group in groups {
        for hour in 0..HOURS {
            let value = |tenant: &usize| {
                let hour = i64::try_from(hour).unwrap();
                let value = kwh[*tenant] + i64::from(of) * 3 + hour + corrected[*tenant];
                (!late.contains(tenant)).then_some(value)
            };
            let wh: Vec<_> = group.members().iter().map(value).collect();
            group.decide(hour, &wh, false);
        }
    }
}

fn note(of: u32, groups: &[Group<usize>], levels: &[Vec<(u32, Level)>], seen: &mut Seen) {
    let start = of * TICKS;
    for group in groups {
        let holds = |tenant: &usize| held_since(&levels[*tenant], &start, Level::Total);
        let Ok(hours) = group.shown(holds) else { continue };
        for (hour, decision) in hours.iter().enumerate() {
            if let Decision::Published(wh) = decision {
                let of_hour = seen.entry((of, hour)).or_default();
                of_hour.entry(group.members().to_vec()).or_default().insert(*wh);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever tenants do, the sums that were ever shown of an hour, taken together, give nobody's value:
    /// no combination of them is one tenant, no two differ by fewer than five, and none is told twice
    /// with another value.
    #[test]
    fn no_sequence_of_published_sums_isolates_a_tenant(
        industry in prop::collection::vec(10_u8..13, TENANTS),
        kwh in prop::collection::vec(0_i64..60, TENANTS),
        months in prop::collection::vec(
            prop::collection::vec(step(), 0..usize::try_from(TICKS - 1).unwrap()),
            usize::try_from(MONTHS).unwrap(),
        ),
    ) {
        for (hour, sums) in play(&industry, &kwh, &months) {
            let sets: Vec<BTreeSet<usize>> =
                sums.keys().map(|members| members.iter().copied().collect()).collect();
            for (members, values) in &sums {
                prop_assert!(members.len() >= MEMBERS_MIN);
                prop_assert_eq!(values.len(), 1, "the sum of {:?} changed at {:?}", members, hour);
            }
            for (n, one) in sets.iter().enumerate() {
                for other in &sets[..n] {
                    prop_assert!(!differs_by_few(one, other), "{one:?} and {other:?}");
                }
            }
            for tenant in 0..TENANTS {
                prop_assert!(!isolates(&sets, tenant), "{tenant} stands out in {sets:?}");
            }
        }
    }
}

#[test]
fn the_property_is_about_something() {
    let publish = || Step::Publish(BTreeSet::new());
    let leave = Step::Choose(0, Level::None);
    let months = [vec![publish(), leave, publish()], vec![publish()], vec![publish()]];
    let seen = play(&[10; TENANTS], &[40; TENANTS], &months);
    let sizes: Vec<_> = seen
        .iter()
        .map(|(at, sums)| (*at, sums.keys().map(Vec::len).collect::<Vec<_>>()))
        .collect();
    assert_eq!(
        sizes,
        [
            ((0, 0), vec![14]),
            ((0, 1), vec![14]),
            ((1, 0), vec![13]),
            ((1, 1), vec![13]),
            ((2, 0), vec![13]),
            ((2, 1), vec![13]),
        ],
    );
    // The test itself would notice a leak.
    let all: BTreeSet<usize> = (0..TENANTS).collect();
    let fewer: BTreeSet<usize> = (1..TENANTS).collect();
    assert!(isolates(&[all.clone(), fewer.clone()], 0) && !isolates(&[all, fewer], 1));
}
