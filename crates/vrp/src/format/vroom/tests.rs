//! VROOM's JSON in and out.

use serde_json::{Value, json};

use super::*;
use crate::check;
use crate::model::{Plan, Route, Visit, VisitKind};

fn small() -> Value {
    json!({
        "vehicles": [
            { "id": 7, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [1],
              "time_window": [1_700_000_000, 1_700_010_000] },
            { "id": 8, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [1],
              "time_window": [1_700_000_000, 1_700_010_000] },
            { "id": 9, "start_index": 0, "capacity": [4],
              "costs": { "fixed": 50, "per_hour": 1_800 },
              "time_window": [1_700_000_000, 1_700_010_000],
              "breaks": [{ "id": 1, "time_windows": [[1_700_000_000, 1_700_005_000]], "service": 60 }] }
        ],
        "jobs": [
            { "id": 1, "location_index": 1, "delivery": [2], "service": 30, "skills": [1], "priority": 5 }
        ],
        "shipments": [
            { "pickup": { "id": 1, "location_index": 1 }, "delivery": { "id": 2, "location_index": 2 },
              "amount": [3] }
        ],
        "matrices": { "car": {
            "durations": [[0, 10, 20], [10, 0, 15], [20, 15, 0]],
            "distances": [[0, 100, 200], [100, 0, 150], [200, 150, 0]]
        } }
    })
}

fn read(input: &Value) -> Result<VroomProblem, VroomError> {
    problem(Input::read(&input.to_string())?)
}

fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut input = small();
    change(&mut input);
    read(&input).unwrap_err().to_string()
}

#[test]
fn equal_vehicles_are_one_kind_and_times_begin_early() {
    let stated = read(&small()).unwrap();
    stated.problem.validate().unwrap();
    assert_eq!(stated.origin_s, 1_700_000_000);
    let counts: Vec<u32> = stated.problem.vehicles.iter().map(|vehicle| vehicle.count).collect();
    assert_eq!(counts, [2, 1]);
    // Half a unit a second, in hundredths.
    let dear = &stated.problem.profiles[stated.problem.vehicles[1].profile];
    assert_eq!((dear.metres(0, 2), dear.seconds(0, 2)), (1_000, 20));
}

#[test]
fn unknown_and_unsupported_fields_are_named() {
    let unknown = refused(|input| input["jobs"][0]["colour"] = json!("red"));
    assert!(unknown.contains("unknown field `colour`") && unknown.contains("line 1"), "{unknown}");
    let cases: &[(&str, &str, Value)] = &[
        ("/jobs/0", "setup", json!(5)),
        ("/jobs/0", "pickup", json!([1])),
        ("/jobs/0", "service_per_type", json!({ "van": 5 })),
        ("/vehicles/0", "max_tasks", json!(3)),
        ("/vehicles/0", "max_distance", json!(3)),
        ("/vehicles/0", "steps", json!([])),
        ("/vehicles/2/breaks/0", "max_load", json!([1])),
        ("/matrices/car", "costs", json!([[0]])),
    ];
    for (at, field, given) in cases {
        let words = refused(|input| input.pointer_mut(at).unwrap()[field] = given.clone());
        assert!(words.contains(&format!("`{field}` is not supported")), "{words}");
    }
    let words = refused(|input| {
        input["jobs"][0].as_object_mut().unwrap().remove("location_index");
        input["jobs"][0]["location"] = json!([127.1, 35.8]);
    });
    let wanted = "job 1: `location` is not supported without a matrix: \
                  give `location_index` and `matrices`";
    assert_eq!(words, wanted);
}

#[test]
fn values_without_sense_are_refused() {
    let cases: &[(&str, Value, &str)] = &[
        ("/jobs/0/location_index", json!(9), "job 1: index 9: the matrices have 3 rows"),
        ("/jobs/0/priority", json!(101), "job 1: priority 101: 0 to 100 are possible"),
        ("/jobs/0/delivery", json!([1, 2]), "job 1: 2 amounts, 1 are expected"),
        ("/vehicles/1/id", json!(7), "vehicle 7: the id stands twice"),
        ("/vehicles/0/time_window", json!([5, 4]), "vehicle 7: window [5, 4] is not possible"),
        ("/vehicles", json!([]), "input: there is no vehicle"),
        (
            "/matrices/car/durations/0/1",
            json!(-1),
            "matrices of `car`: row 0, column 1: -1 s, 100 m",
        ),
        (
            "/matrices/car/durations/0",
            json!([0]),
            "matrices of `car`: rows and columns must be as many, and in all matrices alike",
        ),
    ];
    for (at, given, words) in cases {
        let found = refused(|input| *input.pointer_mut(at).unwrap() = given.clone());
        assert_eq!(found, *words);
    }
}

/// The answer carries VROOM's own figures: cost by driving alone, times of the input, loads.
#[test]
fn the_answer_has_the_form_of_vroom() {
    let stated = read(&small()).unwrap();
    let visit = |kind, arrive_s, start_s, leave_s| Visit { kind, arrive_s, start_s, leave_s };
    let stop = |request, stop| VisitKind::Stop { request, stop };
    let route = Route {
        vehicle: 0,
        start_s: 0,
        end_s: 75,
        visits: vec![
            visit(stop(0, 0), 10, 10, 40),
            visit(stop(1, 0), 40, 40, 40),
            visit(stop(1, 1), 55, 55, 55),
        ],
        distance_m: 4_500,
        cost_units: 4_500 * 18_000,
    };
    let plan = Plan {
        distance_m: route.distance_m,
        cost_units: route.cost_units,
        routes: vec![route],
        unserved: Vec::new(),
        prizes_lost_won: 0,
        change_won: 0,
    };
    assert_eq!(check::plan(&stated.problem, &plan).faults, []);
    let answer = stated.output(&plan);
    assert_eq!(answer["code"], 0);
    assert_eq!(answer["summary"]["cost"], 45);
    assert_eq!(answer["summary"]["distance"], 450);
    assert_eq!(answer["summary"]["priority"], 5);
    let route = &answer["routes"][0];
    assert_eq!((&route["vehicle"], &route["duration"]), (&json!(7), &json!(45)));
    let steps = route["steps"].as_array().unwrap();
    let of = |key: &str| steps.iter().map(|step| step[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("type"), ["start", "job", "pickup", "delivery", "end"]);
    assert_eq!(of("load"), [json!([2]), json!([0]), json!([3]), json!([0]), json!([0])]);
    let arrivals = [0, 10, 40, 55, 75].map(|second| json!(1_700_000_000_i64 + second));
    assert_eq!(of("arrival"), arrivals);
}
