//! One task for each server: connect, subscribe, pass on what it tells, and begin anew when it is lost.

use std::sync::Arc;
use std::time::Duration;

use opcua_client::transport::TcpConnector;
use opcua_client::{
    ClientBuilder, DataChangeCallback, IdentityToken, Password, Session, SessionEventLoop,
};
use opcua_types::{
    DataChangeFilter, DataChangeTrigger, DataValue, EndpointDescription, ExtensionObject,
    MessageSecurityMode, MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, NodeId,
    TimestampsToReturn, UserTokenPolicy,
};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::identity::{APPLICATION_URI, trusted_endpoint};
use super::value::{node_id, told};
use super::{Node, OpcuaConnection, identity};
use crate::source::work::{Asked, Sources};
use crate::source::{SourceKind, polled};

/// How long a connection, and each request on it, may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Notifications that wait here; more are refused and counted as failures of the source.
const WAITING_MAX: usize = 10_000;
/// Notifications that become one message.
const BATCH_MAX: usize = 1_000;
/// Values of a node that the server keeps between two publications.
const QUEUE: u32 = 10;
/// The deadband is in the unit of the node (OPC UA part 4, 7.22.2: Absolute).
const DEADBAND_ABSOLUTE: u32 = 1;

/// A server that is subscribed to.
type Server = Asked<OpcuaConnection>;

/// A session and what keeps it.
type Connected = (Arc<Session>, SessionEventLoop<TcpConnector>);

