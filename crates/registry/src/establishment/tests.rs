use axum::http::StatusCode;
use base::{Role, Scope};
use serde_json::json;

use crate::tests::House;

#[tokio::test]
async fn a_tenant_sees_its_own_establishment_and_none_of_its_neighbours() {
    let house = House::new().await;
    let scope = Scope::Establishment { id: house.tenant(), complex: house.complex("jj1") };
    let tenant = house.with(Role::EnergyManager, scope);
    let seen = tenant.items("/establishments").await;
    assert_eq!(seen.iter().map(|e| e["name"].clone()).collect::<Vec<_>>(), ["한빛제지"]);
    let all = house.engineer().items("/establishments?q=%EA%B0%80%EB%9E%8C").await;
    let path = format!("/establishments/{}", all[0]["id"].as_str().unwrap());
    assert_eq!(tenant.get(&path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_company_may_have_several_establishments_and_each_is_closed_by_itself() {
    let house = House::new().await;
    let jj1 = house.complex("jj1");
    let company = house.engineer().items("/companies?q=1234567890").await[0]["id"].clone();
    let new = json!({"complex_id": jj1, "company_id": company, "name": "한빛제지 2공장",
        "ksic_code": "17110", "ksic_revision": 11});
    let (status, made) = house.engineer().post("/establishments", new).await;
    assert_eq!((status, &made["state"]), (StatusCode::CREATED, &json!("open")), "{made}");
    let path = format!("/establishments/{}", made["id"].as_str().unwrap());
    let (status, problem) =
        house.engineer().patch(&path, json!({"version": 1, "closed_on": "2026-01-01"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["pointer"], "/closed_on");
    let close = json!({"version": 1, "state": "closed", "closed_on": "2026-01-01"});
    let (status, closed) = house.engineer().patch(&path, close).await;
    assert_eq!((status, &closed["closed_on"]), (StatusCode::OK, &json!("2026-01-01")));
}

#[tokio::test]
async fn a_company_is_changed_by_those_who_write_in_all_of_its_complexes() {
    let house = House::new().await;
    let company = house.engineer().items("/companies?q=1234567890").await[0]["id"].clone();
    let path = format!("/companies/{}", company.as_str().unwrap());
    let change = json!({"version": 1, "name": "한빛제지 주식회사"});
    let stranger = house.with(Role::Engineer, Scope::Complex(house.complex("jj2")));
    assert_eq!(stranger.patch(&path, change.clone()).await.0, StatusCode::FORBIDDEN);
    assert_eq!(house.engineer().patch(&path, change).await.0, StatusCode::OK);
    let twin = json!({"name": "다른 회사", "registration_number": "1234567890"});
    let (status, problem) = house.engineer().post("/companies", twin).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("registry.taken")));
}

#[tokio::test]
async fn what_an_establishment_names_must_stand() {
    let house = House::new().await;
    let nobody = uuid::Uuid::nil();
    let new = json!({"complex_id": house.complex("jj1"), "company_id": nobody, "name": "x"});
    let (status, problem) = house.engineer().post("/establishments", new).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["pointer"], "/company_id");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("there is no company") && detail.contains("register it first"),
        "{detail}"
    );
}
