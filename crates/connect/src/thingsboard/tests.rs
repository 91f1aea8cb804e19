//! The dialect over HTTP.

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

use super::{BODY_BYTES_MAX, router};
use crate::testing::{NOW_MS, World};

const TOKEN: &str = "secret-of-air-001-0123456789";

async fn world(name: &str) -> World {
    World::new(name, &[("air-001", &[("pm25", "pm25")])]).await
}

async fn post(world: &World, path: &str, body: impl Into<Body>) -> (u16, String) {
    let request = Request::builder().method("POST").uri(path).body(body.into()).unwrap();
    let response = router(world.ingest.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn telemetry_with_the_right_token_is_kept() {
    let world = world("tb-http").await;
    let path = format!("/api/v1/{TOKEN}/telemetry");
    let timed = format!("{{\"ts\": {}, \"values\": {{\"pm25\": 12.5}}}}", NOW_MS - 60_000);
    assert_eq!(post(&world, &path, timed).await, (200, String::new()));
    assert_eq!(post(&world, &path, "{\"PM25\": 13}").await, (200, String::new()));
    let kept = world.readings("air-001", "pm25").await;
    assert_eq!(kept, [(NOW_MS - 60_000, 12.5), (NOW_MS, 13.0)]);
    let attributes = format!("/api/v1/{TOKEN}/attributes");
    assert_eq!(post(&world, &attributes, "{\"firmware\": \"1.2\"}").await.0, 200);
    world.close().await;
}

#[tokio::test]
async fn a_wrong_token_is_401_and_its_words_do_not_repeat_it() {
    let world = world("tb-http-401").await;
    for kind in ["telemetry", "attributes"] {
        let (status, words) = post(&world, &format!("/api/v1/s3cret/{kind}"), "{}").await;
        assert_eq!(status, 401);
        assert!(words.contains("make a new credential") && !words.contains("s3cret"), "{words}");
    }
    assert_eq!(post(&world, "/api/v1/air-001/telemetry", "{}").await.0, 401, "a key is no token");
    assert_eq!(post(&world, "/api/v1/readings", "[]").await.0, 404);
}

#[tokio::test]
async fn a_body_of_which_nothing_can_be_taken_is_400_with_words() {
    let world = world("tb-http-400").await;
    let path = format!("/api/v1/{TOKEN}/telemetry");
    for (body, words) in [
        ("not json", "the body is no telemetry"),
        ("{\"pm25\": \"high\"}", "no number"),
        ("{\"unknown\": 1}", "no point with this key"),
    ] {
        let (status, answer) = post(&world, &path, body).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer.contains(words), "{answer}");
    }
    let large = vec![b' '; BODY_BYTES_MAX + 1];
    assert_eq!(post(&world, &path, large).await.0, 413);
}
