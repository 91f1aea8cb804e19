//! One task for each server: connect, subscribe, pass on what it tells, and begin anew when it is lost.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base::{Actor, Id};
use opcua_client::{ClientBuilder, DataChangeCallback, IdentityToken, Password, Session};
use opcua_types::{
    DataChangeFilter, DataChangeTrigger, DataValue, EndpointDescription, ExtensionObject,
    MessageSecurityMode, MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, NodeId,
    TimestampsToReturn, UserTokenPolicy,
};
use platform::Platform;
use telemetry::ingress::Ingest;
use tokio::sync::{Notify, mpsc};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::value::{node_id, told};
use super::{OpcuaSource, store};
use crate::status::Statuses;
use crate::{backoff, polled};

/// How often the table is looked at without a nudge: another process may have written.
const RELOAD_EVERY: Duration = Duration::from_secs(15);
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

/// Everything that subscribes to OPC UA servers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Opcua {
    pub(crate) platform: Platform,
    pub(crate) ingest: Ingest,
    pub(crate) statuses: Statuses<OpcuaSource>,
    /// The table changed.
    pub(crate) nudge: Arc<Notify>,
}

impl Opcua {
    pub(crate) fn new(platform: &Platform, ingest: &Ingest) -> Self {
        Self {
            platform: platform.clone(),
            ingest: ingest.clone(),
            statuses: Statuses::default(),
            nudge: Arc::default(),
        }
    }
}

struct Running {
    source: OpcuaSource,
    token: CancellationToken,
    task: AbortHandle,
}

