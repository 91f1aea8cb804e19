//! Random small cases: the plan is the optimum of the linear program, keeps every bound, and never
//! fails.

use energy_rules::dispatch::{
    Ahead, Battery, BatterySpec, Controller, DemandTerms, DispatchError, End, Habit, Outlook, Plan,
    Settings, Site, Task, plan, roll,
};
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem};
use proptest::prelude::*;

/// A case: site, battery, terms and energy stored before.
type Case = (Site, BatterySpec, DemandTerms, f64);

fn slots() -> impl Strategy<Value = Vec<(f64, f64, bool)>> {
    let load = (-20..80_i32).prop_map(f64::from);
    let price = (0..30_i32).prop_map(|step| f64::from(step) * 10.0);
    prop::collection::vec((load, price, any::<bool>()), 1..20)
}

fn spec() -> impl Strategy<Value = BatterySpec> {
    let whole = |most: i32| (0..most).prop_map(f64::from);
    (whole(80), whole(120), 5..=10_i32, whole(20)).prop_map(
        |(capacity, power, efficiency, wear)| BatterySpec {
            efficiency: f64::from(efficiency) / 10.0,
            wear_won_per_kwh: wear,
            ..BatterySpec::usual(capacity, power)
        },
    )
}

fn terms() -> impl Strategy<Value = DemandTerms> {
    let months = prop::collection::vec(1..=12_u8, 1..5);
    let history = prop::collection::vec((0..300_i32).prop_map(f64::from), 0..4);
    let carrying = prop::sample::subsequence((1..=12_u8).collect::<Vec<_>>(), 0..12);
    (months, history, carrying, 0..4_i32, 0..4_usize, any::<bool>()).prop_map(
        |(months, history_kw, carrying, charge, reach, cyclic)| DemandTerms {
            charge_won_per_kw: f64::from(charge) * 150.0,
            floor_kw: 20.0,
            months,
            carrying,
            reach,
            history_kw,
            metered_kw: 30.0,
            cyclic,
        },
    )
}

prop_compose! {
    fn case()(slots in slots(), spec in spec(), terms in terms(), share in 0..=10_i32) -> Case {
        let (count, months) = (slots.len(), terms.months.len());
        let site = Site {
            load_kwh: slots.iter().map(|slot| slot.0).collect(),
            price_won: slots.iter().map(|slot| slot.1).collect(),
            counts: slots.iter().map(|slot| slot.2).collect(),
            month: (0..count).map(|at| at * months / count).collect(),
        };
        let stored = (0.1 + 0.085 * f64::from(share)) * spec.capacity_kwh;
        (site, spec, terms, stored)
    }
}

fn solve((site, spec, terms, stored_kwh): &Case) -> Plan {
    let battery = Battery::new(*spec).unwrap();
    let end = End::AtLeast(*stored_kwh);
    plan(&Task { site, battery: &battery, terms, stored_kwh: *stored_kwh, end }).unwrap()
}

/// What the months before the plan and the floor make of each bill, by the words of the terms.
fn least_kw(terms: &DemandTerms, month: usize) -> f64 {
    let mut least = terms.floor_kw;
    let mut calendar = terms.months[0];
    for (back, demand) in (1..).zip(terms.history_kw.iter().rev()) {
        calendar = if calendar == 1 { 12 } else { calendar - 1 };
        if terms.carrying.contains(&calendar) && month + back <= terms.reach {
            least = least.max(*demand);
        }
    }
    let shown = month == 0 || month <= terms.reach && terms.carrying.contains(&terms.months[0]);
    if shown { least.max(terms.metered_kw) } else { least }
}

