//! The calls: one task for each `host:port`, which reads what is due, one read after the other.
//!
//! A unit that is silent or refuses is left alone by itself for a while; a connection that is refused or
//! breaks puts off everything behind it. Lists that change end their task, and a new one starts.

use std::time::Duration;

use base::Instant;
use tokio::net::TcpStream;
use tokio::time::{Instant as Moment, sleep, sleep_until, timeout};
use tokio_modbus::client::{Client as _, Context, Reader as _, tcp};
use tokio_modbus::slave::{Slave, SlaveContext as _};
use tokio_util::sync::CancellationToken;

use super::decode::{Cells, Decoded, decode};
use super::plan::{Read, plan};
use super::{Function, ModbusConnection};
use crate::source::work::{Asked, Sources};
use crate::source::{Source, SourceKind, backoff, polled};

/// A connection with nothing to read for this long is closed: gateways do it too, but without a word.
const IDLE_MAX: Duration = Duration::from_secs(5);
/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A unit behind the address.
type Unit = Asked<ModbusConnection>;

/// One read that comes back.
struct Job<'a> {
    unit: &'a Unit,
    read: Read,
    due: Moment,
}

/// Asks everything behind one address until `token` ends it.
pub(crate) async fn ask(
    sources: Sources,
    (host, port): (String, u16),
    units: Vec<Unit>,
    token: CancellationToken,
) {
    let now = Moment::now();
    let reads = |unit: &Unit| plan(&unit.connection.polls, unit.connection.gap_max);
    let mut jobs: Vec<Job<'_>> = units
        .iter()
        .flat_map(|unit| reads(unit).into_iter().map(move |read| Job { unit, read, due: now }))
        .collect();
    while !token.is_cancelled() && !jobs.is_empty() {
        let work = async {
            // No connection stands while nothing is due: cheap gateways have few of them.
            sleep_until(next_due(&jobs)).await;
            match connect(&host, port).await {
                Ok(mut context) => {
                    let lost = serve(&sources, &mut context, &mut jobs).await;
                    let _ = timeout(CONNECT_TIMEOUT, context.disconnect()).await;
                    lost
                }
                Err(error) => {
                    sources.count(SourceKind::Modbus, "connect");
                    Some(error)
                }
            }
        };
        let lost = tokio::select! {
            () = token.cancelled() => return,
            lost = work => lost,
        };
        let Some(error) = lost else { continue };
        let waits = units.iter().map(|unit| sources.failed(unit.id, SourceKind::Modbus, &error));
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
async fn serve(sources: &Sources, context: &mut Context, jobs: &mut [Job<'_>]) -> Option<String> {
    loop {
        let job = jobs.iter_mut().min_by_key(|job| job.due)?;
        if job.due > Moment::now() + IDLE_MAX {
            return None;
        }
        sleep_until(job.due).await;
        let (unit, at) = (job.unit, &job.unit.connection);
        let failed = |error: &str| sources.failed(unit.id, SourceKind::Modbus, error);
        context.set_slave(Slave(at.unit));
        let limit = Duration::from_millis(at.timeout_ms.into());
        let asked_at = sources.ingest.now();
        let answer = timeout(limit, read(context, &job.read)).await;
        let interval = Duration::from_secs(job.read.interval_s.into());
        job.due = (job.due + interval).max(Moment::now());
        let what = job.read.words();
        match answer {
            Ok(Ok(Ok(cells))) => {
                sources.count(SourceKind::Modbus, "ok");
                let measured_at = middle(asked_at, sources.ingest.now());
                if let Err(error) = take(sources, unit, &job.read, &cells, measured_at).await {
                    put_off(jobs, unit.id, failed(&error));
                }
            }
            Ok(Ok(Err(exception))) => {
                sources.count(SourceKind::Modbus, "exception");
                let error = format!(
                    "unit {} refuses {what} ({exception}): check unit, function and addresses",
                    at.unit
                );
                put_off(jobs, unit.id, failed(&error));
            }
            Ok(Err(error)) => {
                sources.count(SourceKind::Modbus, "transport");
                job.due = Moment::now();
                return Some(format!("the connection was lost while reading {what}: {error}"));
            }
            Err(_) => {
                sources.count(SourceKind::Modbus, "timeout");
                let error = format!(
                    "unit {} does not answer to {what} within {} ms: check unit and wiring",
                    at.unit, at.timeout_ms
                );
                put_off(jobs, unit.id, failed(&error));
                // A late answer would be taken for the next: begin anew.
                return None;
            }
        }
    }
}

/// Leaves a source alone for a while.
fn put_off(jobs: &mut [Job<'_>], id: base::Id<Source>, wait: Duration) {
    let not_before = Moment::now() + wait;
    for job in jobs.iter_mut().filter(|job| job.unit.id == id) {
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

/// A meter says no time: it read its registers somewhere between the question and the answer.
fn middle(asked_at: Instant, answered_at: Instant) -> Instant {
    asked_at + answered_at.since(asked_at) / 2
}

/// Sends the values of an answer on their way.
async fn take(
    sources: &Sources,
    unit: &Unit,
    read: &Read,
    cells: &Cells,
    measured_at: Instant,
) -> Result<(), String> {
    let entries = read.lines.iter().map(|&(line, at)| {
        let poll = &unit.connection.polls[line];
        let value = match decode(poll, cells, at) {
            Decoded::Value(value) => polled::Value::Number(value),
            Decoded::NoValue(raw) => polled::Value::None(format!("no value ({raw})")),
            Decoded::Missing => polled::Value::None("missing in the answer".to_owned()),
        };
        polled::Entry { point: &poll.point, at: measured_at, value, doubtful: false }
    });
    sources.take(unit.id, unit.device_id, entries).await
}
