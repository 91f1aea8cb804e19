//! The plan in the shape of the registry's `Seed`: what the server lays down in demonstration mode.

use base::Position;
use serde_json::{Value, json};

use super::{Plan, Profile, secret};
use crate::geometry::Spot;

/// The seed of the demonstration when nobody names another.
pub const SEED_DEFAULT: u64 = 20_260_716;

/// The tenants owned their meters since here, so that history of the past is theirs too.
const OWNED_FROM: &str = "2015-01-01T00:00:00+09:00";

/// Everything that exists, as JSON in the shape of `registry::seed::Seed`, marked as invented.
///
/// ```
/// let seed = sim::plan::seed_json(sim::plan::SEED_DEFAULT);
/// assert_eq!(seed["demo"], true);
/// ```
pub fn seed_json(seed: u64) -> Value {
    let plan = Plan::new(seed);
    json!({
        "demo": true,
        "complexes": complexes(&plan),
        "companies": plan.companies.iter().map(|c| json!({
            "name": c.name,
            "registration_number": c.registration_number,
        })).collect::<Vec<_>>(),
        "parcels": plan.parcels.iter().map(|p| json!({
            "complex": plan.complexes[p.complex].code,
            "pnu": p.pnu,
            "area_m2": p.area_m2,
            "lot_address": p.lot_address,
        })).collect::<Vec<_>>(),
        "buildings": plan.buildings.iter().map(|b| json!({
            "parcel": plan.parcels[b.parcel].pnu,
            "name": b.name,
            "position": Position::from(b.spot),
        })).collect::<Vec<_>>(),
        "units": units(&plan),
        "establishments": establishments(&plan),
        "organisations": plan.organisations.iter().map(|o| json!({
            "name": o.name,
            "kind": o.kind,
            "phone": o.phone,
        })).collect::<Vec<_>>(),
        "profiles": Profile::ALL.map(Profile::json),
        "devices": devices(&plan),
    })
}

fn complexes(plan: &Plan) -> Vec<Value> {
    let ring = |boundary: &[Spot]| {
        let closed = boundary.iter().chain(boundary.first());
        closed.map(|spot| json!([spot.lon(), spot.lat()])).collect::<Vec<_>>()
    };
    let complex = |c: &super::Complex| {
        json!({
            "code": c.code,
            "name": c.name,
            "name_en": c.name_en,
            "kind": "general",
            "boundary": { "type": "Polygon", "coordinates": [ring(&c.layout.boundary)] },
            "position": Position::from(c.layout.centre),
        })
    };
    plan.complexes.iter().map(complex).collect()
}

fn units(plan: &Plan) -> Vec<Value> {
    let unit = |u: &super::Unit| {
        let building = &plan.buildings[u.building];
        json!({
            "complex": plan.complexes[plan.parcels[building.parcel].complex].code,
            "building": building.name,
            "floor": u.floor,
            "name": u.name,
        })
    };
    plan.units.iter().map(unit).collect()
}

fn establishments(plan: &Plan) -> Vec<Value> {
    let establishment = |(k, e): (usize, &super::Establishment)| {
        let unit = &plan.units[e.unit];
        // Some rows of a register have only one of the two addresses.
        let road = format!("전북특별자치도 전주시 덕진구 산단시연로 {}", 3 * k + 1);
        json!({
            "complex": plan.complexes[e.complex].code,
            "company": plan.companies[e.company].name,
            "name": e.name,
            "unit": [plan.buildings[unit.building].name, unit.name],
            "lot_address": (k % 13 != 5).then(|| plan.parcel_of(e).lot_address.clone()),
            "road_address": (k % 4 != 3).then_some(road),
            "ksic_code": e.trade.ksic(),
            "ksic_revision": 11,
            "position": Position::from(e.spot),
        })
    };
    plan.establishments.iter().enumerate().map(establishment).collect()
}

fn devices(plan: &Plan) -> Vec<Value> {
    let device = |d: &super::Device| {
        let owner = d.establishment.map(|index| plan.establishments[index].name.clone());
        json!({
            "complex": plan.complexes[d.complex].code,
            "key": d.key,
            "name": d.name,
            "kind": d.kind,
            "profile": d.profile.map(|profile| profile.words().0),
            "owned_from": owner.is_some().then_some(OWNED_FROM),
            "establishment": owner,
            "position": Position::from(d.spot),
            "secret": (d.profile.is_some() || d.obeys()).then(|| secret(plan.seed, &d.key)),
        })
    };
    plan.devices.iter().map(device).collect()
}
