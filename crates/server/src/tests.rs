//! What holds for the platform as a whole: every statement on both engines, every address refused to
//! strangers.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use base::{Grant, Role, Scope};
use platform::Ctx;
use platform::clock::SystemClock;
use platform::sign_in::api::create_token;
use platform::testing::{each_engine, temp_dir};
use serde_json::Value;
use tower::ServiceExt;

use crate::{App, MIGRATIONS, Options, router, statements};

async fn app() -> App {
    let address = ([127, 0, 0, 1], 0).into();
    let options = Options {
        data: temp_dir("server"),
        http: address,
        mqtt: address,
        mqtt_tls: None::<(PathBuf, PathBuf)>,
        mqtts: None,
        mqtt_ws: Some(address),
        device_messages_per_s: 200,
        device_http: Some(address),
        database: None,
        demo: false,
        demo_seed: || Value::Null,
        demo_meters: || Value::Null,
        demo_measure: |_| Value::Null,
        map_tile_url: None,
        vtn_hosts: Vec::new(),
        public_url: None,
        flush_after: std::time::Duration::from_mins(15),
        export_dir: None,
    };
    App::open_with(options, Arc::new(SystemClock)).await.unwrap()
}

async fn send(
    router: &Router,
    method: &str,
    path: &str,
    token: Option<&str>,
) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = router.clone().oneshot(request.body(Body::from("{}")).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// The variables of a path filled in: months by name, everything else is an id.
fn filled(path: &str) -> String {
    let part = |part: &str| match part {
        "{month}" => "2026-06".to_owned(),
        id if id.starts_with('{') => "0198c3b2-0000-7000-8000-000000000000".to_owned(),
        word => word.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Every operation of the API with its variables filled in.
fn operations(app: &App) -> Vec<(String, String)> {
    let described: Value = serde_json::from_str(&crate::openapi(app)).unwrap();
    let mut found = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        let path = filled(path);
        for method in methods.as_object().unwrap().keys() {
            found.push((method.to_uppercase(), path.clone()));
        }
    }
    assert!(found.len() > 60, "only {} operations are described", found.len());
    found
}

/// What a visitor may do before signing in.
const PUBLIC: [(&str, &str); 5] = [
    ("GET", "/api/v1/system"),
    ("POST", "/api/v1/setup"),
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/session/demo"),
    // An installer holds a code instead of a session.
    ("POST", "/api/v1/device_claims"),
];

#[tokio::test]
async fn every_statement_is_prepared_on_both_engines() {
    each_engine(&MIGRATIONS, async |db| {
        let statements = statements();
        assert!(statements.len() > 100, "only {} statements are listed", statements.len());
        for (name, sql) in statements {
            if let Err(error) = db.prepare(sql).await {
                panic!("{name} on {}: {error}", db.engine_name());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_operation_refuses_a_stranger() {
    let app = app().await;
    let router = router::router(&app);
    for (method, path) in operations(&app) {
        if PUBLIC.contains(&(&*method, &*path)) {
            continue;
        }
        let (status, body) = send(&router, &method, &path, None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}: {body}");
        assert_eq!(body["code"], "not_signed_in", "{method} {path}");
    }
    app.close().await;
}

#[tokio::test]
async fn a_role_elsewhere_opens_nothing_here() {
    let app = app().await;
    let router = router::router(&app);
    let ctx = Ctx::system(&app.platform.clock, "test");
    let scope = Scope::Organisation(ctx.new_id());
    let grant = Grant { role: Role::Ingest, scope };
    let (token, _) = create_token(&app.platform, &ctx, "elsewhere", grant, None).await.unwrap();
    for (method, path) in operations(&app) {
        // Whoever is signed in may hear what is for him, and sign out.
        let own = ["/api/v1/events", "/api/v1/session"].contains(&&*path);
        if PUBLIC.contains(&(&*method, &*path)) || own {
            continue;
        }
        let (status, body) = send(&router, &method, &path, Some(&token)).await;
        // A list may answer with nothing in it; everything else refuses.
        let empty = body["items"].as_array().is_some_and(Vec::is_empty);
        let refused = status.is_client_error();
        assert!(refused || (status == StatusCode::OK && empty), "{method} {path}: {status} {body}");
        assert!(method == "GET" || refused, "{method} {path}: {status} {body}");
    }
    app.close().await;
}

#[tokio::test]
async fn probes_answer_and_an_unknown_address_says_where_to_look() {
    let app = app().await;
    let router = router::router(&app);
    for path in ["/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"] {
        assert_eq!(send(&router, "GET", path, None).await.0, StatusCode::OK, "{path}");
    }
    let (status, body) = send(&router, "GET", "/api/v1/unicorns", None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body["detail"].as_str().unwrap().contains("openapi.json"), "{body}");
    app.close().await;
}
