//! A platform that runs until it is told to stop.

use std::net::SocketAddr;

use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use platform::work::Stage;
use telemetry::ingress::mqtt::{MqttAddresses, MqttOptions, Share, TlsFiles};
use tokio::net::TcpListener;

use crate::{App, Options, StartError};

/// Where the platform listens, once it does.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// Console and API.
    pub http: SocketAddr,
    /// Device broker.
    pub mqtt: SocketAddr,
    /// Device broker with TLS, where that has an address of its own.
    pub mqtts: Option<SocketAddr>,
    /// Device broker over WebSockets.
    pub mqtt_ws: Option<SocketAddr>,
    /// ThingsBoard's device API over HTTP.
    pub device_http: Option<SocketAddr>,
}

/// Runs the platform until `stop` resolves, then ends it in order. `ready` hears where it listens, and
/// the set-up link of a new system.
pub async fn serve(
    options: Options,
    stop: impl Future<Output = ()>,
    ready: impl FnOnce(Addresses, Option<String>),
) -> Result<(), StartError> {
    let app = App::open(options).await?;
    let running = start(&app).await;
    match running {
        Ok(addresses) => {
            ready(addresses, set_up_link(&app, addresses).await);
            stop.await;
            tracing::info!("stopping: intake first, then what is under way, then the stores");
            app.close().await;
            Ok(())
        }
        Err(error) => {
            app.close().await;
            Err(error)
        }
    }
}

/// Starts every part of an opened platform.
pub(crate) async fn start(app: &App) -> Result<Addresses, StartError> {
    if app.options.demo {
        crate::demo::ensure(app).await?;
    }
    crate::maintenance::start(app);
    crate::live::start(app);
    let last_seen = app.telemetry.last_seen().into_iter().map(last_seen).collect();
    app.control.start(app.telemetry.subscribe(), last_seen);
    app.energy.start(app.telemetry.subscribe());
    registry::tasks(&app.registry);
    app.telemetry.start();
    if let Some(folder) = &app.options.export_dir {
        app.telemetry.start_export(folder.clone());
    }
    app.fieldbus.start();
    crate::admin::listen(app)?;
    let mqtt = start_mqtt(app).await?;
    let device_http = start_device_http(app).await?;
    let http = start_http(app).await?;
    let (mqtts, mqtt_ws) = (mqtt.tls, mqtt.ws);
    Ok(Addresses { http, mqtt: mqtt.main, mqtts, mqtt_ws, device_http })
}

/// The link with which the first administrator is made, while there is none.
async fn set_up_link(app: &App, addresses: Addresses) -> Option<String> {
    let token = app.set_up_token.as_ref()?;
    let nobody = !platform::sign_in::store::any_account(&app.platform.db).await.ok()?;
    nobody.then(|| format!("http://{}/setup?token={token}", addresses.http))
}

/// What the rules know of a point at the start.
fn last_seen(latest: telemetry::LatestReading) -> control::LastSeen {
    control::LastSeen {
        series: latest.series,
        at_ms: latest.at_ms,
        value: latest.value,
        quality: latest.quality,
        arrived: latest.arrived,
    }
}

async fn start_mqtt(app: &App) -> Result<MqttAddresses, StartError> {
    let address = app.options.mqtt;
    let listen = |cause: String| StartError::Listen {
        what: "the device broker",
        address: address.to_string(),
        cause,
    };
    let per_s = app.options.device_messages_per_s;
    let tls = app.options.mqtt_tls.clone();
    let options = MqttOptions {
        tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
        tls_address: app.options.mqtts,
        ws_address: app.options.mqtt_ws,
        share: Share { per_s, burst: per_s.saturating_mul(10), ..Share::default() },
        ..MqttOptions::at(address)
    };
    let started = app.telemetry.start_mqtt(options).await;
    let (addresses, downlink) = started.map_err(|cause| listen(cause.to_string()))?;
    connect::mapping::map_raw(&downlink, app.telemetry.ingest().clone(), app.mapper.clone());
    app.fieldbus.start_commands(downlink);
    Ok(addresses)
}

/// Its paths hold secrets: it is kept apart from the console's address, and writes no log of requests.
async fn start_device_http(app: &App) -> Result<Option<SocketAddr>, StartError> {
    let Some(address) = app.options.device_http else { return Ok(None) };
    let listen = |cause: std::io::Error| StartError::Listen {
        what: "the device API",
        address: address.to_string(),
        cause: cause.to_string(),
    };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let router = connect::thingsboard::router(app.telemetry.ingest().clone());
    app.platform.tasks.spawn(Stage::Intake, move |token| async move {
        let served = axum::serve(listener, router)
            .with_graceful_shutdown(async move { token.cancelled().await });
        if let Err(error) = served.await {
            tracing::error!(cause = %error, "the address of the device API closed by itself");
        }
    });
    Ok(Some(address))
}

async fn start_http(app: &App) -> Result<SocketAddr, StartError> {
    let listen = |cause: std::io::Error| StartError::Listen {
        what: "the console",
        address: app.options.http.to_string(),
        cause: cause.to_string(),
    };
    let listener = TcpListener::bind(app.options.http).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let service: IntoMakeServiceWithConnectInfo<_, SocketAddr> =
        crate::router::router(app).into_make_service_with_connect_info();
    app.platform.tasks.spawn(Stage::Intake, move |token| async move {
        let served = axum::serve(listener, service)
            .with_graceful_shutdown(async move { token.cancelled().await });
        if let Err(error) = served.await {
            tracing::error!(cause = %error, "the HTTP address closed by itself");
        }
    });
    Ok(address)
}
