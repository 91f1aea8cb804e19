//! Signs and sirens: they wait for commands and do as they are told, each id once.

use std::collections::VecDeque;
use std::time::Duration;

use rumqttc::{AsyncClient, Event, Incoming, MqttOptions, QoS};
use serde_json::{Value, json};
use tokio::sync::watch;

/// Answers that a device remembers: a command that comes again gets the same answer.
const MEMORY_MAX: usize = 100;
/// The wait before the next attempt to connect.
const RETRY: Duration = Duration::from_secs(2);
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// What a device did lately: id of the command, answer.
type Memory = VecDeque<(String, Value)>;

/// Obeys until `stop` says true.
pub(super) async fn run(
    (host, port): (String, u16),
    key: String,
    secret: String,
    mut stop: watch::Receiver<bool>,
) {
    let mut options = MqttOptions::new(&key, host, port);
    options.set_credentials(&key, secret).set_keep_alive(KEEP_ALIVE);
    let (client, mut events) = AsyncClient::new(options, 100);
    let mut memory = Memory::new();
    loop {
        let event = tokio::select! {
            _stop = stop.wait_for(|stop| *stop) => return,
            event = events.poll() => event,
        };
        let sent = match event {
            Ok(Event::Incoming(Incoming::ConnAck(_))) => {
                client.try_subscribe(format!("sandan/v1/{key}/commands"), QoS::AtLeastOnce)
            }
            Ok(Event::Incoming(Incoming::Publish(message))) => {
                let Some(answer) = answer(&message.payload, &mut memory) else { continue };
                let topic = format!("sandan/v1/{key}/command_results");
                client.try_publish(topic, QoS::AtLeastOnce, false, answer.to_string())
            }
            Ok(_) => continue,
            Err(error) => {
                tracing::debug!(device = key, %error, "connection down");
                tokio::select! {
                    _stop = stop.wait_for(|stop| *stop) => return,
                    () = tokio::time::sleep(RETRY) => continue,
                }
            }
        };
        if let Err(error) = sent {
            tracing::debug!(device = key, %error, "an answer could not be sent; it is asked again");
        }
    }
}

/// The answer to a command; what is no command gets none.
fn answer(bytes: &[u8], memory: &mut Memory) -> Option<Value> {
    let command: Value = serde_json::from_slice(bytes).ok()?;
    let id = command["id"].as_str()?;
    if let Some((_, answer)) = memory.iter().find(|(known, _)| known == id) {
        return Some(answer.clone());
    }
    let payload = &command["payload"];
    let (result, detail) = match command["kind"].as_str()? {
        "sign" => ("done", format!("표출: {}", payload["text"].as_str().unwrap_or_default())),
        "siren" | "lamp" if payload["on"] == true => ("done", "작동".to_owned()),
        "siren" | "lamp" => ("done", "정지".to_owned()),
        _ => ("refused", "모르는 명령".to_owned()),
    };
    let answer = json!({ "id": id, "result": result, "detail": detail });
    if memory.len() == MEMORY_MAX {
        memory.pop_front();
    }
    memory.push_back((id.to_owned(), answer.clone()));
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_comes_again_gets_the_same_answer() {
        let mut memory = Memory::new();
        let sign = br#"{"id":"a","kind":"sign","payload":{"text":"hello"},"expires_at":"x"}"#;
        let first = answer(sign, &mut memory).unwrap();
        assert_eq!(first, json!({ "id": "a", "result": "done", "detail": "표출: hello" }));
        assert_eq!(answer(sign, &mut memory), Some(first));
        assert_eq!(memory.len(), 1);
    }

    #[test]
    fn what_is_no_command_gets_no_answer_and_an_unknown_kind_a_refusal() {
        let mut memory = Memory::new();
        for bytes in [&b"nonsense"[..], b"{}", br#"{"id":7}"#] {
            assert_eq!(answer(bytes, &mut memory), None);
        }
        let odd = answer(br#"{"id":"b","kind":"valve","payload":{}}"#, &mut memory).unwrap();
        assert_eq!(odd["result"], "refused");
    }
}
