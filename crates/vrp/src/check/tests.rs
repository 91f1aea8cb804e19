//! The stored solutions of the literature, judged; and plans that must be refused.

use std::path::PathBuf;

use super::*;
use crate::format::Format;

/// The folder of the instances, which are not part of the repository.
#[expect(clippy::print_stderr, reason = "a test that was left out says so")]
pub(super) fn shared() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let root = std::env::var_os("SANDAN_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let folder = root.join("data/vrp");
    if folder.join("bks.csv").exists() {
        return Some(folder);
    }
    eprintln!("skipped: no instances in {} (set SANDAN_SHARED)", folder.display());
    None
}

/// Family, instance, vehicles and cost of each published distance of `bks.csv`.
fn published(folder: &std::path::Path) -> Vec<(String, String, usize, String)> {
    let text = std::fs::read_to_string(folder.join("bks.csv")).unwrap();
    let rows = text.lines().filter(|row| row.contains("DIMACS") || row.contains("PROVENANCE"));
    rows.map(|row| {
        let (head, tail) = row
            .split_once(",\"distance-only,DIMACS truncated 1 decimal\",")
            .or_else(|| row.split_once(",see PROVENANCE (PyVRP convention),"))
            .unwrap();
        let head: Vec<&str> = head.split(',').collect();
        let tail: Vec<&str> = tail.split(',').collect();
        (head[1].to_owned(), head[2].to_owned(), tail[0].parse().unwrap(), tail[1].to_owned())
    })
    .collect()
}

/// Proves that reader, distances, windows, loads, trips and depots agree with the literature: each
/// stored solution is possible and comes to the published cost, to the last digit.
#[test]
fn stored_solutions_come_to_their_published_cost() {
    let Some(folder) = shared() else { return };
    let rows = published(&folder);
    assert_eq!(rows.len(), 42);
    for (family, name, vehicles, cost) in rows {
        let folder = folder.join(&family);
        let homberger = family == "homberger";
        let (kind, end) = if homberger { ("txt", "dimacs.sol") } else { ("vrp", "sol") };
        let text = std::fs::read_to_string(folder.join(format!("{name}.{kind}"))).unwrap();
        let format = if homberger { Format::Solomon } else { Format::Vrplib };
        assert_eq!(Format::guess(&text), format);
        let instance = format.read(&text).unwrap();
        let text = std::fs::read_to_string(folder.join(format!("{name}.{end}"))).unwrap();
        let solution = Solution::read(&text).unwrap();
        let convention = match instance.family {
            Family::Vrptw => Convention::Tenths,
            Family::Hfvrp if cost.contains('.') => Convention::Exact,
            family => family.convention(),
        };
        let report = routes(&instance, &solution, convention);
        assert_eq!(report.faults, [], "{name}");
        let decimals = cost.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        assert_eq!(format!("{:.decimals$}", report.published(instance.family)), cost, "{name}");
        assert_eq!(solution.routes.len(), vehicles, "{name}");
        assert!(report.vehicles <= vehicles, "{name}");
    }
}

/// Proves that the double convention is another one: the table of test vectors, with their late stops.
#[test]
fn doubles_of_stored_solutions() {
    let Some(folder) = shared() else { return };
    for (name, routes_used, double, late) in [
        ("R1_10_1", 95, "53072.01", 7),
        ("C1_10_6", 100, "42471.38", 0),
        ("C2_10_3", 30, "16075.27", 1),
        ("R2_10_4", 19, "17851.98", 0),
        ("RC1_10_8", 90, "43956.91", 0),
        ("RC2_10_5", 27, "25835.40", 1),
    ] {
        let read = |end: &str| {
            let path = folder.join("homberger").join(format!("{name}.{end}"));
            std::fs::read_to_string(path).unwrap()
        };
        let instance = Format::Solomon.read(&read("txt")).unwrap();
        let solution = Solution::read(&read("dimacs.sol")).unwrap();
        let report = routes(&instance, &solution, Convention::Exact);
        assert_eq!(format!("{:.2}", report.distance), double, "{name}");
        assert_eq!(report.vehicles, routes_used, "{name}");
        assert!(report.faults.iter().all(|fault| matches!(fault, Fault::Late { .. })), "{name}");
        assert_eq!(report.faults.len(), late, "{name}");
    }
}

