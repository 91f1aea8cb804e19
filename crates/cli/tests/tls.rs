//! The broker behind TLS, with the real binary: an encrypted device is heard, a plain one is not, and
//! neither is one that trusts somebody else.

mod kit;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kit::{Api, Server, ok, refused};
use rumqttc::tokio_rustls::rustls::crypto::ring;
use rumqttc::tokio_rustls::rustls::pki_types::CertificateDer;
use rumqttc::tokio_rustls::rustls::{ClientConfig, RootCertStore};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS, TlsConfiguration, Transport};
use serde_json::{Value, json};

const SECRET: &str = "tls-test-secret-0001";
const AT: &str = "2026-11-25T09:00:00+09:00";

fn seed() -> Value {
    let metric = json!({ "key": "v", "quantity": "voltage", "kind": "gauge",
        "expected_interval_s": 60 });
    json!({
        "complexes": [{ "code": "tls", "name": "시험", "name_en": "Test", "kind": "general" }],
        "profiles": [{ "code": "tls", "name": "시험", "metrics": [metric] }],
        "devices": [{ "complex": "tls", "key": "tls-01", "name": "tls-01", "kind": "sensor",
            "profile": "tls", "secret": SECRET }],
    })
}

/// A certificate for `localhost` that vouches for itself.
fn certificate() -> rcgen::CertifiedKey<rcgen::KeyPair> {
    rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate is made")
}

fn trusting(certificate: &CertificateDer<'static>) -> Transport {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).expect("the certificate is sound");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Transport::tls_with_config(TlsConfiguration::Rustls(Arc::new(config)))
}

/// Publishes one reading; an error is a connection that was not made, or ended before the answer.
async fn publish(broker: SocketAddr, transport: Transport) -> Result<(), rumqttc::ConnectionError> {
    let mut options = MqttOptions::new("tls-01", "localhost", broker.port());
    options.set_credentials("tls-01", SECRET).set_transport(transport);
    let (client, mut link) = AsyncClient::new(options, 8);
    let body = json!([{ "point": "v", "at": AT, "value": 230.5 }]).to_string();
    let topic = "sandan/v1/tls-01/readings";
    client.publish(topic, QoS::AtLeastOnce, false, body).await.expect("the queue has room");
    let answered = async {
        loop {
            if let Event::Incoming(Packet::PubAck(_)) = link.poll().await? {
                return Ok(());
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), answered).await.expect("the broker answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_heard_over_tls_and_only_over_tls() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("plain").to_owned();
    let made = certificate();
    std::fs::write(path("cert.pem"), made.cert.pem()).expect("written");
    std::fs::write(path("key.pem"), made.signing_key.serialize_pem()).expect("written");
    std::fs::write(path("seed.json"), seed().to_string()).expect("written");
    let data = path("data");
    ok(&["import", "seed", &path("seed.json"), "--data", &data], "");
    let (cert, key) = (path("cert.pem"), path("key.pem"));
    let tls = ["--mqtt-tls-cert", cert.as_str(), "--mqtt-tls-key", key.as_str()];
    let server = Server::start(std::path::Path::new(&data), &tls);

    publish(server.mqtt, trusting(made.cert.der())).await.expect("heard over TLS");
    let token = ok(&["token", "create", "--role", "administrator", "--data", &data], "");
    let api = Api::new(&server, &token);
    let latest = api.get("/points/latest").await;
    assert_eq!(latest["items"][0]["value"], 230.5, "{latest}");

    publish(server.mqtt, Transport::tcp()).await.expect_err("a plain connection is not heard");
    let other = certificate();
    publish(server.mqtt, trusting(other.cert.der())).await.expect_err("a stranger is not trusted");
    publish(server.mqtt, trusting(made.cert.der())).await.expect("the broker still listens");
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_at_the_start() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("plain").to_owned();
    std::fs::write(path("cert.pem"), "no certificate").expect("written");
    std::fs::write(path("key.pem"), "no key").expect("written");
    let (data, cert, key) = (path("data"), path("cert.pem"), path("key.pem"));
    let words = refused(
        &["serve", "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--data", &data]
            .into_iter()
            .chain(["--mqtt-tls-cert", &cert, "--mqtt-tls-key", &key])
            .collect::<Vec<_>>(),
        "",
    );
    assert!(words.contains("cert.pem") && words.contains("cannot be used"), "{words}");
}