/// Keeps one task for each enabled source until `token` ends it.
pub(crate) async fn run(opcua: Opcua, token: CancellationToken) {
    let mut tasks = JoinSet::new();
    let mut running = HashMap::<Id<OpcuaSource>, Running>::new();
    loop {
        match load(&opcua).await {
            Ok(wanted) => reconcile(&opcua, &token, wanted, &mut running, &mut tasks),
            Err(error) => {
                tracing::warn!(cause = %error, "the OPC UA sources could not be read; tried again");
            }
        }
        tokio::select! {
            () = token.cancelled() => break,
            () = opcua.nudge.notified() => {}
            () = sleep(RELOAD_EVERY) => {}
        }
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

async fn load(opcua: &Opcua) -> Result<Vec<OpcuaSource>, platform::db::DbError> {
    store::enabled(&mut opcua.platform.db.read().await?).await
}

fn reconcile(
    opcua: &Opcua,
    token: &CancellationToken,
    wanted: Vec<OpcuaSource>,
    running: &mut HashMap<Id<OpcuaSource>, Running>,
    tasks: &mut JoinSet<()>,
) {
    running.retain(|_, old| {
        let stays = !old.task.is_finished() && wanted.contains(&old.source);
        if !stays {
            old.token.cancel();
        }
        stays
    });
    for source in wanted {
        if running.contains_key(&source.id) {
            continue;
        }
        let token = token.child_token();
        let task = tasks.spawn(keep(opcua.clone(), Arc::new(source.clone()), token.clone()));
        running.insert(source.id, Running { source, token, task });
    }
}

/// Stays subscribed to one server until `token` ends it.
async fn keep(opcua: Opcua, source: Arc<OpcuaSource>, token: CancellationToken) {
    loop {
        let error = tokio::select! {
            () = token.cancelled() => return,
            error = subscribed(opcua.clone(), Arc::clone(&source)) => error,
        };
        let failures = opcua.statuses.failed(source.id, opcua.ingest.now(), &error);
        if failures == 1 {
            let id = source.id.to_string();
            tracing::warn!(source = id, cause = error, "an OPC UA source is lost");
        }
        let wait = backoff::wait(failures, backoff::random(opcua.platform.clock.as_ref()));
        tokio::select! {
            () = token.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}

fn unreachable(source: &OpcuaSource, cause: &str) -> String {
    format!("{} cannot be used ({cause}): check address, user and network", source.endpoint)
}

/// Subscribes and passes values on; returns why that ended.
async fn subscribed(opcua: Opcua, source: Arc<OpcuaSource>) -> String {
    let client = ClientBuilder::new()
        .application_name("Sandan")
        .application_uri("urn:sandan")
        .session_retry_limit(0)
        .request_timeout(CONNECT_TIMEOUT)
        .client();
    let mut client = match client {
        Ok(client) => client,
        Err(causes) => return unreachable(&source, &causes.join("; ")),
    };
    let (token, policy) = match identity(&source) {
        Ok(identity) => identity,
        Err(cause) => return cause,
    };
    let url = source.endpoint.clone();
    let endpoint: EndpointDescription =
        (url.as_str(), "None", MessageSecurityMode::None, policy).into();
    let connecting = client.connect_to_matching_endpoint(endpoint, token);
    let (session, events) = match timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(Ok(connected)) => connected,
        Ok(Err(error)) => return unreachable(&source, &error.to_string()),
        Err(_) => return unreachable(&source, "no answer in time"),
    };
    tokio::select! {
        status = events.run() => format!("the connection to {url} was lost ({status})"),
        cause = pass_on(opcua, source, session) => cause,
    }
}

/// Who we are to the server. The password is read anew each time, and never kept.
fn identity(source: &OpcuaSource) -> Result<(IdentityToken, UserTokenPolicy), String> {
    let Some(username) = &source.username else {
        return Ok((IdentityToken::Anonymous, UserTokenPolicy::anonymous()));
    };
    let variable = source.password_env.as_deref();
    let password = match variable.map(std::env::var) {
        None => String::new(),
        Some(Ok(password)) => password,
        Some(Err(_)) => {
            let variable = variable.unwrap_or_default();
            return Err(format!("the server has no environment variable {variable}: set it"));
        }
    };
    let policy = UserTokenPolicy {
        token_type: opcua_types::UserTokenType::UserName,
        ..UserTokenPolicy::default()
    };
    Ok((IdentityToken::UserName(username.clone(), Password(password)), policy))
}

/// Creates the subscription and sends what it tells on its way, until that fails.
async fn pass_on(opcua: Opcua, source: Arc<OpcuaSource>, session: Arc<Session>) -> String {
    if timeout(CONNECT_TIMEOUT, session.wait_for_connection()).await.ok() != Some(true) {
        return unreachable(&source, "no session");
    }
    let (to, mut told) = mpsc::channel::<(NodeId, DataValue)>(WAITING_MAX);
    let callback = DataChangeCallback::new(move |value, item| {
        // What does not fit is lost; the next change of the node comes again.
        let _full = to.try_send((item.item_to_monitor().node_id.clone(), value));
    });
    let every = Duration::from_millis(source.publish_ms.into());
    let created = session.create_subscription(every, 60, 20, 0, 0, true, callback).await;
    let subscription = match created {
        Ok(subscription) => subscription,
        Err(error) => return format!("the server takes no subscription ({error})"),
    };
    let items = source.nodes.iter().filter_map(|node| item(&source, node)).collect();
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
    opcua.statuses.answered(source.id, opcua.ingest.now(), 0, refusals, refused);
    let mut batch = Vec::new();
    while told.recv_many(&mut batch, BATCH_MAX).await > 0 {
        if let Err(cause) = take(&opcua, &source, &batch).await {
            return cause;
        }
        batch.clear();
    }
    "the subscription ended".to_owned()
}

fn item(source: &OpcuaSource, node: &super::Node) -> Option<MonitoredItemCreateRequest> {
    let filter = DataChangeFilter {
        trigger: DataChangeTrigger::StatusValue,
        deadband_type: if node.deadband > 0.0 { DEADBAND_ABSOLUTE } else { 0 },
        deadband_value: node.deadband,
    };
    let parameters = MonitoringParameters {
        sampling_interval: f64::from(source.publish_ms),
        filter: ExtensionObject::from_message(filter),
        queue_size: QUEUE,
        discard_oldest: true,
        ..MonitoringParameters::default()
    };
    let id = node_id(&node.node)?;
    Some(MonitoredItemCreateRequest::new(id.into(), MonitoringMode::Reporting, parameters))
}

async fn take(
    opcua: &Opcua,
    source: &OpcuaSource,
    batch: &[(NodeId, DataValue)],
) -> Result<(), String> {
    let now = opcua.ingest.now();
    let mut entries = Vec::with_capacity(batch.len());
    for (id, data) in batch {
        // One node may feed several points.
        for node in source.nodes.iter().filter(|node| node_id(&node.node).as_ref() == Some(id)) {
            let told = told(node, data);
            entries.push(polled::Entry {
                point: &node.point,
                at: told.at.unwrap_or(now),
                value: told.value.map_or_else(polled::Value::None, polled::Value::Number),
                doubtful: told.doubtful,
            });
        }
    }
    let actor = Actor::system(&format!("opcua_source:{}", source.id));
    let settled =
        polled::send(&opcua.ingest, source.device_id, entries.into_iter(), now, &actor).await?;
    let (accepted, rejected) = (settled.accepted, settled.rejected);
    opcua.statuses.answered(source.id, now, accepted, rejected, settled.reason);
    Ok(())
}
