//! Signing in through the router, as a browser and a program do it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use axum::middleware;
use base::{Grant, Role, Scope};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Password, api};
use crate::clock::SystemClock;
use crate::testing::{platform, system_ctx};
use crate::{Platform, http};

const PASSWORD: &str = "정문 옆 느티나무 12";

async fn set_up() -> (Platform, Router) {
    let platform = platform(&[crate::MIGRATIONS], Arc::new(SystemClock)).await;
    let grant = Grant { role: Role::Administrator, scope: Scope::System };
    let password = Password::new(PASSWORD.into()).unwrap();
    let (ctx, email) = (system_ctx(), "Kim@Example.com");
    api::create(&platform, &ctx, email, "김관리", password, &[grant]).await.unwrap();
    let router = http::routes(&platform).split_for_parts().0;
    let router = router
        .layer(middleware::from_fn_with_state(platform.clone(), http::authenticate))
        .layer(middleware::from_fn_with_state(platform.clone(), http::request_id));
    (platform, router)
}

/// What a request carries beside its body.
#[derive(Default, Clone)]
struct With<'a> {
    cookie: Option<&'a str>,
    csrf: Option<&'a str>,
    bearer: Option<&'a str>,
    origin: Option<&'a str>,
}

async fn send(
    router: &Router,
    method: Method,
    path: &str,
    with: With<'_>,
    body: Value,
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "console");
    if let Some(cookie) = with.cookie {
        request = request.header(header::COOKIE, format!("a=b; sandan_session={cookie}"));
    }
    if let Some(csrf) = with.csrf {
        request = request.header("x-csrf-token", csrf);
    }
    if let Some(token) = with.bearer {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if let Some(origin) = with.origin {
        request = request.header(header::ORIGIN, origin);
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn read(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn sign_in(router: &Router, password: &str) -> Response<Body> {
    let body = json!({ "email": "kim@example.com", "password": password });
    send(router, Method::POST, "/api/v1/session", With::default(), body).await
}

/// Signs in and gives cookie and CSRF token.
async fn session(router: &Router) -> (String, String) {
    let response = sign_in(router, PASSWORD).await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let secret = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let (status, body) = read(response).await;
    assert_eq!(status, StatusCode::OK);
    (secret, body["csrf"].as_str().unwrap().to_owned())
}

fn token_body(role: &str) -> Value {
    json!({ "name": "게이트웨이", "role": role, "scope": "system" })
}

#[tokio::test]
async fn the_right_password_opens_a_session_in_any_spelling_of_the_email() {
    let (_, router) = set_up().await;
    let (cookie, csrf) = session(&router).await;
    let with = With { cookie: Some(&cookie), ..With::default() };
    let answer = send(&router, Method::GET, "/api/v1/session", with, Value::Null).await;
    let (status, body) = read(answer).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["account"]["name"], "김관리");
    assert_eq!(body["csrf"], json!(csrf));
    assert_eq!(body["grants"], json!([{ "role": "administrator", "scope": "system" }]));
}

#[tokio::test]
async fn five_wrong_passwords_make_a_pause_also_for_the_right_one() {
    let (_, router) = set_up().await;
    for _ in 0..5 {
        let (status, body) = read(sign_in(&router, "wrong password").await).await;
        assert_eq!(
            (status, body["code"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("sign_in.refused"))
        );
    }
    let (status, body) = read(sign_in(&router, PASSWORD).await).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(body["detail"].as_str().unwrap().contains("wait"), "{body}");
}

#[tokio::test]
async fn a_change_without_the_csrf_token_or_from_another_site_is_refused() {
    let (_, router) = set_up().await;
    let (cookie, csrf) = session(&router).await;
    let path = "/api/v1/tokens";
    let bare = With { cookie: Some(&cookie), ..With::default() };
    let answer = send(&router, Method::POST, path, bare.clone(), token_body("ingest")).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let foreign = With { csrf: Some(&csrf), origin: Some("https://elsewhere"), ..bare.clone() };
    let answer = send(&router, Method::POST, path, foreign, token_body("ingest")).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let own = With { csrf: Some(&csrf), origin: Some("http://console"), ..bare };
    let answer = send(&router, Method::POST, path, own, token_body("ingest")).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_token_works_until_it_is_revoked_and_its_secret_is_not_stored() {
    let (platform, router) = set_up().await;
    let (cookie, csrf) = session(&router).await;
    let own = With { cookie: Some(&cookie), csrf: Some(&csrf), ..With::default() };
    let answer =
        send(&router, Method::POST, "/api/v1/tokens", own.clone(), token_body("auditor")).await;
    let (_, created) = read(answer).await;
    let secret = created["token"].as_str().unwrap();
    assert!(secret.starts_with("sdn_"));

    let bearer = With { bearer: Some(secret), ..With::default() };
    let list = send(&router, Method::GET, "/api/v1/audit_entries", bearer.clone(), Value::Null);
    let (status, page) = read(list.await).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page["items"][0]["action"], "token.create");
    let accounts = send(&router, Method::GET, "/api/v1/accounts", bearer.clone(), Value::Null);
    let (status, body) = read(accounts.await).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "an auditor administers nothing");
    assert!(body["detail"].as_str().unwrap().contains("administrator"), "{body}");
    let rows = platform.db.read().await.unwrap().all("SELECT * FROM api_token", vec![]).await;
    assert!(rows.unwrap().iter().all(|row| row.get::<String>("secret_hash").unwrap() != secret));

    let path = format!("/api/v1/tokens/{}", created["id"].as_str().unwrap());
    let answer = send(&router, Method::DELETE, &path, own, Value::Null).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let list = send(&router, Method::GET, "/api/v1/audit_entries", bearer, Value::Null).await;
    let (status, body) = read(list).await;
    assert_eq!((status, body["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("token_refused")));
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let (_, router) = set_up().await;
    let (cookie, csrf) = session(&router).await;
    let own = With { cookie: Some(&cookie), csrf: Some(&csrf), ..With::default() };
    let list = send(&router, Method::GET, "/api/v1/accounts", own.clone(), Value::Null).await;
    let (_, page) = read(list).await;
    let account = &page["items"][0];
    let path = format!("/api/v1/grants/{}", account["grants"][0]["id"].as_str().unwrap());
    let answer = send(&router, Method::DELETE, &path, own.clone(), Value::Null).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let path = format!("/api/v1/accounts/{}", account["id"].as_str().unwrap());
    let change = json!({ "version": 1, "disabled": true });
    let answer = send(&router, Method::PATCH, &path, own.clone(), change).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let stale = json!({ "version": 7, "name": "다른 이름" });
    let (status, body) = read(send(&router, Method::PATCH, &path, own, stale).await).await;
    assert_eq!((status, body["code"].as_str()), (StatusCode::CONFLICT, Some("stale_version")));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_nobody_is_401() {
    let (_, router) = set_up().await;
    let (cookie, csrf) = session(&router).await;
    let own = With { cookie: Some(&cookie), csrf: Some(&csrf), ..With::default() };
    let answer = send(&router, Method::DELETE, "/api/v1/session", own.clone(), Value::Null).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let answer = send(&router, Method::GET, "/api/v1/session", own, Value::Null).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let nobody = send(&router, Method::GET, "/api/v1/audit_entries", With::default(), Value::Null);
    let (status, body) = read(nobody.await).await;
    assert_eq!((status, body["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("not_signed_in")));
    assert!(body["request_id"].is_string(), "{body}");
}

#[tokio::test]
async fn an_account_needs_an_email_and_a_password_of_ten_characters() {
    let (_, router) = set_up().await;
    let (cookie, csrf) = session(&router).await;
    let own = With { cookie: Some(&cookie), csrf: Some(&csrf), ..With::default() };
    for (email, password, code) in [
        ("no-address", "long enough", "account.email"),
        ("a@b.kr", "short", "account.password"),
        ("KIM@example.com", "long enough", "account.email_taken"),
    ] {
        let body = json!({ "email": email, "name": "이름", "password": password });
        let answer = send(&router, Method::POST, "/api/v1/accounts", own.clone(), body).await;
        assert_eq!(read(answer).await.1["code"], code);
    }
}

#[test]
fn the_cookie_is_secure_when_people_come_over_https_and_only_then() {
    for https in [true, false] {
        let response = api::with_cookie(https, (), "secret", 60);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert_eq!(cookie.ends_with("; Secure"), https, "{cookie}");
        assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    }
}
