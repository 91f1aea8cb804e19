//! The public meters of complex 1, and what stands below what: the trees of meters of the demonstration.

use serde_json::{Value, json};

use super::device::{device, in_factory_building, street_spot};
use super::{Device, Load, Plan, Profile};
use crate::dice::Dice;

/// The manager's meters: word in the key, Korean name, load, peak in kW.
const PUBLIC: [(&str, usize, &str, Load, f64); 6] = [
    ("main", 1, "공공시설 수전 계량기", Load::Public, 320.0),
    ("back", 1, "공공시설 역송 계량기", Load::PublicBack, 150.0),
    ("office", 1, "산단지원센터 전력량계", Load::Office, 110.0),
    ("pv", 1, "산단지원센터 옥상 태양광 발전량계", Load::Roof, 150.0),
    ("ess", 1, "ESS 충전 전력량계", Load::Charge, 40.0),
    ("ess", 2, "ESS 방전 전력량계", Load::Discharge, 40.0),
];
/// Floor space of the manager's house that two users share, m2.
const FLOORS: [(&str, u32); 2] = [("1층 지원시설", 1_240), ("2층 관리기관", 760)];

/// Adds the manager's meters, last and by a throw of their own.
pub(crate) fn install(plan: &mut Plan) {
    let mut dice = Dice::new(plan.seed, "public meters");
    for (word, number, name, load, peak_kw) in PUBLIC {
        let spot = street_spot(plan, 0, &mut dice);
        let meter = device(plan, 0, "meter", (word, name), number, spot);
        plan.devices.push(Device {
            name: format!("1산단 {name}"),
            profile: Some(Profile::Meter),
            load: Some((load, peak_kw)),
            ..meter
        });
    }
}

/// The trees of meters, in the shape of `energy::meter::DemoMeter`; parents come before what stands below them.
///
/// ```
/// let meters = sim::plan::meters_json(sim::plan::SEED_DEFAULT);
/// assert_eq!(meters[0]["kind"], "main");
/// ```
pub fn meters_json(seed: u64) -> Value {
    let plan = Plan::new(seed);
    let mut meters = public(&plan);
    meters.extend(factory_building(&plan));
    Value::Array(meters)
}

fn public(plan: &Plan) -> Vec<Value> {
    let (main, roof, office) = ("jj1-main-01", "jj1-pv-01", "jj1-office-01");
    let mut meters = vec![
        json!({ "name": "공공시설 수전", "kind": "main", "device": main, "back_device": "jj1-back-01" }),
    ];
    let below = plan.meters_below(Load::Public, 0);
    meters.extend(below.iter().map(|meter| {
        json!({ "name": short(&meter.name), "kind": "sub", "device": meter.key, "parent": main })
    }));
    meters.push(json!({ "name": "산단지원센터 옥상 태양광", "kind": "generator", "device": roof,
        "parent": main, "disposal": "own_use" }));
    meters.push(json!({ "name": "산단지원센터 ESS", "kind": "battery", "device": "jj1-ess-01",
        "back_device": "jj1-ess-02", "parent": main }));
    let lamps = below.iter().filter(|meter| meter.key.contains("-meter-"));
    let mut lamps =
        lamps.filter(|meter| meter.load.is_some_and(|(load, _)| load == Load::StreetLight));
    if let Some(first) = lamps.next() {
        let others: Vec<_> = lamps.map(|meter| &meter.key).collect();
        meters.push(json!({ "name": "가로등 합계", "kind": "virtual", "device": first.key,
            "sum": others, "parent": main }));
    }
    meters.extend(FLOORS.map(|(name, area_m2)| {
        json!({ "name": format!("산단지원센터 {name}"), "kind": "virtual", "device": office,
            "area_m2": area_m2, "parent": office })
    }));
    meters
}

fn factory_building(plan: &Plan) -> Vec<Value> {
    let has = |device: &&Device| device.load.is_some_and(|(load, _)| load == Load::FactoryBuilding);
    let Some(landlord) = plan.devices.iter().find(has) else { return Vec::new() };
    let main =
        json!({ "name": "지식산업센터 건물주 수전", "kind": "main", "device": landlord.key });
    let firms = plan.devices.iter().filter(|device| {
        device.kind == "meter"
            && device.establishment.is_some_and(|site| in_factory_building(plan, site))
    });
    let below = firms.map(|meter| {
        let name = short(&meter.name);
        json!({ "name": name, "kind": "sub", "device": meter.key, "parent": landlord.key })
    });
    [main].into_iter().chain(below).collect()
}

/// The name without the complex and the word for what it is.
fn short(name: &str) -> String {
    name.trim_start_matches("1산단 ").replace(" 전력량계", "")
}
