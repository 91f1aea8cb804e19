//! What measures and watches: 40 environment sensors, meters, gateways, cameras, vehicles, signs.

use super::{Device, Load, Plan, Profile, Trade, tenant::FACTORY_BUILDING};
use crate::dice::Dice;
use crate::geometry::{LotUse, STREAM_GAUGES, Spot};

/// Environment sensors: profile, word in the key, Korean name, and how many in complex 1 and 2.
const SENSORS: [(Profile, &str, &str, [usize; 2]); 9] = [
    (Profile::Air, "air", "대기측정소", [6, 2]),
    (Profile::Dust, "dust", "간이 미세먼지", [6, 2]),
    (Profile::Odour, "odour", "악취측정기", [3, 2]),
    (Profile::Noise, "noise", "소음측정기", [3, 1]),
    (Profile::Weather, "weather", "기상관측기", [1, 1]),
    (Profile::Stream, "stream", "수위계", [1, 1]),
    (Profile::Leakage, "leak", "분전반 누설전류", [4, 1]),
    (Profile::Parking, "park", "공영주차장", [3, 1]),
    (Profile::Traffic, "traffic", "통행량 검지기", [1, 1]),
];

/// Devices that send nothing yet: kind, word in the key, Korean name, how many in complex 1 and 2.
const SILENT: [(&str, &str, &str, [usize; 2]); 4] = [
    ("gateway", "gw", "게이트웨이", [4, 2]),
    ("camera", "cam", "카메라", [18, 6]),
    ("vehicle", "car", "순찰차량", [3, 1]),
    ("sign", "sign", "환경전광판", [2, 1]),
];

/// Sirens in complex 1 and 2.
const SIRENS: [usize; 2] = [2, 1];

/// All meters of tenants, of streets, pumps and the landlord together.
const METERS: usize = 150;
/// The complex's own meters, landlord's meter apart: load, count in complex 1 and 2, peak in kW.
const OWN_METERS: [(Load, &str, [usize; 2], f64); 2] =
    [(Load::StreetLight, "가로등", [3, 1], 28.0), (Load::Pump, "배수펌프장", [1, 1], 90.0)];
/// So many firms of the factory building have a sub-meter; the others share by floor space.
const SUB_METERS: usize = 12;
/// A site of so much contract power has a meter for reactive energy; the largest send power each minute.
const REACTIVE_FROM_KW: f64 = 300.0;
const LIVE_METERS: usize = 20;

/// Fills the plan with devices.
pub(crate) fn install(plan: &mut Plan) {
    let mut dice = Dice::new(plan.seed, "devices");
    for complex in 0..2 {
        for (profile, word, name, counts) in SENSORS {
            for number in 1..=counts[complex] {
                let spot = sensor_spot(plan, complex, profile, number, &mut dice);
                let device = device(plan, complex, "sensor", (word, name), number, spot);
                plan.devices.push(Device { profile: Some(profile), ..device });
            }
        }
        for (kind, word, name, counts) in SILENT {
            for number in 1..=counts[complex] {
                let spot = street_spot(plan, complex, &mut dice);
                let device = device(plan, complex, kind, (word, name), number, spot);
                plan.devices.push(device);
            }
        }
    }
    install_meters(plan, &mut dice);
    // Last, and by a throw of their own: what stood before them stays where it was.
    let mut dice = Dice::new(plan.seed, "sirens");
    for (complex, count) in SIRENS.into_iter().enumerate() {
        for number in 1..=count {
            let spot = street_spot(plan, complex, &mut dice);
            let name = ("siren", "비상사이렌");
            plan.devices.push(device(plan, complex, "other", name, number, spot));
        }
    }
}

pub(super) fn device(
    plan: &Plan,
    complex: usize,
    kind: &'static str,
    (word, name): (&str, &str),
    number: usize,
    spot: Spot,
) -> Device {
    let code = plan.complexes[complex].code;
    Device {
        complex,
        key: format!("{code}-{word}-{number:02}"),
        name: format!("{}산단 {name} {number}", complex + 1),
        kind,
        profile: None,
        establishment: None,
        spot,
        load: None,
    }
}

/// Where a sensor stands: gauges at the water, parking sensors in car parks, the rest along streets.
fn sensor_spot(
    plan: &Plan,
    complex: usize,
    profile: Profile,
    number: usize,
    dice: &mut Dice,
) -> Spot {
    let of_use = |used_for: LotUse| {
        let lots = plan.complexes[complex].layout.lots.iter();
        lots.filter(move |lot| lot.used_for == used_for).nth(number - 1).map(|lot| lot.centre)
    };
    let street = street_spot(plan, complex, dice);
    match profile {
        Profile::Stream => STREAM_GAUGES[complex],
        Profile::Parking => of_use(LotUse::Parking).unwrap_or(street),
        Profile::Weather => of_use(LotUse::Green).unwrap_or(street),
        _ => street,
    }
}

