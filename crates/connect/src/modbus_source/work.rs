//! The calls: one task for each `host:port`, which reads what is due, one read after the other.
//!
//! A unit that is silent or refuses is left alone by itself for a while; a connection that is refused or
//! breaks puts off everything behind it. Lists that change end their task, and a new one starts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use base::{Actor, Instant};
use platform::Platform;
use platform::metrics::{Counter, Family, Label};
use telemetry::ingress::Ingest;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant as Moment, sleep, sleep_until, timeout};
use tokio_modbus::client::{Client as _, Context, Reader as _, tcp};
use tokio_modbus::slave::{Slave, SlaveContext as _};
use tokio_util::sync::CancellationToken;

use super::decode::{Cells, Decoded, decode};
use super::plan::{Read, plan};
use super::{Function, ModbusSource, store};
use crate::status::Statuses;
use crate::{backoff, polled};

/// How often the table is looked at without a nudge: another process may have written.
const RELOAD_EVERY: Duration = Duration::from_secs(15);
/// A connection with nothing to read for this long is closed: gateways do it too, but without a word.
const IDLE_MAX: Duration = Duration::from_secs(5);
/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Everything that asks devices over Modbus. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Modbus {
    pub(crate) platform: Platform,
    pub(crate) ingest: Ingest,
    pub(crate) statuses: Statuses<ModbusSource>,
    /// The table changed.
    pub(crate) nudge: Arc<Notify>,
    reads: Family<Label, Counter>,
}

impl Modbus {
    pub(crate) fn new(platform: &Platform, ingest: &Ingest) -> Self {
        let reads = platform.metrics.register(
            "connect_modbus_read",
            "Reads of Modbus devices, by outcome",
            Family::<Label, Counter>::default(),
        );
        Self {
            platform: platform.clone(),
            ingest: ingest.clone(),
            statuses: Statuses::default(),
            nudge: Arc::default(),
            reads,
        }
    }

    fn count(&self, kind: &str) {
        self.reads.get_or_create(&Label { kind: kind.to_owned() }).inc();
    }

    fn failed(&self, source: &ModbusSource, error: &str) -> Duration {
        let now = self.ingest.now();
        let failures = self.statuses.failed(source.id, now, error);
        if failures == 1 {
            let id = source.id.to_string();
            tracing::warn!(source = id, cause = error, "a Modbus source does not answer");
        }
        backoff::wait(failures, backoff::random(self.platform.clock.as_ref()))
    }
}

/// Sources behind one address.
type Endpoint = (String, u16);

struct Running {
    sources: Vec<ModbusSource>,
    token: CancellationToken,
    task: AbortHandle,
}

