//! Balances by hand, trees that are refused, and two properties: everything adds up, and parts sum to the
//! whole.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::SLOTS_PER_DAY;

const FIRST: Date = date(2026, 6, 1);

fn node(kind: Kind, parent: Option<Place>) -> Node {
    Node { kind, parent, from: date(2026, 1, 1), to: None, owner: 0 }
}

#[expect(clippy::unnecessary_wraps, reason = "counts hold options")]
fn flat(slots: usize, wh: i64) -> Option<Series> {
    Some(Series { forward: vec![Some(wh); slots], back: Vec::new() })
}

fn counts(slots: usize, series: Vec<Option<Series>>) -> Counts {
    Counts { first_day: FIRST, slots, series }
}

fn whole(tree: &Tree, counts: &Counts, node: Place) -> Period {
    let mut periods = tree.balance(counts, node, Every::Whole).unwrap();
    assert_eq!(periods.len(), 1);
    periods.remove(0)
}

/// A landlord's meter with two sub-meters, a plant and a battery.
fn landlord() -> Vec<Node> {
    vec![
        node(Kind::Main, None),
        node(Kind::Sub, Some(0)),
        node(Kind::Sub, Some(0)),
        node(Kind::Generator, Some(0)),
        node(Kind::Battery, Some(0)),
    ]
}

#[test]
fn what_came_in_less_what_is_accounted_for_is_the_rest() {
    let tree = Tree::new(landlord()).unwrap();
    let battery = Series { forward: vec![Some(30), Some(0)], back: vec![Some(0), Some(20)] };
    let all = vec![flat(2, 100), flat(2, 40), flat(2, 50), flat(2, 10), Some(battery)];
    let found = whole(&tree, &counts(2, all), 0);
    // 100 + 10 - 30 - 90 = -10 in the first slot, 100 + 10 + 20 - 90 = 40 in the second.
    assert_eq!(found.rest_wh, Some(30));
    assert_eq!((found.forward_wh, found.supply_wh, found.missing_slots), (200, 240, 0));
    assert_eq!(found.parts[3], Part { node: 4, forward_wh: 30, back_wh: 20 });
    assert_eq!(found.rest_permille(), Some(125));
    let [above] = found.warnings(100)[..] else { panic!("{:?}", found.warnings(100)) };
    assert_eq!(above, Warning::RestAboveLimit { permille: 125, limit_permille: 100 });
    assert!(above.ko().contains("12.5 %"), "{}", above.ko());
    assert_eq!(found.warnings(125), []);
}

#[test]
fn more_below_than_above_is_said_in_words() {
    let tree = Tree::new(landlord()[..2].to_vec()).unwrap();
    let found = whole(&tree, &counts(4, vec![flat(4, 1_000), flat(4, 1_500)]), 0);
    let warnings = found.warnings(100);
    assert_eq!(warnings, [Warning::BelowExceeds { wh: 2_000 }]);
    assert!(warnings[0].ko().contains("2.0 kWh") && warnings[0].en().contains("2.0 kWh"));
    assert_eq!(warnings[0].code(), "below_exceeds");
}

#[test]
fn what_meters_may_be_off_by_is_no_warning_and_stays_in_the_rest() {
    let tree = Tree::new(landlord()[..2].to_vec()).unwrap();
    // 400 kWh above: both meters may be off by 2 kWh and a step of 0.1 kWh each.
    for (below_wh, warns) in [(100_001, false), (101_000, false), (101_060, true), (90_000, false)]
    {
        let found = whole(&tree, &counts(4, vec![flat(4, 100_000), flat(4, below_wh)]), 0);
        let rest = 4 * (100_000 - below_wh);
        assert_eq!(found.rest_wh, Some(rest));
        assert_eq!(found.tolerance_wh(), 2_000 + 20 * below_wh / 1_000 + 200);
        let codes: Vec<_> = found.warnings(1_000).iter().map(|w| w.code()).collect();
        assert_eq!(codes, if warns { vec!["below_exceeds"] } else { vec![] }, "{below_wh}");
    }
}

#[test]
fn a_missing_reading_takes_its_slot_out_of_every_sum_and_is_counted() {
    let tree = Tree::new(landlord()[..3].to_vec()).unwrap();
    let gap = Some(Series { forward: vec![Some(40), None, Some(40)], back: Vec::new() });
    let found = whole(&tree, &counts(3, vec![flat(3, 100), gap, flat(3, 50)]), 0);
    assert_eq!((found.slots, found.missing_slots), (3, 1));
    assert_eq!((found.forward_wh, found.rest_wh), (200, Some(20)));
    assert_eq!(found.parts.iter().map(|part| part.forward_wh).collect::<Vec<_>>(), [80, 100]);
    let none = Some(Series { forward: vec![None; 3], back: Vec::new() });
    let found = whole(&tree, &counts(3, vec![flat(3, 100), none, flat(3, 50)]), 0);
    assert_eq!((found.missing_slots, found.rest_wh), (3, None), "nothing is known of nothing");
}

