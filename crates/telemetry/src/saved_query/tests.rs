use base::{Actor, ActorKind, Grant, Role, Scope};
use platform::Ctx;
use serde_json::{Value, json};

use super::routes;
use crate::ingress::tests::kit::{METER, World};

const URI: &str = "/api/v1/saved_queries";

async fn ask(world: &World, ctx: &Ctx, method: &str, uri: &str, body: &Value) -> (u16, Value) {
    use tower::ServiceExt as _;
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri(uri)
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    request.extensions_mut().insert(ctx.clone());
    let router: axum::Router = routes(&world.platform).into();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

fn person(world: &World, name: &str, role: Role, scope: Scope) -> Ctx {
    let actor = Actor { kind: ActorKind::Person, id: name.into(), name: name.into() };
    Ctx::new(actor, vec![Grant { role, scope }], world.platform.clock.clone(), "test".into())
}

#[tokio::test]
async fn a_query_is_kept_changed_and_removed_by_its_owner() {
    let world = World::new("saved-own").await;
    let complex = world.scope(METER).complex().unwrap();
    let me = person(&world, "me", Role::Operator, Scope::Complex(complex));
    let new = json!({"name": " 어제 전력 ", "kind": "sql", "spec": {"sql": "SELECT 1"}});
    let (status, saved) = ask(&world, &me, "POST", URI, &new).await;
    assert_eq!((status, &saved["name"], &saved["own"]), (200, &json!("어제 전력"), &json!(true)));
    assert_eq!(ask(&world, &me, "POST", URI, &new).await.0, 409, "the name is taken");
    let one = format!("{URI}/{}", saved["id"].as_str().unwrap());
    let change = json!({"version": 1, "name": "오늘 전력", "spec": {"sql": "SELECT 2"}});
    let (status, changed) = ask(&world, &me, "PATCH", &one, &change).await;
    assert_eq!((status, &changed["version"]), (200, &json!(2)), "{changed}");
    assert_eq!(ask(&world, &me, "PATCH", &one, &change).await.0, 409, "the version is old");
    let (_, page) = ask(&world, &me, "GET", &format!("{URI}?kind=sql"), &json!({})).await;
    assert_eq!(page["items"][0]["spec"]["sql"], "SELECT 2");
    let (_, page) = ask(&world, &me, "GET", &format!("{URI}?kind=chart"), &json!({})).await;
    assert_eq!(page["items"], json!([]));
    assert_eq!(ask(&world, &me, "DELETE", &one, &json!({})).await.0, 204);
    assert_eq!(ask(&world, &me, "DELETE", &one, &json!({})).await.0, 404);
}

#[tokio::test]
async fn only_a_shared_query_is_seen_by_others_and_nobody_else_changes_it() {
    let world = World::new("saved-shared").await;
    let complex = world.scope(METER).complex().unwrap();
    let me = person(&world, "me", Role::Operator, Scope::Complex(complex));
    let tenant = person(&world, "tenant", Role::EnergyManager, world.scope(METER));
    let elsewhere = Scope::Complex(world.platform.clock.new_id());
    let stranger = person(&world, "stranger", Role::Administrator, elsewhere);
    let new = json!({"name": "단지", "kind": "chart", "spec": {"bucket": "1h"}});
    let (_, saved) = ask(&world, &me, "POST", URI, &new).await;
    let one = format!("{URI}/{}", saved["id"].as_str().unwrap());
    let seen = async |ctx: &Ctx| {
        let (_, page) = ask(&world, ctx, "GET", URI, &json!({})).await;
        page["items"].as_array().unwrap().len()
    };
    assert_eq!((seen(&me).await, seen(&tenant).await), (1, 0));
    let share = json!({"version": 1, "shared": true, "complex_id": complex});
    assert_eq!(ask(&world, &tenant, "PATCH", &one, &share).await.0, 404);
    assert_eq!(ask(&world, &me, "PATCH", &one, &share).await.0, 200);
    assert_eq!((seen(&me).await, seen(&tenant).await, seen(&stranger).await), (1, 1, 0));
    let change = json!({"version": 2, "name": "내 것"});
    assert_eq!(ask(&world, &tenant, "PATCH", &one, &change).await.0, 403);
    assert_eq!(ask(&world, &tenant, "DELETE", &one, &json!({})).await.0, 403);
    assert_eq!(ask(&world, &stranger, "DELETE", &one, &json!({})).await.0, 404);
    let foreign = json!({
        "name": "x", "kind": "chart", "spec": {}, "complex_id": elsewhere.complex().unwrap(),
    });
    assert_eq!(ask(&world, &me, "POST", URI, &foreign).await.0, 404);
}

#[tokio::test]
async fn what_is_no_question_is_refused_field_by_field() {
    let world = World::new("saved-invalid").await;
    let complex = world.scope(METER).complex().unwrap();
    let me = person(&world, "me", Role::Operator, Scope::Complex(complex));
    let new = json!({"name": "", "kind": "sql", "spec": {"text": "SELECT 1"}});
    let (status, problem) = ask(&world, &me, "POST", URI, &new).await;
    let pointers: Vec<_> =
        problem["fields"].as_array().unwrap().iter().map(|field| &field["pointer"]).collect();
    assert_eq!(status, 422);
    assert_eq!(pointers, ["/name", "/spec"]);
}