/// Stays subscribed to one server until `token` ends it.
pub(crate) async fn keep(sources: Sources, server: Server, token: CancellationToken) {
    let server = Arc::new(server);
    loop {
        let error = tokio::select! {
            () = token.cancelled() => return,
            error = subscribed(sources.clone(), Arc::clone(&server)) => error,
        };
        let wait = sources.failed(server.id, SourceKind::Opcua, &error);
        tokio::select! {
            () = token.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}

fn unreachable(server: &Server, cause: &str) -> String {
    format!(
        "{} cannot be used ({cause}): check address, user and network",
        server.connection.endpoint
    )
}

/// Subscribes and passes values on; returns why that ended.
async fn subscribed(sources: Sources, server: Arc<Server>) -> String {
    let (session, events) = match connect(&sources, &server).await {
        Ok(connected) => connected,
        Err(cause) => return cause,
    };
    let url = &server.connection.endpoint;
    tokio::select! {
        status = events.run() => format!("the connection to {url} was lost ({status})"),
        cause = pass_on(sources, Arc::clone(&server), session) => cause,
    }
}

/// A session that is not open yet, with what keeps it: protected where the source names a certificate.
async fn connect(sources: &Sources, server: &Server) -> Result<Connected, String> {
    let it = &server.connection;
    let (token, policy) = user(sources, it)?;
    let mut builder = ClientBuilder::new()
        .application_name("Sandan")
        .application_uri(APPLICATION_URI)
        .pki_dir(&*sources.folder)
        .session_retry_limit(0)
        .request_timeout(CONNECT_TIMEOUT);
    if it.server_certificate_sha256.is_some() {
        let folder = Arc::clone(&sources.folder);
        let made = tokio::task::spawn_blocking(move || identity::ensure(&folder)).await;
        made.map_err(|_| "the certificate of the platform was not made".to_owned())??;
        builder = builder
            .certificate_path(identity::CERTIFICATE)
            .private_key_path(identity::KEY)
            // The source names the one certificate that is trusted; names and dates in it do not matter.
            .trust_server_certs(true)
            .verify_server_certs(false);
    }
    let mut client = builder.client().map_err(|causes| unreachable(server, &causes.join("; ")))?;
    let connecting = async {
        match &it.server_certificate_sha256 {
            None => {
                let endpoint: EndpointDescription =
                    (it.endpoint.as_str(), "None", MessageSecurityMode::None, policy).into();
                let connected = client.connect_to_matching_endpoint(endpoint, token).await;
                connected.map_err(|error| unreachable(server, &error.to_string()))
            }
            Some(trusted) => {
                let endpoint = trusted_endpoint(&client, &it.endpoint, trusted).await;
                let endpoint = endpoint.map_err(|cause| unreachable(server, &cause))?;
                let connected = client.connect_to_endpoint_directly(endpoint, token);
                connected.map_err(|error| unreachable(server, &error.to_string()))
            }
        }
    };
    match timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(connected) => connected,
        Err(_) => Err(unreachable(server, "no answer in time")),
    }
}

/// Who we are to the server. The password is read anew each time, and never kept.
fn user(
    sources: &Sources,
    it: &OpcuaConnection,
) -> Result<(IdentityToken, UserTokenPolicy), String> {
    let Some(username) = &it.username else {
        return Ok((IdentityToken::Anonymous, UserTokenPolicy::anonymous()));
    };
    let variable = it.password_env.as_deref();
    let password = match variable {
        None => String::new(),
        Some(variable) => (sources.environment)(variable)
            .ok_or_else(|| format!("the server has no environment variable {variable}: set it"))?,
    };
    let policy = UserTokenPolicy {
        token_type: opcua_types::UserTokenType::UserName,
        ..UserTokenPolicy::default()
    };
    Ok((IdentityToken::UserName(username.clone(), Password(password)), policy))
}

/// Creates the subscription and sends what it tells on its way, until that fails.
async fn pass_on(sources: Sources, server: Arc<Server>, session: Arc<Session>) -> String {
    if timeout(CONNECT_TIMEOUT, session.wait_for_connection()).await.ok() != Some(true) {
        return unreachable(&server, "no session");
    }
    let (to, mut told) = mpsc::channel::<(NodeId, DataValue)>(WAITING_MAX);
    let callback = DataChangeCallback::new(move |value, item| {
        // What does not fit is lost; the next change of the node comes again.
        let _full = to.try_send((item.item_to_monitor().node_id.clone(), value));
    });
    let publish_ms = server.connection.publish_ms;
    let every = Duration::from_millis(publish_ms.into());
    let created = session.create_subscription(every, 60, 20, 0, 0, true, callback).await;
    let subscription = match created {
        Ok(subscription) => subscription,
        Err(error) => return format!("the server takes no subscription ({error})"),
    };
    let items = server.connection.nodes.iter().filter_map(|node| item(publish_ms, node)).collect();
    let items = session.create_monitored_items(subscription, TimestampsToReturn::Both, items).await;
    let items = match items {
        Ok(items) => items,
        Err(error) => return format!("the server takes no node ({error})"),
    };
    let refused = items.iter().find(|item| item.result.status_code.is_bad()).map(|item| {
        let (node, status) = (&item.item_to_monitor.node_id, item.result.status_code);
        format!("the server refuses node {node} ({status}): check its id")
    });
    let refusals = items.iter().filter(|item| item.result.status_code.is_bad()).count();
    sources.statuses.answered(server.id, sources.ingest.now(), 0, refusals, refused);
    let mut batch = Vec::new();
    while told.recv_many(&mut batch, BATCH_MAX).await > 0 {
        if let Err(cause) = take(&sources, &server, &batch).await {
            return cause;
        }
        batch.clear();
    }
    "the subscription ended".to_owned()
}

fn item(publish_ms: u32, node: &Node) -> Option<MonitoredItemCreateRequest> {
    let filter = DataChangeFilter {
        trigger: DataChangeTrigger::StatusValue,
        deadband_type: if node.deadband > 0.0 { DEADBAND_ABSOLUTE } else { 0 },
        deadband_value: node.deadband,
    };
    let parameters = MonitoringParameters {
        sampling_interval: f64::from(publish_ms),
        filter: ExtensionObject::from_message(filter),
        queue_size: QUEUE,
        discard_oldest: true,
        ..MonitoringParameters::default()
    };
    let id = node_id(&node.node)?;
    Some(MonitoredItemCreateRequest::new(id.into(), MonitoringMode::Reporting, parameters))
}

async fn take(
    sources: &Sources,
    server: &Server,
    batch: &[(NodeId, DataValue)],
) -> Result<(), String> {
    let now = sources.ingest.now();
    let nodes = &server.connection.nodes;
    let mut entries = Vec::with_capacity(batch.len());
    for (id, data) in batch {
        // One node may feed several points.
        for node in nodes.iter().filter(|node| node_id(&node.node).as_ref() == Some(id)) {
            let told = told(node, data);
            entries.push(polled::Entry {
                point: &node.point,
                at: told.at.unwrap_or(now),
                value: told.value.map_or_else(polled::Value::None, polled::Value::Number),
                doubtful: told.doubtful,
            });
        }
    }
    sources.take(server.id, server.device_id, entries.into_iter()).await
}
