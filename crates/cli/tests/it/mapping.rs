//! Mappings of device profiles, with the real binary: a maker's message becomes readings; an expression
//! without end, or one that eats the stack, is ended and harms nobody else.

use crate::kit::{Api, Server, ok};
use serde_json::{Value, json};

const KEY: &str = "map-01";

async fn profile_with(api: &Api, mapping: &str) -> String {
    let metric = json!({ "key": "pm25", "quantity": "pm25", "kind": "gauge",
        "expected_interval_s": 60 });
    let profile = json!({ "code": "mapped", "name": "변환 시험", "metrics": [metric],
        "mapping": mapping });
    api.post("/device_profiles", profile).await["id"].as_str().expect("an id").to_owned()
}

async fn trial(api: &Api, mapping: &str, payload: &str) -> Value {
    api.post("/device_profiles/test", json!({ "mapping": mapping, "payload": payload })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_makers_message_is_mapped_and_no_expression_can_hold_the_platform_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().to_str().expect("plain").to_owned();
    let token = ok(&["token", "create", "--role", "administrator", "--data", &data], "");
    let server = Server::start(folder.path(), &[]);
    let api = Api::new(&server, &token);
    let complex = json!({ "code": "map", "name": "시험", "name_en": "Test", "kind": "general" });
    let complex = api.post("/complexes", complex).await["id"].clone();
    let mapping = ".d[] | {point: .k, at: .ts, value: .v}";
    let profile = profile_with(&api, mapping).await;
    let device = json!({ "complex_id": complex, "key": KEY, "kind": "sensor", "name": "시험",
        "profile_id": profile });
    api.post("/devices", device).await;

    let message = json!({ "d": [
        { "k": "pm25", "ts": "2026-11-25T09:00:00+09:00", "v": 12.5 },
        { "k": "pm99", "ts": "2026-11-25T09:00:00+09:00", "v": 1 },
    ]});
    let messages = format!("/device_messages?device={KEY}");
    let answer = api.post(&messages, message).await;
    assert_eq!(answer["accepted"], 1, "{answer}");
    assert_eq!(answer["rejected"][0]["code"], "unknown_point", "{answer}");
    let latest = api.get("/points/latest").await;
    assert_eq!(latest["items"][0]["value"], 12.5, "{latest}");

    // A message of another form is counted with its reason, and not an error of the sender's.
    let answer = api.post(&messages, json!({ "d": 5 })).await;
    assert_eq!(answer["rejected"][0]["code"], "not_mapped", "{answer}");

    let tried = trial(&api, mapping, r#"{"d": [{"k": "a", "ts": 1795564800000, "v": 3}]}"#).await;
    assert_eq!(tried["readings"][0]["value"], 3.0, "{tried}");
    let tried = trial(&api, ".d[", "{}").await;
    assert_eq!((&tried["error"]["what"], &tried["error"]["place"]), (&json!("syntax"), &json!(3)));

    // None of these ends by itself; one of them overflows the stack of its process.
    for endless in ["def f: f; f", "[repeat(1)]", "def f: [f]; f", "last(range(1e12))"] {
        let tried = trial(&api, endless, "{}").await;
        assert_eq!(tried["error"]["what"], "ended", "{endless}: {tried}");
    }
    let tried = trial(&api, "env | to_entries[] | {point: .key, value: 1}", "{}").await;
    assert_eq!(tried["readings"], json!([]), "the environment is empty: {tried}");

    // And the others are served as before.
    let again = json!({ "d": [{ "k": "pm25", "ts": "2026-11-25T09:01:00+09:00", "v": 13 }] });
    assert_eq!(api.post(&messages, again).await["accepted"], 1);
}
