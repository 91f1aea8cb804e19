//! The broker behind TLS, with the real binary: an encrypted device is heard, a plain one is not, and
//! neither is one that trusts somebody else. A device signs in by its certificate as long as that holds.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use crate::kit::{Api, Server, eventually, ok, refused};
use rumqttc::tokio_rustls::rustls::crypto::ring;
use rumqttc::tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rumqttc::tokio_rustls::rustls::{
    ALL_VERSIONS, ClientConfig, RootCertStore, SupportedProtocolVersion,
};
use rumqttc::{
    AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS, TlsConfiguration,
    Transport,
};
use serde_json::{Value, json};

const SECRET: &str = "tls-test-secret-0001";
const SECRET_OF_OTHER: &str = "tls-test-secret-0002";
const AT: &str = "2026-11-25T09:00:00+09:00";

fn seed() -> Value {
    let metric = json!({ "key": "v", "quantity": "voltage", "kind": "gauge",
        "expected_interval_s": 60 });
    let devices = [("tls-01", SECRET), ("tls-02", SECRET_OF_OTHER)].map(|(key, secret)| {
        json!({ "complex": "tls", "key": key, "name": key, "kind": "sensor", "profile": "tls",
            "secret": secret })
    });
    json!({
        "complexes": [{ "code": "tls", "name": "시험", "name_en": "Test", "kind": "general" }],
        "profiles": [{ "code": "tls", "name": "시험", "metrics": [metric] }],
        "devices": devices,
    })
}

type Certified = rcgen::CertifiedKey<rcgen::KeyPair>;

/// A certificate for `localhost` that vouches for itself.
fn certificate() -> Certified {
    rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate is made")
}

/// A certificate of a device that ends so soon.
fn ending_in(rest: Duration) -> Certified {
    let signing_key = rcgen::KeyPair::generate().expect("a key is made");
    let mut params = rcgen::CertificateParams::new(vec!["device".to_owned()]).expect("a name");
    let now = UNIX_EPOCH.elapsed().expect("after 1970");
    params.not_after = rcgen::date_time_ymd(1970, 1, 1) + now + rest;
    let cert = params.self_signed(&signing_key).expect("a certificate is made");
    Certified { cert, signing_key }
}

fn trusting(certificate: &CertificateDer<'static>) -> Transport {
    showing(certificate, None, ALL_VERSIONS)
}