/// Every instance is read, and a plan of one customer a route is judged without panic.
#[test]
fn every_instance_is_read() {
    let Some(folder) = shared() else { return };
    let mut read = 0;
    for family in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(files) = std::fs::read_dir(family) else { continue };
        for path in files.map(|entry| entry.unwrap().path()) {
            if path.extension().is_none_or(|end| end != "txt" && end != "vrp") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let instance = Format::guess(&text).read(&text);
            let instance = instance.unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
            let alone = instance.customers().map(|customer| vec![customer]).collect();
            let report = routes(&instance, &Solution::in_order(alone), Convention::Exact);
            assert_eq!(report.vehicles, instance.customers().len(), "{}", path.display());
            read += 1;
        }
    }
    assert_eq!(read, 56 + 20 + 20 + 12 + 8 + 4 + 8 + 4);
}

const LINE: &str = "line
VEHICLE
NUMBER CAPACITY
2 10
CUSTOMER
CUST NO. X Y D R D S
0 0 0 0 0 100 0
1 10 0 6 0 20 5
2 20 0 6 0 30 5
3 30 0 4 0 40 5
";

fn line(plan: &[&[usize]]) -> Report {
    let instance = Format::Solomon.read(LINE).unwrap();
    let plan = plan.iter().map(|route| route.to_vec()).collect();
    routes(&instance, &Solution::in_order(plan), Convention::Exact)
}

#[test]
fn a_possible_plan_has_no_fault() {
    let report = line(&[&[1], &[2, 3]]);
    assert_eq!(report.faults, []);
    assert_eq!((report.distance, report.vehicles), (80.0, 2));
}

/// Each kind of fault is found, and nothing else is reported beside it.
#[test]
fn each_fault_of_plain_deliveries_is_found() {
    type Case = (&'static [&'static [usize]], Fault);
    let cases: &[Case] = &[
        (&[&[1], &[2, 3], &[9]], Fault::NoVehicle { route: 2, vehicle: 2 }),
        (&[&[1], &[2, 9]], Fault::Unknown { route: 1, customer: 9 }),
        (&[&[1], &[2]], Fault::Unserved { customer: 3 }),
        (&[&[1, 3], &[2, 3]], Fault::Twice { route: 1, customer: 3 }),
        (&[&[1, 2], &[3]], Fault::Load { route: 0, stop: 0, load: 12, capacity: 10 }),
        (&[&[3, 1], &[2]], Fault::Late { route: 0, stop: 1, start: 55.0, due: 20.0 }),
        (&[&[1], &[2, 0, 3]], Fault::Depot { route: 1, depot: 0 }),
    ];
    for (plan, fault) in cases {
        let faults = line(plan).faults;
        assert!(faults.contains(fault), "{plan:?}: {faults:?}");
        assert!(!fault.to_string().is_empty());
    }
}

const PAIRS: &str = "2 10 1
0 0 0 0 0 1000 0 0 0
1 10 0 6 0 1000 0 0 3
2 20 0 6 0 1000 0 0 4
3 30 0 -6 0 1000 0 1 0
4 40 0 -6 0 1000 0 2 0
";

#[test]
fn each_fault_of_pairs_is_found() {
    let instance = Format::Lilim.read(PAIRS).unwrap();
    let judge = |plan: &[&[usize]]| {
        let plan = plan.iter().map(|route| route.to_vec()).collect();
        routes(&instance, &Solution::in_order(plan), Convention::Exact).faults
    };
    assert_eq!(judge(&[&[1, 3, 2, 4]]), []);
    let over = Fault::Load { route: 0, stop: 2, load: 12, capacity: 10 };
    assert_eq!(judge(&[&[1, 2, 3, 4]]), [over]);
    let parted =
        [Fault::Parted { pickup: 1, delivery: 3 }, Fault::Parted { pickup: 2, delivery: 4 }];
    assert_eq!(judge(&[&[1, 4], &[2, 3]])[..2], parted);
    let first = Fault::DeliveryFirst { route: 0, pickup: 1, delivery: 3 };
    assert!(judge(&[&[3, 1], &[2, 4]]).contains(&first));
    let unserved = [Fault::Unserved { customer: 1 }, Fault::Unserved { customer: 3 }];
    assert_eq!(judge(&[&[2, 4]]), unserved);
}
