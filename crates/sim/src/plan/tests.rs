use std::collections::{HashMap, HashSet};

use super::name::BRANDS;
use super::*;

fn plan() -> Plan {
    Plan::new(SEED_DEFAULT)
}

#[test]
fn the_same_seed_gives_the_same_seed_data_byte_for_byte() {
    let text = |seed| serde_json::to_string(&seed_json(seed)).unwrap();
    assert_eq!(text(7), text(7));
    assert_ne!(text(7), text(8));
}

#[test]
fn the_seed_data_is_what_the_registry_reads_and_nothing_is_lost() {
    for seed in [0, 1, SEED_DEFAULT] {
        let json = seed_json(seed);
        let read: registry::seed::Seed = serde_json::from_value(json.clone()).unwrap();
        assert!(read.demo);
        let plan = Plan::new(seed);
        assert_eq!(read.establishments.len(), plan.establishments.len());
        assert_eq!(read.devices.len(), plan.devices.len());
        let again = serde_json::to_value(&read).unwrap();
        let again: registry::seed::Seed = serde_json::from_value(again).unwrap();
        assert_eq!(again, read);
        for device in &read.devices {
            assert!(registry::device::is_device_key(&device.key), "{}", device.key);
        }
    }
}

#[tokio::test]
async fn the_registry_takes_the_whole_seed_and_a_second_time_changes_nothing() {
    let clock = platform::testing::test_clock();
    let platform =
        platform::testing::platform(&[platform::MIGRATIONS, registry::MIGRATIONS], clock).await;
    let actor = base::Actor::system("test");
    for seed in [seed_json(SEED_DEFAULT), crate::load::seed_json(SEED_DEFAULT, 50)] {
        let seed: registry::seed::Seed = serde_json::from_value(seed).unwrap();
        let devices = seed.devices.len();
        let first = registry::seed::apply(&platform, &actor, seed.clone()).await.unwrap();
        assert!(first.created >= devices && first.points >= devices / 2, "{first:?}");
        let again = registry::seed::apply(&platform, &actor, seed).await.unwrap();
        assert_eq!(again.created, 0, "{again:?}");
    }
}

#[test]
fn there_are_so_many_of_each_as_the_demonstration_promises() {
    for seed in 0..20 {
        let plan = Plan::new(seed);
        assert!((110..=130).contains(&plan.establishments.len()), "{}", plan.establishments.len());
        let count = |kind| plan.devices.iter().filter(|device| device.kind == kind).count();
        assert_eq!((count("sensor"), count("meter")), (40, 156), "seed {seed}");
        assert!(count("gateway") > 1 && count("camera") > 10 && count("vehicle") > 1);
    }
}

#[test]
fn one_building_holds_21_firms_behind_one_landlord_meter() {
    let plan = plan();
    let mut firms: HashMap<usize, HashSet<usize>> = HashMap::new();
    for site in &plan.establishments {
        firms.entry(plan.units[site.unit].building).or_default().insert(site.company);
    }
    let (building, most) = firms.iter().max_by_key(|(_, firms)| firms.len()).unwrap();
    assert_eq!(most.len(), 21);
    assert_eq!(plan.buildings[*building].name, tenant::FACTORY_BUILDING);
    let landlord =
        |device: &&Device| device.load.is_some_and(|(load, _)| load == Load::FactoryBuilding);
    assert_eq!(plan.devices.iter().filter(landlord).count(), 1);
}

#[test]
fn the_meter_trees_name_devices_that_are_there_and_parents_come_first() {
    let plan = plan();
    let meters = meters_json(SEED_DEFAULT);
    let meters = meters.as_array().unwrap();
    let mut known = HashSet::new();
    for meter in meters {
        let device = meter["device"].as_str().unwrap();
        assert!(plan.device(device).is_some_and(|device| device.kind == "meter"), "{device}");
        if let Some(parent) = meter["parent"].as_str() {
            assert!(known.contains(parent), "{parent} stands before {device}");
        }
        known.insert(device);
    }
    let of_kind = |kind: &str| meters.iter().filter(|meter| meter["kind"] == kind).count();
    assert_eq!((of_kind("main"), of_kind("generator"), of_kind("battery")), (2, 1, 1));
    assert!(of_kind("sub") >= 12 + 5 && of_kind("virtual") == 3, "{meters:?}");
}

