use axum::http::StatusCode;
use base::{Role, Scope};
use serde_json::{Value, json};

use crate::tests::House;

fn new(code: &str) -> Value {
    json!({"code": code, "name": "나래 산단", "name_en": "Narae", "kind": "agro_industrial"})
}

#[tokio::test]
async fn a_complex_is_registered_changed_and_read_back() {
    let house = House::new().await;
    let (status, made) = house.admin().post("/complexes", new("na1")).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!((&made["version"], &made["demo"]), (&json!(1), &json!(false)));
    let path = format!("/complexes/{}", made["id"].as_str().unwrap());
    let ring = json!([[127.0, 35.0], [127.1, 35.0], [127.1, 35.1], [127.0, 35.0]]);
    let area = json!({"type": "Polygon", "coordinates": [ring]});
    let change = json!({"version": 1, "name": "새 이름", "boundary": area});
    let (status, changed) = house.admin().patch(&path, change).await;
    assert_eq!((status, &changed["version"]), (StatusCode::OK, &json!(2)), "{changed}");
    assert_eq!(house.admin().get(&path).await.1, changed);
    assert_eq!((&changed["boundary"], &changed["name_en"]), (&area, &json!("Narae")));
    let (_, cleared) = house.admin().patch(&path, json!({"version": 2, "boundary": null})).await;
    assert_eq!(cleared["boundary"], Value::Null);
}

#[tokio::test]
async fn a_change_from_an_old_version_is_refused_with_words() {
    let house = House::new().await;
    let path = format!("/complexes/{}", house.complex("jj1"));
    house.engineer().patch(&path, json!({"version": 1, "name": "하나"})).await;
    let (status, problem) =
        house.engineer().patch(&path, json!({"version": 1, "name": "둘"})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("registry.stale")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("is at version 2 and the change was made from version 1"), "{detail}");
}

#[tokio::test]
async fn bad_fields_are_all_named_and_unknown_ones_refused() {
    let house = House::new().await;
    let bad = json!({"code": "NA 1", "name": "", "name_en": "N", "kind": "general",
        "boundary": {"type": "Point"}, "position": {"lon": 200.0, "lat": 0.0}});
    let (status, problem) = house.admin().post("/complexes", bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<_> = problem["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/code", "/name", "/boundary", "/position"]);
    let mut colour = new("na1");
    colour["colour"] = json!("green");
    let (status, problem) = house.admin().post("/complexes", colour).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["detail"].as_str().unwrap().contains("colour"), "{problem}");
}

#[tokio::test]
async fn permission_is_asked_at_the_complex_itself() {
    let house = House::new().await;
    let (jj1, jj2) = (house.complex("jj1"), house.complex("jj2"));
    assert_eq!(house.engineer().post("/complexes", new("na1")).await.0, StatusCode::FORBIDDEN);
    let change = json!({"version": 1, "name": "x"});
    let other = format!("/complexes/{jj2}");
    assert_eq!(house.engineer().patch(&other, change.clone()).await.0, StatusCode::NOT_FOUND);
    let operator = house.with(Role::Operator, Scope::Complex(jj1));
    let own = format!("/complexes/{jj1}");
    assert_eq!(operator.patch(&own, change).await.0, StatusCode::FORBIDDEN);
    let seen = operator.items("/complexes").await;
    assert_eq!(seen.iter().map(|c| c["code"].clone()).collect::<Vec<_>>(), ["jj1"]);
    let ingest = house.with(Role::Ingest, Scope::System);
    assert_eq!(ingest.get("/complexes").await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn lists_are_paged_and_searched() {
    let house = House::new().await;
    let (_, first) = house.admin().get("/complexes?limit=1").await;
    let next = first["next"].as_str().unwrap();
    let (_, last) = house.admin().get(&format!("/complexes?limit=1&after={next}")).await;
    let mut codes = [&first, &last].map(|page| page["items"][0]["code"].as_str().unwrap());
    codes.sort_unstable();
    assert_eq!((codes, last.get("next")), (["jj1", "jj2"], None));
    assert_eq!(house.admin().items("/complexes?q=JJ2").await.len(), 1);
    assert_eq!(house.admin().items("/complexes?q=%25").await.len(), 0);
    assert_eq!(house.admin().get("/complexes?after=x").await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