/// Trusts `server` and shows a certificate of its own, if it has one.
fn showing(
    server: &CertificateDer<'static>,
    own: Option<&Certified>,
    versions: &[&'static SupportedProtocolVersion],
) -> Transport {
    let mut roots = RootCertStore::empty();
    roots.add(server.clone()).expect("the certificate is sound");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("ring speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots);
    let config = match own {
        None => config.with_no_client_auth(),
        Some(own) => {
            let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
            config.with_client_auth_cert(vec![own.cert.der().clone()], key).expect("they fit")
        }
    };
    Transport::tls_with_config(TlsConfiguration::Rustls(Arc::new(config)))
}

/// A device, and how it signs in.
struct Device {
    client: AsyncClient,
    link: EventLoop,
}

impl Device {
    fn new(broker: SocketAddr, transport: Transport, login: Option<(&str, &str)>) -> Self {
        let mut options = MqttOptions::new("tls-01", "localhost", broker.port());
        options.set_transport(transport);
        if let Some((key, secret)) = login {
            options.set_credentials(key, secret);
        }
        let (client, link) = AsyncClient::new(options, 8);
        Self { client, link }
    }

    /// Publishes one reading; an error is a connection that was not made, or ended before the answer.
    async fn publish(&mut self) -> Result<(), ConnectionError> {
        let body = json!([{ "point": "v", "at": AT, "value": 230.5 }]).to_string();
        let topic = "sandan/v1/tls-01/readings";
        self.client.publish(topic, QoS::AtLeastOnce, false, body).await.expect("there is room");
        let answered = async {
            loop {
                if let Event::Incoming(Packet::PubAck(_)) = self.link.poll().await? {
                    return Ok(());
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), answered).await.expect("the broker answers")
    }
}

async fn publish(broker: SocketAddr, transport: Transport) -> Result<(), ConnectionError> {
    Device::new(broker, transport, Some(("tls-01", SECRET))).publish().await
}

/// A platform whose broker speaks TLS.
struct House {
    server: Server,
    own: Certified,
    api: Api,
    _folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name).to_str().expect("plain").to_owned();
        let own = certificate();
        std::fs::write(path("cert.pem"), own.cert.pem()).expect("written");
        std::fs::write(path("key.pem"), own.signing_key.serialize_pem()).expect("written");
        std::fs::write(path("seed.json"), seed().to_string()).expect("written");
        let data = path("data");
        ok(&["import", "seed", &path("seed.json"), "--data", &data], "");
        let (cert, key) = (path("cert.pem"), path("key.pem"));
        let tls = ["--mqtt-tls-cert", cert.as_str(), "--mqtt-tls-key", key.as_str()];
        let server = Server::start(std::path::Path::new(&data), &tls);
        let token = ok(&["token", "create", "--role", "administrator", "--data", &data], "");
        let api = Api::new(&server, &token);
        Self { server, own, api, _folder: folder }
    }

    /// Registers a certificate of tls-01; its id.
    async fn register(&self, certificate: &Certified) -> String {
        let devices = self.api.get("/devices").await;
        let mut devices = devices["items"].as_array().expect("a list").iter();
        let device = devices.find(|x| x["key"] == "tls-01").expect("it is there");
        let path = format!("/devices/{}/certificates", device["id"].as_str().expect("an id"));
        let added = self.api.post(&path, json!({ "pem": certificate.cert.pem() })).await;
        added["id"].as_str().expect("an id").to_owned()
    }

    fn device(&self, own: Option<&Certified>, login: Option<(&str, &str)>) -> Device {
        let transport = showing(self.own.cert.der(), own, ALL_VERSIONS);
        Device::new(self.server.mqtt, transport, login)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_heard_over_tls_and_only_over_tls() {
    let house = House::new();
    let (broker, own) = (house.server.mqtt, house.own.cert.der());
    publish(broker, trusting(own)).await.expect("heard over TLS");
    let latest = house.api.get("/points/latest").await;
    assert_eq!(latest["items"][0]["value"], 230.5, "{latest}");

    publish(broker, Transport::tcp()).await.expect_err("a plain connection is not heard");
    let other = certificate();
    publish(broker, trusting(other.cert.der())).await.expect_err("a stranger is not trusted");
    publish(broker, trusting(own)).await.expect("the broker still listens");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_signs_in_by_its_certificate_until_that_is_revoked() {
    let house = House::new();
    let mine = certificate();
    house.device(Some(&mine), None).publish().await.expect_err("nobody knows it yet");
    let id = house.register(&mine).await;
    for version in ALL_VERSIONS {
        let transport = showing(house.own.cert.der(), Some(&mine), &[version]);
        let mut device = Device::new(house.server.mqtt, transport, None);
        device.publish().await.expect("the certificate is enough");
    }
    house.device(Some(&mine), Some(("tls-01", ""))).publish().await.expect("its own name too");
    let other = house.device(Some(&mine), Some(("tls-02", SECRET_OF_OTHER))).publish().await;
    let error = other.expect_err("it is not the certificate of tls-02").to_string();
    assert!(error.contains("BadUserNamePassword"), "{error}");

    let stranger = certificate();
    let judged = house.device(Some(&stranger), Some(("tls-01", SECRET))).publish().await;
    judged.expect_err("who shows a certificate is judged by it");
    house.device(None, Some(("tls-01", SECRET))).publish().await.expect("without, by its secret");

    let mut standing = house.device(Some(&mine), None);
    standing.publish().await.expect("it is in");
    house.api.post(&format!("/device_certificates/{id}/revoke"), Value::Null).await;
    standing.publish().await.expect_err("revoked while the connection stood");
    house.device(Some(&mine), None).publish().await.expect_err("and lets nobody in again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_has_ended_lets_nobody_in() {
    let house = House::new();
    let short = ending_in(Duration::from_secs(8));
    house.register(&short).await;
    house.device(Some(&short), None).publish().await.expect("it holds still");
    eventually("the end of the certificate", async || {
        house.device(Some(&short), None).publish().await.err()
    })
    .await;
    house.device(None, Some(("tls-01", SECRET))).publish().await.expect("the secret holds");
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
