use axum::http::StatusCode;
use base::{Id, Instant};
use serde_json::json;

use super::rules::{check, is_pnu};
use super::{Parcel, ParcelCreate};
use crate::tests::House;

#[test]
fn a_pnu_has_nineteen_digits_a_land_type_and_a_main_number() {
    for (text, good) in [
        ("5211310800101230004", true),
        ("5211310800201230000", true),
        ("521131080010123000", false),
        ("52113108001012300041", false),
        ("5211310800301230004", false),
        ("5211310800100000004", false),
        ("521131080010123000a", false),
        ("0011310800101230004", false),
        ("", false),
    ] {
        assert_eq!(is_pnu(text), good, "{text}");
    }
}

#[test]
fn every_bad_field_is_named() {
    let id = Id::from_uuid(uuid::Uuid::nil());
    let new = ParcelCreate {
        complex_id: id,
        pnu: "1".into(),
        area_m2: Some(-1.0),
        lot_address: Some(" ".into()),
    };
    let error =
        check(&Parcel::born(new, Id::from_uuid(uuid::Uuid::nil()), Instant::from_micros(0)))
            .unwrap_err();
    let pointers: Vec<_> = error.fields().iter().map(|field| field.pointer.as_str()).collect();
    assert_eq!(pointers, ["/pnu", "/area_m2", "/lot_address"]);
}

#[tokio::test]
async fn land_is_known_to_all_of_its_complex_and_to_nobody_else() {
    let house = House::new().await;
    let (jj1, jj2) = (house.complex("jj1"), house.complex("jj2"));
    let tenant = base::Scope::Establishment { id: house.tenant(), complex: jj1 };
    let tenant = house.with(base::Role::EnergyManager, tenant);
    let parcels = tenant.items("/parcels").await;
    assert_eq!(parcels[0]["pnu"], "5211310800101230004");
    let path = format!("/parcels/{}", parcels[0]["id"].as_str().unwrap());
    assert_eq!(tenant.get(&path).await.0, StatusCode::OK);
    let stranger = house.with(base::Role::Operator, base::Scope::Complex(jj2));
    assert_eq!(stranger.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&format!("/parcels?complex={jj1}")).await.0, StatusCode::FORBIDDEN);

    let new = json!({"complex_id": jj1, "pnu": "5211310800101230004"});
    let (status, problem) = house.engineer().post("/parcels", new).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(
        problem["detail"],
        "pnu '5211310800101230004' belongs to another parcel already: choose another, or change that one"
    );
    let building = json!({"complex_id": jj2, "parcel_id": parcels[0]["id"], "name": "나래관"});
    let (status, problem) = house.admin().post("/buildings", building).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["pointer"], "/parcel_id");
}
