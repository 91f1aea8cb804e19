//! The whole path: a device at the broker gets the command and answers.

use std::net::SocketAddr;
use std::time::Duration;

use base::Role;
use rumqttc::{AsyncClient, Event, EventLoop, Incoming, MqttOptions, QoS};
use serde_json::{Value, json};

use crate::Fieldbus;
use crate::fieldbus::kit::{Caller, World, secret};

/// However slow the machine is, it comes by then.
const DEADLINE: Duration = Duration::from_secs(30);

struct House {
    world: World,
    operator: Caller,
    broker: SocketAddr,
}

impl House {
    async fn new(name: &str) -> Self {
        let world = World::new(name).await;
        let fieldbus = Fieldbus::new(&world.platform, world.telemetry.ingest(), &world.dir);
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let options = telemetry::ingress::mqtt::MqttOptions::at(any);
        let (addresses, downlink) = world.telemetry.start_mqtt(options).await.unwrap();
        fieldbus.start_commands(downlink);
        let operator = world.caller(fieldbus.routes(), Role::Operator);
        Self { world, operator, broker: addresses.main }
    }

    /// A command to the sign; its path.
    async fn command(&self, text: &str, expires_in_s: u32) -> String {
        let body = json!({
            "device_id": self.world.device("sign-1"), "kind": "sign", "payload": { "text": text },
            "reason": "시험", "expires_in_s": expires_in_s,
        });
        let made = self.operator.ok("POST", "/commands", body).await;
        format!("/commands/{}", made["id"].as_str().unwrap())
    }

    async fn until(&self, path: &str, state: &str) -> Value {
        self.operator.until(path, |command| command["state"] == state).await
    }
}

struct Sign {
    client: AsyncClient,
    events: EventLoop,
}

impl Sign {
    /// The sign, connected and subscribed.
    async fn on(broker: SocketAddr) -> Self {
        let mut sign = Self::new(broker, true);
        sign.client.subscribe("sandan/v1/sign-1/commands", QoS::AtLeastOnce).await.unwrap();
        sign.hear(|packet| matches!(packet, Incoming::SubAck(_)).then_some(())).await;
        sign
    }

    fn new(broker: SocketAddr, clean: bool) -> Self {
        let mut options = MqttOptions::new("sign-1", broker.ip().to_string(), broker.port());
        options.set_credentials("sign-1", secret("sign-1")).set_clean_session(clean);
        let (client, events) = AsyncClient::new(options, 100);
        Self { client, events }
    }

    async fn hear<T>(&mut self, take: impl Fn(Incoming) -> Option<T>) -> T {
        let heard = async {
            loop {
                if let Event::Incoming(packet) = self.events.poll().await.unwrap()
                    && let Some(heard) = take(packet)
                {
                    return heard;
                }
            }
        };
        tokio::time::timeout(DEADLINE, heard).await.unwrap()
    }

    /// The next command.
    async fn command(&mut self) -> Value {
        self.hear(|packet| match packet {
            Incoming::Publish(publish) => Some(serde_json::from_slice(&publish.payload).unwrap()),
            _ => None,
        })
        .await
    }

    /// Answers, and waits until the answer is kept.
    async fn answer(&mut self, body: Value) {
        let (topic, body) = ("sandan/v1/sign-1/command_results", body.to_string());
        self.client.publish(topic, QoS::AtLeastOnce, false, body).await.unwrap();
        self.hear(|packet| matches!(packet, Incoming::PubAck(_)).then_some(())).await;
    }
}

#[tokio::test]
async fn a_connected_device_gets_its_command_and_its_answer_is_kept() {
    let house = House::new("command-path").await;
    let mut sign = Sign::on(house.broker).await;
    let path = house.command("정문 통제", 60).await;
    let got = sign.command().await;
    assert_eq!((&got["kind"], &got["payload"]["text"]), (&json!("sign"), &json!("정문 통제")));
    assert!(path.ends_with(got["id"].as_str().unwrap()));
    assert!(got["expires_at"].as_str().unwrap() > "2026");
    house.until(&path, "sent").await;
    sign.answer(json!({ "id": got["id"], "result": "done", "detail": "표출함" })).await;
    let done = house.operator.ok("GET", &path, Value::Null).await;
    assert_eq!((&done["state"], &done["detail"]), (&json!("acknowledged"), &json!("표출함")));
    assert_eq!(done["sent_count"], 1);
    house.world.close().await;
}

#[tokio::test]
async fn a_command_waits_for_a_device_that_comes_later() {
    let house = House::new("command-late").await;
    let path = house.command("늦은 장치", 60).await;
    let mut sign = Sign::on(house.broker).await;
    let got = sign.command().await;
    sign.answer(json!({ "id": got["id"], "result": "refused", "detail": "현장 수동" })).await;
    house.until(&path, "refused").await;
    house.world.close().await;
}

#[tokio::test]
async fn a_device_whose_session_is_kept_gets_what_came_while_it_was_away() {
    let house = House::new("command-away").await;
    let mut sign = Sign::new(house.broker, false);
    sign.client.subscribe("sandan/v1/sign-1/commands", QoS::AtLeastOnce).await.unwrap();
    sign.hear(|packet| matches!(packet, Incoming::SubAck(_)).then_some(())).await;
    drop(sign);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let path = house.command("복귀 후", 60).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let waiting = house.operator.ok("GET", &path, Value::Null).await;
    assert_eq!(waiting["state"], "queued", "it waits in its table, not in the broker's memory");
    // It does not subscribe again.
    let mut sign = Sign::new(house.broker, false);
    assert_eq!(sign.command().await["payload"]["text"], "복귀 후");
    assert_eq!(house.until(&path, "sent").await["sent_count"], 1);
    house.world.close().await;
}

#[tokio::test]
async fn what_expired_is_never_delivered() {
    let house = House::new("command-expired").await;
    let old = house.command("지난 명령", 5).await;
    let expired = house.until(&old, "expired").await;
    assert_eq!(expired["sent_count"], 0);
    let mut sign = Sign::on(house.broker).await;
    house.command("새 명령", 60).await;
    assert_eq!(
        sign.command().await["payload"]["text"],
        "새 명령",
        "the old one does not come first"
    );
    house.world.close().await;
}

#[tokio::test]
async fn nobody_answers_for_another_device() {
    let house = House::new("command-foreign").await;
    let meter = house.world.device("meter-1");
    let body = json!({ "device_id": meter, "kind": "custom", "payload": {}, "reason": "시험",
        "expires_in_s": 60 });
    let made = house.operator.ok("POST", "/commands", body).await;
    let mut sign = Sign::on(house.broker).await;
    sign.answer(json!({ "id": made["id"], "result": "done" })).await;
    sign.answer(json!("nonsense")).await;
    let path = format!("/commands/{}", made["id"].as_str().unwrap());
    assert_eq!(house.operator.ok("GET", &path, Value::Null).await["state"], "queued");
    house.world.close().await;
}