/// A corner of a lot, that is, the edge of a street.
pub(super) fn street_spot(plan: &Plan, complex: usize, dice: &mut Dice) -> Spot {
    let lot = dice.pick(&plan.complexes[complex].layout.lots);
    let corner = dice.pick(&lot.ring);
    let reach = lot.centre.distance(*corner);
    let out = 1.0 + 4.0 / reach;
    let from = lot.centre;
    Spot::new(from.x + (corner.x - from.x) * out, from.y + (corner.y - from.y) * out)
}

fn install_meters(plan: &mut Plan, dice: &mut Dice) {
    let mut numbers = [0_usize; 2];
    let mut meters: Vec<Device> = Vec::new();
    let mut next = |complex: usize| {
        numbers[complex] += 1;
        numbers[complex]
    };
    for complex in 0..2 {
        for (load, name, counts, peak_kw) in OWN_METERS {
            for _ in 0..counts[complex] {
                let spot = street_spot(plan, complex, dice);
                let own = device(plan, complex, "meter", ("meter", name), next(complex), spot);
                meters.push(Device { load: Some((load, peak_kw)), ..own });
            }
        }
    }
    let (shared, alone): (Vec<_>, Vec<_>) =
        (0..plan.establishments.len()).partition(|index| in_factory_building(plan, *index));
    let building_kw = shared.iter().map(|k| plan.establishments[*k].contract_kw).sum::<f64>();
    let landlord_spot = plan.establishments[shared[0]].spot;
    let name = ("meter", "지식산업센터 건물주 계량기");
    let landlord = device(plan, 1, "meter", name, next(1), landlord_spot);
    meters.push(Device { load: Some((Load::FactoryBuilding, building_kw * 0.7)), ..landlord });

    let mut tenants = alone.clone();
    tenants.extend(shared.iter().copied().take(SUB_METERS));
    // What is left goes to second feeders of the largest sites, generators apart.
    let mut large = alone;
    large.retain(|k| plan.establishments[*k].trade != Trade::Solar);
    large.sort_by(|a, b| {
        plan.establishments[*b].contract_kw.total_cmp(&plan.establishments[*a].contract_kw)
    });
    let feeders = METERS.saturating_sub(meters.len() + tenants.len()).min(large.len());
    let double = large[..feeders].to_vec();
    let live = &large[..LIVE_METERS.min(large.len())];
    for index in tenants {
        let parts: &[f64] = if double.contains(&index) { &[0.62, 0.38] } else { &[1.0] };
        for (feeder, part) in parts.iter().enumerate() {
            let number = next(plan.establishments[index].complex);
            let live = feeder == 0 && live.contains(&index);
            meters.push(tenant_meter(plan, index, number, (feeder, *part), live));
        }
    }
    plan.devices.extend(
        meters
            .into_iter()
            .map(|meter| Device { profile: meter.profile.or(Some(Profile::Meter)), ..meter }),
    );
}

fn tenant_meter(
    plan: &Plan,
    index: usize,
    number: usize,
    (feeder, part): (usize, f64),
    live: bool,
) -> Device {
    let site = &plan.establishments[index];
    let what = if site.trade == Trade::Solar { "발전량계" } else { "전력량계" };
    let name = format!("{} {what} {}", site.name, feeder + 1);
    let profile = if live {
        Profile::MeterLive
    } else if site.contract_kw >= REACTIVE_FROM_KW && site.trade != Trade::Solar {
        Profile::MeterReactive
    } else {
        Profile::Meter
    };
    let spot = Spot::new(site.spot.x + 3.0 + 4.0 * feeder as f64, site.spot.y - 3.0);
    let meter = device(plan, site.complex, "meter", ("meter", ""), number, spot);
    Device {
        name,
        profile: Some(profile),
        establishment: Some(index),
        load: Some((Load::Tenant(site.trade), site.contract_kw * 0.85 * part)),
        ..meter
    }
}

pub(super) fn in_factory_building(plan: &Plan, establishment: usize) -> bool {
    let unit = &plan.units[plan.establishments[establishment].unit];
    plan.buildings[unit.building].name == FACTORY_BUILDING
}