/// Keeps one task for each address until `token` ends it.
pub(crate) async fn run(modbus: Modbus, token: CancellationToken) {
    let (mut tasks, mut running) = (JoinSet::new(), HashMap::new());
    loop {
        match load(&modbus).await {
            Ok(wanted) => reconcile(&modbus, &token, wanted, &mut running, &mut tasks),
            Err(error) => {
                tracing::warn!(cause = %error, "the Modbus sources could not be read; tried again");
            }
        }
        tokio::select! {
            () = token.cancelled() => break,
            () = modbus.nudge.notified() => {}
            () = sleep(RELOAD_EVERY) => {}
        }
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

async fn load(
    modbus: &Modbus,
) -> Result<BTreeMap<Endpoint, Vec<ModbusSource>>, platform::db::DbError> {
    let mut by_endpoint = BTreeMap::<Endpoint, Vec<ModbusSource>>::new();
    for source in store::enabled(&mut modbus.platform.db.read().await?).await? {
        by_endpoint.entry((source.host.clone(), source.port)).or_default().push(source);
    }
    Ok(by_endpoint)
}

fn reconcile(
    modbus: &Modbus,
    token: &CancellationToken,
    mut wanted: BTreeMap<Endpoint, Vec<ModbusSource>>,
    running: &mut HashMap<Endpoint, Running>,
    tasks: &mut JoinSet<()>,
) {
    running.retain(|endpoint, old| {
        let stays = !old.task.is_finished() && wanted.get(endpoint) == Some(&old.sources);
        if stays {
            wanted.remove(endpoint);
        } else {
            old.token.cancel();
        }
        stays
    });
    for (endpoint, sources) in wanted {
        let token = token.child_token();
        let asked = ask(modbus.clone(), endpoint.clone(), sources.clone(), token.clone());
        let task = tasks.spawn(asked);
        running.insert(endpoint, Running { sources, token, task });
    }
}

/// One read that comes back.
struct Job<'a> {
    source: &'a ModbusSource,
    read: Read,
    due: Moment,
}

/// Asks everything behind one address until `token` ends it.
async fn ask(
    modbus: Modbus,
    (host, port): Endpoint,
    sources: Vec<ModbusSource>,
    token: CancellationToken,
) {
    let now = Moment::now();
    let mut jobs: Vec<Job<'_>> = sources
        .iter()
        .flat_map(|source| {
            plan(&source.polls, source.gap_max).into_iter().map(move |read| (source, read))
        })
        .map(|(source, read)| Job { source, read, due: now })
        .collect();
    while !token.is_cancelled() && !jobs.is_empty() {
        let work = async {
            // No connection stands while nothing is due: cheap gateways have few of them.
            sleep_until(next_due(&jobs)).await;
            match connect(&host, port).await {
                Ok(mut context) => {
                    let lost = serve(&modbus, &mut context, &mut jobs).await;
                    let _ = timeout(CONNECT_TIMEOUT, context.disconnect()).await;
                    lost
                }
                Err(error) => {
                    modbus.count("connect");
                    Some(error)
                }
            }
        };
        let lost = tokio::select! {
            () = token.cancelled() => return,
            lost = work => lost,
        };
        let Some(error) = lost else { continue };
        let waits = sources.iter().map(|source| modbus.failed(source, &error));
        let wait = waits.max().unwrap_or(backoff::LONGEST);
        tokio::select! {
            () = token.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}

fn next_due(jobs: &[Job<'_>]) -> Moment {
    jobs.iter().map(|job| job.due).min().unwrap_or_else(Moment::now)
}

async fn connect(host: &str, port: u16) -> Result<Context, String> {
    match timeout(CONNECT_TIMEOUT, TcpStream::connect((host, port))).await {
        Ok(Ok(stream)) => {
            // A read is one small packet: waiting to fill it up only delays it.
            let _ = stream.set_nodelay(true);
            Ok(tcp::attach(stream))
        }
        Ok(Err(error)) => Err(format!(
            "{host}:{port} cannot be reached ({error}): check the address, the cable and the power"
        )),
        Err(_) => Err(format!(
            "{host}:{port} does not take a connection within {} s: check the address and firewalls",
            CONNECT_TIMEOUT.as_secs()
        )),
    }
}

/// Reads what is due, as long as the connection can be used. `None`: it was closed because nothing is due
/// for a while, or a unit was silent. `Some`: the connection is lost, in words.
async fn serve(modbus: &Modbus, context: &mut Context, jobs: &mut [Job<'_>]) -> Option<String> {
    loop {
        let job = jobs.iter_mut().min_by_key(|job| job.due)?;
        if job.due > Moment::now() + IDLE_MAX {
            return None;
        }
        sleep_until(job.due).await;
        let (source, id) = (job.source, job.source.id);
        context.set_slave(Slave(source.unit));
        let limit = Duration::from_millis(source.timeout_ms.into());
        let answer = timeout(limit, read(context, &job.read)).await;
        let interval = Duration::from_secs(job.read.interval_s.into());
        job.due = (job.due + interval).max(Moment::now());
        let what = job.read.words();
        match answer {
            Ok(Ok(Ok(cells))) => {
                modbus.count("ok");
                if let Err(error) = take(modbus, source, &job.read, &cells).await {
                    put_off(jobs, id, modbus.failed(source, &error));
                }
            }
            Ok(Ok(Err(exception))) => {
                modbus.count("exception");
                let error = format!(
                    "unit {} refuses {what} ({exception}): check unit, function and addresses",
                    source.unit
                );
                put_off(jobs, id, modbus.failed(source, &error));
            }
            Ok(Err(error)) => {
                modbus.count("transport");
                job.due = Moment::now();
                return Some(format!("the connection was lost while reading {what}: {error}"));
            }
            Err(_) => {
                modbus.count("timeout");
                let error = format!(
                    "unit {} does not answer to {what} within {} ms: check unit and wiring",
                    source.unit, source.timeout_ms
                );
                put_off(jobs, id, modbus.failed(source, &error));
                // A late answer would be taken for the next: begin anew.
                return None;
            }
        }
    }
}

/// Leaves a source alone for a while.
fn put_off(jobs: &mut [Job<'_>], id: base::Id<ModbusSource>, wait: Duration) {
    let not_before = Moment::now() + wait;
    for job in jobs.iter_mut().filter(|job| job.source.id == id) {
        job.due = job.due.max(not_before);
    }
}

async fn read(context: &mut Context, read: &Read) -> tokio_modbus::Result<Cells> {
    let (start, count) = (read.start, read.count);
    let words = |answer: tokio_modbus::Result<Vec<u16>>| Ok(answer?.map(Cells::Words));
    let bits = |answer: tokio_modbus::Result<Vec<bool>>| Ok(answer?.map(Cells::Bits));
    match read.function {
        Function::Holding => words(context.read_holding_registers(start, count).await),
        Function::Input => words(context.read_input_registers(start, count).await),
        Function::Coil => bits(context.read_coils(start, count).await),
        Function::Discrete => bits(context.read_discrete_inputs(start, count).await),
    }
}

/// Sends the values of an answer on their way.
async fn take(
    modbus: &Modbus,
    source: &ModbusSource,
    read: &Read,
    cells: &Cells,
) -> Result<(), String> {
    let now: Instant = modbus.ingest.now();
    let entries = read.lines.iter().map(|&(line, at)| {
        let poll = &source.polls[line];
        let value = match decode(poll, cells, at) {
            Decoded::Value(value) => polled::Value::Number(value),
            Decoded::NoValue(raw) => polled::Value::None(format!("no value ({raw})")),
            Decoded::Missing => polled::Value::None("missing in the answer".to_owned()),
        };
        polled::Entry { point: &poll.point, at: now, value, doubtful: false }
    });
    let actor = Actor::system(&format!("modbus_source:{}", source.id));
    let settled = polled::send(&modbus.ingest, source.device_id, entries, now, &actor).await?;
    let (accepted, rejected) = (settled.accepted, settled.rejected);
    modbus.statuses.answered(source.id, now, accepted, rejected, settled.reason);
    Ok(())
}