#[test]
fn firms_share_lots_and_some_have_two_sites() {
    let plan = plan();
    let mut tenants: HashMap<&str, usize> = HashMap::new();
    let mut sites: HashMap<usize, usize> = HashMap::new();
    for site in &plan.establishments {
        *tenants.entry(plan.parcel_of(site).pnu.as_str()).or_default() += 1;
        *sites.entry(site.company).or_default() += 1;
    }
    assert!(tenants.values().filter(|count| **count > 1).count() >= 5);
    assert!(sites.values().filter(|count| **count == 2).count() >= 4);
}

#[test]
fn every_trade_is_there() {
    let trades = plan().establishments.iter().map(|site| site.trade).collect::<HashSet<_>>();
    assert_eq!(trades.len(), 8);
}

#[test]
fn names_keys_and_numbers_are_unique() {
    for seed in 0..20 {
        let plan = Plan::new(seed);
        let unique = |what: &str, all: Vec<String>| {
            let count = all.len();
            assert_eq!(all.into_iter().collect::<HashSet<_>>().len(), count, "{what}, seed {seed}");
        };
        unique("companies", plan.companies.iter().map(|c| c.name.clone()).collect());
        unique(
            "sites",
            plan.establishments.iter().map(|e| format!("{} {}", e.complex, e.name)).collect(),
        );
        unique("keys", plan.devices.iter().map(|d| d.key.clone()).collect());
        unique("parcels", plan.parcels.iter().map(|p| p.pnu.clone()).collect());
        let building = |b: &Building| format!("{} {}", plan.parcels[b.parcel].complex, b.name);
        unique("buildings", plan.buildings.iter().map(building).collect());
        unique("units", plan.units.iter().map(|u| format!("{} {}", u.building, u.name)).collect());
        let numbers = plan.companies.iter().filter_map(|c| c.registration_number.clone());
        unique("numbers", numbers.collect());
    }
}

#[test]
fn no_name_holds_a_well_known_brand() {
    for seed in 0..50 {
        let plan = Plan::new(seed);
        for company in &plan.companies {
            for brand in BRANDS {
                assert!(!company.name.contains(brand), "{} holds {brand}", company.name);
            }
        }
    }
}

#[test]
fn parcel_numbers_have_the_right_form_and_are_far_from_real_ones() {
    for parcel in &plan().parcels {
        assert_eq!(parcel.pnu.len(), 19);
        assert!(["5211310900", "5211311000", "5211313300"].contains(&&parcel.pnu[..10]));
        assert_eq!(&parcel.pnu[10..12], "19", "{}", parcel.pnu);
    }
}

#[test]
fn the_mark_of_a_corporation_is_spelt_in_several_ways() {
    let plan = plan();
    for mark in ["(주)", "㈜", "주식회사"] {
        assert!(plan.companies.iter().any(|company| company.name.contains(mark)), "{mark}");
    }
}

#[test]
fn two_plants_dwarf_the_rest() {
    let mut powers = plan().establishments.iter().map(|e| e.contract_kw).collect::<Vec<_>>();
    powers.sort_by(f64::total_cmp);
    let all = powers.iter().sum::<f64>();
    let top = powers.iter().rev().take(2).sum::<f64>();
    assert!((0.25..0.7).contains(&(top / all)), "{top} of {all} kW");
    assert!(powers[powers.len() / 2] < 400.0, "the median firm is small");
}

#[test]
fn every_quantity_is_one_that_the_vocabulary_knows() {
    for profile in Profile::ALL {
        for metric in profile.metrics() {
            assert!(base::quantity(metric.key).is_some(), "{}", metric.key);
            assert!(metric.min < metric.max && metric.every_s >= 10);
        }
    }
}

#[test]
fn secrets_are_long_enough_for_the_registry() {
    let plan = plan();
    let secrets = plan.devices.iter().map(|d| secret(plan.seed, &d.key)).collect::<HashSet<_>>();
    assert_eq!(secrets.len(), plan.devices.len());
    assert!(secrets.iter().all(|secret| (16..=128).contains(&secret.len())));
}