/// The optimum of the linear program, won.
fn optimum((site, spec, terms, stored_kwh): &Case) -> f64 {
    let mut lp = Problem::new(OptimizationDirection::Minimize);
    let (e, power) = (spec.efficiency.sqrt(), spec.power_kw / 4.0);
    let months = terms.months.len();
    let demand: Vec<_> = (0..months).map(|_| lp.add_var(0.0, (0.0, f64::INFINITY))).collect();
    for month in 0..months {
        let least = least_kw(terms, month);
        let bill = lp.add_var(terms.charge_won_per_kw, (least, f64::INFINITY));
        for (other, shown) in demand.iter().enumerate() {
            let back = if other <= month { month - other } else { month + months - other };
            let earlier = other < month || terms.cyclic && other > month;
            let carries = terms.carrying.contains(&terms.months[other]) && back <= terms.reach;
            if other == month || earlier && carries {
                lp.add_constraint([(bill, 1.0), (*shown, -1.0)], ComparisonOp::Ge, 0.0);
            }
        }
    }
    let (low, high) = (0.1 * spec.capacity_kwh, 0.95 * spec.capacity_kwh);
    let begun = stored_kwh.clamp(low, high);
    let mut before = lp.add_var(0.0, (begun, begun));
    for at in 0..site.len() {
        let charge = lp.add_var(0.0, (0.0, power));
        let most = site.load_kwh[at].clamp(0.0, power);
        let discharge = lp.add_var(spec.wear_won_per_kwh, (0.0, most));
        let grid = lp.add_var(site.price_won[at], (0.0, f64::INFINITY));
        let lost = lp.add_var(0.0, (0.0, f64::INFINITY));
        let last = at + 1 == site.len();
        let stored = lp.add_var(0.0, (if last { begun } else { low }, high));
        let balance = [(grid, 1.0), (charge, -1.0), (discharge, 1.0), (lost, -1.0)];
        lp.add_constraint(balance, ComparisonOp::Eq, site.load_kwh[at]);
        let mut level = LinearExpr::empty();
        level.add(stored, 1.0);
        level.add(before, -1.0);
        level.add(charge, -e);
        level.add(discharge, 1.0 / e);
        lp.add_constraint(level, ComparisonOp::Eq, 0.0);
        if site.counts[at] {
            let shown = [(demand[site.month[at]], 1.0), (grid, -4.0)];
            lp.add_constraint(shown, ComparisonOp::Ge, 0.0);
        }
        before = stored;
    }
    lp.solve().unwrap().into_solution().unwrap().objective()
}

