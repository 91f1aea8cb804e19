//! Saved mappings over HTTP.

use base::{Role, Scope};
use platform::Ctx;
use serde_json::{Value, json};

use super::{Mapping, find, routes};
use crate::ingress::tests::kit::{METER, World, call};

async fn ask(world: &World, ctx: &Ctx, method: &str, uri: &str, body: &Value) -> (u16, Value) {
    call(routes(&world.platform), ctx, method, uri, body.to_string()).await
}

#[tokio::test]
async fn a_mapping_is_saved_listed_changed_and_found_for_its_complex_only() {
    let world = World::new("mapping").await;
    let complex = world.scope(METER).complex().unwrap();
    let office = world.ctx(&[(Role::EnergyOffice, Scope::Complex(complex))]);
    let uri = "/api/v1/column_mappings";
    let new = json!({"complex_id": complex, "name": "제지 양식", "spec": Mapping::steel()});
    let (status, saved) = ask(&world, &office, "POST", uri, &new).await;
    assert_eq!((status, &saved["version"]), (200, &json!(1)), "{saved}");
    assert_eq!(ask(&world, &office, "POST", uri, &new).await.0, 409, "the name is taken");

    let (_, page) = ask(&world, &office, "GET", uri, &json!({})).await;
    let names: Vec<_> = page["items"].as_array().unwrap().iter().map(|m| &m["name"]).collect();
    assert_eq!(names, ["kepco", "steel", "제지 양식"]);

    let id = saved["id"].as_str().unwrap();
    let one = format!("{uri}/{id}");
    let change = json!({"version": 1, "name": "새 양식"});
    let (status, changed) = ask(&world, &office, "PATCH", &one, &change).await;
    assert_eq!(
        (status, &changed["name"], &changed["version"]),
        (200, &json!("새 양식"), &json!(2))
    );
    assert_eq!(ask(&world, &office, "PATCH", &one, &change).await.0, 409, "the version is old");

    let mut tx = world.platform.db.read().await.unwrap();
    assert_eq!(find(&mut tx, complex, id).await.unwrap(), Some(Mapping::steel()));
    let elsewhere = world.platform.clock.new_id();
    assert_eq!(find(&mut tx, elsewhere, id).await.unwrap(), None);
    assert_eq!(find(&mut tx, elsewhere, "kepco").await.unwrap(), Some(Mapping::kepco()));
    assert_eq!(find(&mut tx, complex, "nobody").await.unwrap(), None);
}

#[tokio::test]
async fn who_may_not_import_saves_nothing_and_a_tenant_changes_nothing_for_others() {
    let world = World::new("mapping-permission").await;
    let tenant = world.scope(METER);
    let complex = tenant.complex().unwrap();
    let uri = "/api/v1/column_mappings";
    let new = |name: &str| json!({"complex_id": complex, "name": name, "spec": Mapping::steel()});
    let operator = world.ctx(&[(Role::Operator, Scope::Complex(complex))]);
    assert_eq!(ask(&world, &operator, "POST", uri, &new("a")).await.0, 403);
    let manager = world.ctx(&[(Role::EnergyManager, tenant)]);
    let (status, saved) = ask(&world, &manager, "POST", uri, &new("a")).await;
    assert_eq!(status, 200, "{saved}");
    let one = format!("{uri}/{}", saved["id"].as_str().unwrap());
    let change = json!({"version": 1, "name": "b"});
    assert_eq!(ask(&world, &manager, "PATCH", &one, &change).await.0, 403);
    let elsewhere = Scope::Complex(world.platform.clock.new_id());
    let stranger = world.ctx(&[(Role::EnergyOffice, elsewhere)]);
    assert_eq!(ask(&world, &stranger, "PATCH", &one, &change).await.0, 404);
    let (_, page) = ask(&world, &stranger, "GET", uri, &json!({})).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2, "only those built in");
}

#[tokio::test]
async fn a_mapping_that_cannot_be_used_is_refused_field_by_field() {
    let world = World::new("mapping-invalid").await;
    let complex = world.scope(METER).complex().unwrap();
    let all = world.ctx(&[(Role::Administrator, Scope::System)]);
    let spec = Mapping { interval_s: 7, ..Mapping::kepco() };
    let new = json!({"complex_id": complex, "name": "kepco", "spec": spec});
    let (status, problem) = ask(&world, &all, "POST", "/api/v1/column_mappings", &new).await;
    assert_eq!(status, 422);
    let pointers: Vec<_> =
        problem["fields"].as_array().unwrap().iter().map(|field| &field["pointer"]).collect();
    assert_eq!(pointers, ["/name", "/spec/interval_s"]);
}
