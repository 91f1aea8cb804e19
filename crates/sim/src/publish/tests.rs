//! The links against a small broker of our own, which speaks real MQTT 3.1.1 over loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{ConnAck, ConnectReturnCode, Packet, PubAck};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::*;
use crate::fault::Schedule;
use crate::plan::{Plan, SEED_DEFAULT, secret};
use crate::testkit::TestDevice;

/// What the broker saw: user, topic, payload.
type Seen = (String, String, String);

/// A broker that knows the demonstration's secrets.
struct Broker {
    address: std::net::SocketAddr,
    seen: mpsc::UnboundedReceiver<Seen>,
    /// Publishes after which it drops the connection once instead of acknowledging; 0 is never.
    drop_at: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

async fn broker() -> Broker {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, seen) = mpsc::unbounded_channel();
    let drop_at = Arc::new(AtomicUsize::new(0));
    let dropping = Arc::clone(&drop_at);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut sessions = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            sessions.spawn(session(stream, tell.clone(), Arc::clone(&dropping)));
        }
    });
    Broker { address, seen, drop_at, _tasks: tasks }
}

async fn session(
    mut stream: TcpStream,
    tell: mpsc::UnboundedSender<Seen>,
    drop_at: Arc<AtomicUsize>,
) {
    let (mut buffer, mut user) = (BytesMut::new(), String::new());
    loop {
        let packet = match Packet::read(&mut buffer, 1 << 20) {
            Ok(packet) => packet,
            Err(rumqttc::mqttbytes::Error::InsufficientBytes(_)) => {
                if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                    return;
                }
                continue;
            }
            Err(_) => return,
        };
        let mut answer = BytesMut::new();
        match packet {
            Packet::Connect(connect) => {
                let login = connect.login.unwrap();
                let good = login.password == secret(SEED_DEFAULT, &login.username);
                let code = if good {
                    ConnectReturnCode::Success
                } else {
                    ConnectReturnCode::BadUserNamePassword
                };
                user = login.username;
                ConnAck::new(code, false).write(&mut answer).unwrap();
            }
            Packet::Publish(publish) => {
                let left = drop_at.load(Ordering::SeqCst);
                drop_at.store(left.saturating_sub(1), Ordering::SeqCst);
                if left == 1 {
                    return;
                }
                let payload = String::from_utf8(publish.payload.to_vec()).unwrap();
                tell.send((user.clone(), publish.topic, payload)).unwrap();
                PubAck::new(publish.pkid).write(&mut answer).unwrap();
            }
            _ => {}
        }
        stream.write_all(&answer).await.unwrap();
    }
}

async fn connect(broker: &Broker, key: &str) -> TestDevice {
    TestDevice::connect(broker.address, key, &secret(SEED_DEFAULT, key)).await.unwrap()
}

#[tokio::test]
async fn a_published_reading_has_the_form_of_the_contract() {
    let mut broker = broker().await;
    let device = connect(&broker, "jj1-air-01").await;
    device.publish(&[("pm25", 1_780_000_000_000, 81.5)]).await.unwrap();
    device.close().await.unwrap();
    let (user, topic, payload) = broker.seen.recv().await.unwrap();
    assert_eq!(user, "jj1-air-01");
    assert_eq!(topic, "sandan/v1/jj1-air-01/readings");
    let payload: serde_json::Value = serde_json::from_str(&payload).unwrap();
    let expected =
        serde_json::json!([{ "point": "pm25", "at": 1_780_000_000_000_i64, "value": 81.5 }]);
    assert_eq!(payload, expected);
}

#[tokio::test]
async fn a_wrong_secret_is_an_error_that_says_what_to_do() {
    let broker = broker().await;
    let error = TestDevice::connect(broker.address, "jj1-air-01", "wrong").await.unwrap_err();
    assert!(error.to_string().contains("refuses the device 'jj1-air-01'"), "{error}");
    assert!(error.to_string().contains("--demo"), "{error}");
}

#[tokio::test]
async fn nothing_is_lost_when_the_connection_breaks_before_the_acknowledgement() {
    let mut broker = broker().await;
    let device = connect(&broker, "jj1-air-01").await;
    broker.drop_at.store(4, Ordering::SeqCst);
    let mut acknowledged = Vec::new();
    for k in 0..20 {
        let payload = format!("[{k}]").into_bytes();
        acknowledged.push(device.publish_later(&device.topic(), payload, 1).await.unwrap());
    }
    for ack in acknowledged {
        ack.await.unwrap();
    }
    assert_eq!((device.tally().messages, device.tally().breaks), (20, 1));
    device.close().await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    while let Ok((_, _, payload)) = broker.seen.try_recv() {
        seen.insert(payload);
    }
    assert_eq!(seen, (0..20).map(|k| format!("[{k}]")).collect());
}

#[tokio::test]
async fn a_run_of_the_demonstration_sends_the_newest_value_of_every_point_at_once() {
    let mut broker = broker().await;
    let plan = Plan::new(SEED_DEFAULT);
    let schedule = Schedule::none(&plan);
    let counts = Counts::default();
    let run = Live {
        plan: &plan,
        schedule: &schedule,
        pace: Pace::new(crate::wall::now_ms(), 1.0),
        broker: ("127.0.0.1".to_owned(), broker.address.port()),
        counts: &counts,
    };
    let wanted = plan.senders().map(|d| d.profile.unwrap().metrics().len()).sum::<usize>();
    let (stop, stopped) = watch::channel(false);
    let watch = async {
        let mut points = std::collections::HashSet::new();
        while points.len() < wanted {
            let (user, _, payload) = broker.seen.recv().await.unwrap();
            let entries: Vec<serde_json::Value> = serde_json::from_str(&payload).unwrap();
            for entry in entries {
                points.insert((user.clone(), entry["point"].as_str().unwrap().to_owned()));
            }
        }
        stop.send(true).unwrap();
    };
    let both = async { tokio::join!(live(&run, &stopped), watch) };
    tokio::time::timeout(Duration::from_mins(1), both).await.unwrap();
    assert_eq!(plan.senders().count(), 196);
    assert!(counts.tally().messages >= 196 && counts.tally().breaks == 0, "{:?}", counts.tally());
}

#[tokio::test]
async fn a_load_is_sent_at_its_rate_and_measured() {
    let broker = broker().await;
    let load = crate::load::Load {
        broker: ("127.0.0.1".to_owned(), broker.address.port()),
        who: crate::load::Who::Own,
        devices: 5,
        rate: 200.0,
        lasting: Duration::from_secs(2),
        seed: SEED_DEFAULT,
    };
    let report = crate::load::load(&load).await.unwrap();
    assert!((395..=405).contains(&report.due), "{report:?}");
    assert_eq!((report.messages, report.readings), (report.due, report.due * 3), "{report:?}");
    assert!(report.p50.unwrap() <= report.p99.unwrap(), "{report:?}");
}

#[test]
fn quantiles_are_right_to_two_per_cent() {
    let counts = Counts::default();
    assert_eq!(counts.quantile(0.5), None);
    (1..=1_000).for_each(|ms| counts.acknowledged(1, Duration::from_millis(ms)));
    for (share, expected_ms) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1_000.0)] {
        let ms = counts.quantile(share).unwrap().as_secs_f64() * 1e3;
        assert!((ms / expected_ms - 1.0).abs() < 0.021, "{share}: {ms}");
    }
}