fn keeps_its_bounds((site, spec, _, stored_kwh): &Case, plan: &Plan) {
    let battery = Battery::new(*spec).unwrap();
    let e = spec.efficiency.sqrt();
    let mut stored = stored_kwh.clamp(battery.stored_min_kwh(), battery.stored_max_kwh());
    for (at, action) in plan.actions.iter().enumerate() {
        let (charge, discharge) = (action.charge_kwh, action.discharge_kwh);
        assert!(charge >= 0.0 && discharge >= 0.0 && action.grid_kwh >= 0.0, "{action:?}");
        assert!(charge.max(discharge) <= spec.power_kw / 4.0 + 1e-9, "{action:?}");
        assert!(charge == 0.0 || discharge == 0.0, "{action:?}");
        let lost = action.grid_kwh - charge + discharge - site.load_kwh[at];
        assert!(lost.abs() < 1e-6 || lost > 0.0 && site.load_kwh[at] < 0.0, "{at}: {lost}");
        stored += charge * e - discharge / e;
        assert!((plan.stored_kwh[at] - stored).abs() < 1e-6, "{at}: {stored}");
        assert!(stored >= battery.stored_min_kwh() - 1e-6, "{stored}");
        assert!(stored <= battery.stored_max_kwh() + 1e-6, "{stored}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_plan_is_the_optimum_of_the_linear_program(case in case()) {
        let found = solve(&case);
        keeps_its_bounds(&case, &found);
        let (won, expected) = (found.costs.total_won(), optimum(&case));
        prop_assert!((won - expected).abs() < 0.1, "{won} won, expected {expected}: {found:?}");
        prop_assert!(found.gap_won <= 0.06, "{}", found.gap_won);
        prop_assert!(found.saving_won() > -0.1, "worse than no battery");
    }

    #[test]
    fn more_capacity_never_costs_more((site, spec, terms, _) in case(), more in 1.0..50.0_f64) {
        let with = |capacity_kwh: f64| {
            let spec = BatterySpec { capacity_kwh, soc_min: 0.0, soc_max: 1.0, ..spec };
            solve(&(site.clone(), spec, terms.clone(), 0.0)).costs.total_won()
        };
        prop_assert!(with(spec.capacity_kwh + more) <= with(spec.capacity_kwh) + 0.1);
    }

    #[test]
    fn nothing_is_infeasible(
        (mut site, spec, terms, stored) in case(),
        wild in prop::collection::vec((-1e6..1e6_f64, -1e4..1e4_f64), 20),
    ) {
        for (at, (load, price)) in wild.iter().take(site.len()).enumerate() {
            site.load_kwh[at] = *load;
            site.price_won[at] = *price;
        }
        let case = (site, spec, terms, stored * 7.0 - 50.0);
        let found = solve(&case);
        let known = (case.0.clone(), case.1, case.2.clone(), case.3);
        for (at, action) in found.actions.iter().enumerate() {
            let drawn = known.0.load_kwh[at].max(0.0) + action.charge_kwh;
            prop_assert!(action.grid_kwh >= 0.0 && action.grid_kwh <= drawn + 1e-6);
        }
        prop_assert!(found.costs.total_won().is_finite());
        let (site, battery) = (&case.0, Battery::new(case.1).unwrap());
        let settings = Settings::defending(100.0);
        let controller =
            Controller::new(&battery, &case.2, settings, Habit::default(), case.3).unwrap();
        let mut outlook = |at: usize| Outlook {
            p50_kwh: site.load_kwh[at..].iter().map(|load| load * 0.5).collect(),
            p90_kwh: site.load_kwh[at..].iter().map(|load| load * 0.7).collect(),
        };
        let run = roll(site, controller, &mut outlook).unwrap();
        prop_assert!(run.costs.total_won().is_finite());
        prop_assert!(run.costs.demand_won <= run.base.demand_won + 1e-3);
    }
}

#[test]
fn input_that_makes_no_sense_is_refused_with_what_to_do() {
    let good = Site {
        load_kwh: vec![1.0; 4],
        price_won: vec![100.0; 4],
        counts: vec![true; 4],
        month: vec![0; 4],
    };
    let battery = Battery::new(BatterySpec::usual(10.0, 10.0)).unwrap();
    let terms = DemandTerms::alone(7, 8_320.0);
    let said = |site: &Site, stored_kwh: f64, end: End| -> String {
        let task = Task { site, battery: &battery, terms: &terms, stored_kwh, end };
        plan(&task).unwrap_err().to_string()
    };
    let free = End::Worth(0.0);
    let mut site = good.clone();
    site.load_kwh[2] = f64::NAN;
    assert!(said(&site, 5.0, free).contains("the load at place 2 is not a finite number: fill"));
    let site = Site { price_won: vec![1.0; 3], ..good.clone() };
    assert!(said(&site, 5.0, free).contains("the price has 3 values and must have 4"));
    let site = Site { month: vec![0, 0, 1, 0], ..good.clone() };
    assert!(said(&site, 5.0, free).contains("slot 2 is of month number 1"));
    let site = Site { load_kwh: vec![], price_won: vec![], counts: vec![], month: vec![] };
    assert!(said(&site, 5.0, free).contains("the horizon has no slot"));
    assert!(said(&good, f64::NAN, free).contains("the energy stored (kWh) is NaN"));
    assert!(said(&good, 5.0, End::Exactly(f64::INFINITY)).contains("the energy to be left is inf"));
}

#[test]
fn a_controller_refuses_what_it_cannot_plan() {
    let battery = Battery::new(BatterySpec::usual(10.0, 10.0)).unwrap();
    let terms = DemandTerms::alone(7, 8_320.0);
    let new = |settings: Settings| {
        Controller::new(&battery, &terms, settings, Habit::default(), 5.0).map(|_| ())
    };
    let low = Settings { target_kw: -1.0, caution: 0.4 };
    assert!(matches!(new(low), Err(DispatchError::OutOfBounds { name: "the target (kW)", .. })));
    let bold = Settings { target_kw: 1.0, caution: 2.0 };
    assert!(matches!(new(bold), Err(DispatchError::OutOfBounds { name: "the caution", .. })));
    let settings = Settings::defending(10.0);
    let mut controller =
        Controller::new(&battery, &terms, settings, Habit::default(), 5.0).unwrap();
    let outlook = Outlook { p50_kwh: vec![1.0], p90_kwh: vec![2.0] };
    let ahead = Ahead {
        price_won: &[100.0, 100.0],
        counts: &[true, true],
        month: &[0, 0],
        outlook: &outlook,
        end: End::Worth(0.0),
    };
    let said = controller.policy(&ahead).unwrap_err().to_string();
    assert!(said.contains("the median forecast has 1 values and must have 2"), "{said}");
}