#[test]
fn hidden_meters_hide_the_rest_and_their_sum_is_told_from_five_owners_on() {
    let tree_of = |owners: &[u32]| {
        let subs = owners.iter().map(|owner| Node { owner: *owner, ..node(Kind::Sub, Some(0)) });
        Tree::new([node(Kind::Main, None)].into_iter().chain(subs).collect()).unwrap()
    };
    for (owners, told) in
        [(&[1, 2, 3, 4, 5][..], Some(200)), (&[1, 2, 3, 4, 4], None), (&[1], None)]
    {
        let tree = tree_of(owners);
        let mut series = vec![flat(2, 100)];
        series.resize(tree.nodes().len(), None);
        let found = whole(&tree, &counts(2, series), 0);
        assert_eq!((found.rest_wh, found.unshown_wh), (None, told), "{owners:?}");
        assert_eq!(found.hidden.len(), owners.len());
        assert_eq!(found.warnings(0), [], "of what is hidden nothing is said");
    }
}

#[test]
fn a_meter_counts_from_its_first_day_to_its_last() {
    let mut nodes = landlord()[..3].to_vec();
    nodes[1].to = Some(FIRST);
    nodes[2].from = date(2026, 6, 2);
    let tree = Tree::new(nodes).unwrap();
    let slots = 2 * SLOTS_PER_DAY;
    let all = counts(slots, vec![flat(slots, 100), flat(slots, 70), flat(slots, 60)]);
    let days = tree.balance(&all, 0, Every::Day).unwrap();
    assert_eq!(days.len(), 2);
    let told = |day: &Period| (day.from, day.parts[0].node, day.rest_wh);
    assert_eq!(told(&days[0]), (FIRST, 1, Some(30 * 96)));
    assert_eq!(told(&days[1]), (date(2026, 6, 2), 2, Some(40 * 96)));
    assert_eq!(tree.balance(&all, 1, Every::Day), None, "nothing is below it");
    assert_eq!(tree.balance(&all, 0, Every::Month).unwrap().len(), 1);
    assert_eq!(tree.balance(&all, 0, Every::Slot).unwrap().len(), slots);
}

#[test]
fn months_end_with_their_last_day() {
    let tree = Tree::new(landlord()[..2].to_vec()).unwrap();
    let slots = 61 * SLOTS_PER_DAY;
    let months =
        tree.balance(&counts(slots, vec![flat(slots, 2), flat(slots, 1)]), 0, Every::Month);
    let spans: Vec<_> = months.unwrap().iter().map(|month| (month.from, month.to)).collect();
    assert_eq!(
        spans,
        [(date(2026, 6, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 7, 31)),]
    );
}

#[test]
fn virtual_meters_add_subtract_and_share_out() {
    let mut nodes = landlord()[..3].to_vec();
    nodes.push(node(Kind::Virtual(Formula::Sum(vec![1, 2])), None));
    nodes.push(node(Kind::Virtual(Formula::Difference { from: 0, minus: vec![3] }), Some(0)));
    let share = |share| Kind::Virtual(Formula::Allocation { of: 4, share });
    nodes.push(node(share(Share::Area(2)), None));
    nodes.push(node(share(Share::Area(1)), None));
    let by = |by| Kind::Virtual(Formula::Allocation { of: 0, share: Share::Metered(by) });
    nodes.push(node(by(1), None));
    nodes.push(node(by(2), None));
    let tree = Tree::new(nodes).unwrap();
    let places: Vec<Place> = (0..tree.nodes().len()).collect();
    let all = tree.calculated(counts(1, vec![flat(1, 100), flat(1, 20), flat(1, 60)]), &places);
    let wh = |place: Place| all.series[place].as_ref().unwrap().net(0).unwrap();
    assert_eq!((wh(3), wh(4)), (80, 20));
    assert_eq!((wh(5), wh(6)), (13, 7), "20 by two to one");
    assert_eq!((wh(7), wh(8)), (25, 75), "100 as 20 is to 60");
    assert_eq!(tree.needed_for(&[5]), [0, 1, 2, 3, 4, 5, 6], "all parts of a whole are one matter");
    assert_eq!(tree.needed_for(&[1]), [1]);
    let below: Vec<_> = tree.below(0).collect();
    assert_eq!(below, [1, 2], "what is calculated explains no rest");
    let hidden = tree.calculated(counts(1, vec![flat(1, 100), None, flat(1, 60)]), &places);
    assert!(hidden.series[3..=8].iter().all(Option::is_none), "one input is hidden");
}

