use axum::http::StatusCode;
use base::{Role, Scope};
use serde_json::json;

use crate::tests::House;

#[tokio::test]
async fn a_person_is_shown_to_writers_and_to_its_own_house_only() {
    let house = House::new().await;
    let jj1 = house.complex("jj1");
    let tenant = Scope::Establishment { id: house.tenant(), complex: jj1 };
    let new = json!({"complex_id": jj1, "establishment_id": house.tenant(), "name": "홍길동",
        "phone": "010-0000-0000"});
    let (status, person) = house.engineer().post("/people", new.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{person}");
    let path = format!("/people/{}", person["id"].as_str().unwrap());
    for (role, scope, seen) in [
        (Role::EnergyManager, tenant, true),
        (Role::Engineer, Scope::Complex(jj1), true),
        (Role::Administrator, Scope::System, true),
        (Role::Operator, Scope::Complex(jj1), false),
        (Role::Auditor, Scope::System, false),
        (Role::Engineer, Scope::Complex(house.complex("jj2")), false),
    ] {
        let caller = house.with(role, scope);
        let expected = if seen { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(caller.get(&path).await.0, expected, "{role} {scope}");
        assert_eq!(caller.items("/people").await.len(), usize::from(seen), "{role} {scope}");
    }
    let manager = house.with(Role::EnergyManager, tenant);
    assert_eq!(manager.post("/people", new).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_ledger_holds_no_personal_data() {
    let house = House::new().await;
    let new = json!({"complex_id": house.complex("jj1"), "establishment_id": house.tenant(),
        "name": "홍길동", "email": "hong@example.com"});
    let (_, person) = house.engineer().post("/people", new).await;
    let path = format!("/people/{}", person["id"].as_str().unwrap());
    let change = json!({"version": 1, "name": "임꺽정"});
    assert_eq!(house.engineer().patch(&path, change).await.0, StatusCode::OK);
    let sql = "SELECT detail FROM audit_entry WHERE action LIKE 'person.%' ORDER BY id";
    let rows = house.platform.db.read().await.unwrap().all(sql, platform::args![]).await.unwrap();
    let details: Vec<String> = rows.iter().map(|row| row.get("detail").unwrap()).collect();
    assert_eq!(details.len(), 2);
    for detail in &details {
        assert!(!detail.contains("홍길동") && !detail.contains("임꺽정"), "{detail}");
        assert!(!detail.contains("hong@"), "{detail}");
    }
    assert!(details[1].contains("name"), "{details:?}");
}

#[tokio::test]
async fn a_person_works_for_one_house_of_the_same_complex() {
    let house = House::new().await;
    let none = json!({"name": "홍길동"});
    let (status, problem) = house.admin().post("/people", none).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["pointer"], "/establishment_id");
    let other = json!({"complex_id": house.complex("jj2"), "establishment_id": house.tenant(),
        "name": "홍길동"});
    let (status, problem) = house.admin().post("/people", other).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["pointer"], "/complex_id");
}
