//! The doors with TLS. Sign-in by certificate is tried with the real binary, in `crates/cli/tests/it/tls.rs`.

use std::sync::Arc;

use rmqtt::types::Id;
use rumqttc::tokio_rustls::rustls::{ClientConfig, RootCertStore};
use rumqttc::{TlsConfiguration, Transport};

use super::*;
use crate::ingress::mqtt::TlsFiles;
use crate::ingress::mqtt::door::Peers;

fn trusting(certificate: &rcgen::Certificate) -> TlsConfiguration {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let provider = Arc::new(rmqtt::net::tls_provider::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConfiguration::Rustls(Arc::new(config))
}

#[tokio::test]
async fn devices_come_in_by_tls_and_by_websocket_over_tls() {
    let world = World::new("mqtt-door").await;
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TlsFiles { certificate: world.dir.join("cert"), key: world.dir.join("key") };
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let any = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let broker = serve_with(&world, |options| {
        options.tls = Some(files.clone());
        (options.tls_address, options.ws_address) = (any, any);
    })
    .await;
    let addresses = broker.addresses();
    let (tls, ws) = (addresses.tls.unwrap().port(), addresses.ws.unwrap().port());
    let login = |id: &str, host: &str, port: u16, transport: Transport| {
        let mut options = ClientOptions::new(id, host, port);
        options.set_credentials(SENSOR, secret(SENSOR)).set_transport(transport);
        options.set_max_packet_size(4 << 20, 4 << 20);
        let (client, events) = AsyncClient::new(options, 10);
        Client { client, events }
    };
    let config = || trusting(&made.cert);
    let url = format!("wss://localhost:{ws}/mqtt");
    for (n, mut device) in (0..).zip([
        login("a", "localhost", tls, Transport::tls_with_config(config())),
        login("b", &url, ws, Transport::wss_with_config(config())),
        login("c", "127.0.0.1", addresses.main.port(), Transport::tcp()),
    ]) {
        assert!(matches!(device.hear().await, Heard::Packet(Incoming::ConnAck(_))), "{n}");
        // Larger than what is carried at once.
        let body = format!("{}{}", " ".repeat(100_000), body(NOW_MS - n, 1.0));
        device.publish(&topic(SENSOR), QoS::AtLeastOnce, body).await;
        assert!(device.is_acknowledged().await, "{n}");
    }
    assert_eq!(world.values(SENSOR, "pm25").await.len(), 3);
    let mut staying = login("d", "localhost", tls, Transport::tls_with_config(config()));
    assert!(matches!(staying.hear().await, Heard::Packet(Incoming::ConnAck(_))));
    broker.stop().await;
    assert!(matches!(staying.hear().await, Heard::Ended(_)), "a stop ends it");
    world.close().await;
}

#[test]
fn whoever_comes_past_the_door_is_nobody() {
    let peers = Peers::behind(vec![2]);
    let from = SocketAddr::from(([127, 0, 0, 1], 4_000));
    let id = |listener| Id::new(1, listener, None, Some(from), "x".into(), Some("air-001".into()));
    assert!(peers.of(&id(2)).is_none());
    let plain = peers.of(&id(1)).unwrap();
    assert_eq!((plain.address, plain.certificate), (Some(from), None));
}