#[test]
fn meters_that_make_no_tree_are_refused_with_what_to_do() {
    let with = |change: &dyn Fn(&mut Vec<Node>)| {
        let mut nodes = landlord();
        change(&mut nodes);
        Tree::new(nodes).unwrap_err()
    };
    let sum = |of: Vec<Place>| node(Kind::Virtual(Formula::Sum(of)), None);
    let share = |share| node(Kind::Virtual(Formula::Allocation { of: 0, share }), None);
    let deep = |n: usize| node(Kind::Sub, Some(if n == 0 { 1 } else { n + 4 }));
    for (fault, words) in [
        (with(&|all| all[1].parent = Some(9)), "choose another"),
        (with(&|all| all[1].to = Some(date(2025, 1, 1))), "before its first"),
        (with(&|all| all.push(node(Kind::Main, Some(0)))), "make it a sub-meter"),
        (with(&|all| all[1].parent = Some(3)), "such a parent"),
        (with(&|all| all[0].from = date(2026, 2, 1)), "does not stand on all its days"),
        (with(&|all| all[0].to = Some(date(2026, 2, 1))), "does not stand on all its days"),
        (
            with(&|all| {
                all[1].parent = Some(2);
                all[2].parent = Some(1);
            }),
            "above itself",
        ),
        (with(&|all| all.push(sum(vec![5]))), "calculated from itself"),
        (with(&|all| all.push(sum(vec![]))), "names no meter"),
        (with(&|all| all.push(sum(vec![1, 1]))), "twice"),
        (with(&|all| all.extend([share(Share::Area(1)), share(Share::Fixed(1))])), "another key"),
        (with(&|all| all.push(share(Share::Headcount(0)))), "weight is zero"),
        (with(&|all| all.push(share(Share::Metered(5)))), "calculated from itself"),
        (with(&|all| all.extend((0..DEPTH_MAX).map(deep))), "further up"),
        (with(&|all| all.resize(NODES_MAX + 1, node(Kind::Sub, None))), "another tree"),
    ] {
        assert!(fault.to_string().contains(words), "{fault}");
    }
}

proptest! {
    #[test]
    fn parts_sum_to_the_whole_and_none_is_off_by_a_wh(
        whole in -1_000_000i64..1_000_000,
        weights in prop::collection::vec(0u64..1_000, 1..20),
    ) {
        let all: u64 = weights.iter().sum();
        match allocate(whole, &weights) {
            Some(parts) => {
                prop_assert_eq!(parts.iter().sum::<i64>(), whole);
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = whole as f64 * *weight as f64 / (all.max(1)) as f64;
                    prop_assert!((*part as f64 - exact).abs() < 1.0, "{part}, not {exact}");
                }
            }
            None => prop_assert!(all == 0 && whole != 0),
        }
    }

    /// Leaves and rests of all meters make up the roots, whatever the tree.
    #[test]
    fn leaves_and_rests_make_up_the_roots(
        shape in prop::collection::vec((0usize..8, 0u8..4, 0i64..1_000, 0i64..50), 1..12),
    ) {
        let mut nodes: Vec<Node> = Vec::new();
        let mut series = Vec::new();
        for (at, kind, forward, back) in &shape {
            let above: Vec<_> = (0..nodes.len())
                .filter(|place| matches!(nodes[*place].kind, Kind::Main | Kind::Sub))
                .collect();
            let parent = (!above.is_empty()).then(|| above[at % above.len()]);
            let kind = match (parent, kind) {
                (None, _) => Kind::Main,
                (_, 0) => Kind::Generator,
                (_, 1) => Kind::Battery,
                _ => Kind::Sub,
            };
            nodes.push(node(kind, parent));
            series.push(Some(Series { forward: vec![Some(*forward)], back: vec![Some(*back)] }));
        }
        let Ok(tree) = Tree::new(nodes) else { return Ok(()) };
        let counts = counts(1, series);
        let signed = |at: Place| {
            let wh = counts.series[at].as_ref().unwrap().net(0).unwrap();
            if tree.nodes()[at].kind == Kind::Generator { -wh } else { wh }
        };
        let places = 0..tree.nodes().len();
        let roots: i64 =
            places.clone().filter(|at| tree.nodes()[*at].parent.is_none()).map(signed).sum();
        let leaves_and_rests: i64 = places
            .map(|at| match tree.balance(&counts, at, Every::Whole) {
                Some(periods) => periods[0].rest_wh.unwrap(),
                None => signed(at),
            })
            .sum();
        prop_assert_eq!(roots, leaves_and_rests);
    }
}
