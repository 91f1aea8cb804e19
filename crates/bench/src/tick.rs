//! `sandan bench tick`: one quarter of an hour of every meter of twenty-one complexes.
//!
//! In this process, through the product's own parts: the readings come as Arrow columns to the HTTP handler,
//! are checked against the registry and made durable; the control centre evaluates a rule about each meter, the
//! energy room the billing demand of each contract. The clock stops when both have told of the last meter.
//! Contracts and their months before are made in memory; reading them back is not a part of a tick.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Tick};

use anyhow::{Context as _, bail, ensure};
use base::{Clock, FixedClock, Id, Instant};
use clap::Args;
use energy::Energy;
use energy::peak::Watched;
use energy_rules::bill::CustomerContract;
use energy_rules::demand::{DemandWatch, SLOT_MS, slot_of};
use energy_rules::tariff::{Class, Tariffs};
use platform::args;
use platform::clock::SystemClock;
use platform::testing::send;
use platform::{Ctx, Platform};
use registry::Directory;
use serde::Serialize;
use serde_json::{Value, json};
use telemetry::Telemetry;

use crate::ingest::{Row, columns};
use crate::stats::{cpu_seconds, share_ms};

/// Complexes, as many as take part in the programme.
const COMPLEXES: usize = 21;
/// Meters of one tenant.
const METERS_PER_TENANT: usize = 10;
/// Readings of one request.
const BATCH: usize = 10_000;
/// Contract power, kW, and what is billed at least: 30 %.
const CONTRACT_KW: u32 = 1_000;
/// What most meters count in a quarter of an hour: 200 kW, below what is billed.
const QUIET_KWH: f64 = 50.0;
/// What some count: 400 kW, above what is billed and above the rule.
const PEAK_KWH: f64 = 100.0;
/// The rule's limit, kWh a quarter of an hour.
const RULE_KWH: f64 = 90.0;
/// One meter in so many has a peak.
const PEAK_EVERY: usize = 1_000;
/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

platform::statements! {
    /// Signals of the energy room.
    SIGNALS = "SELECT COUNT(*) AS n FROM outbox WHERE topic = 'signal'";
    /// Alarms of the rule.
    ALARMS = "SELECT COUNT(*) AS n FROM alarm";
}

#[derive(Debug, Args)]
pub(crate) struct TickArgs {
    /// How many meters.
    #[arg(long, default_value_t = 105_000)]
    meters: usize,
    /// How many ticks are measured, after one that is not.
    #[arg(long, default_value_t = 5)]
    ticks: usize,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What came out.
#[derive(Debug, Serialize)]
struct Figures {
    meters: usize,
    ticks: usize,
    peaks_per_tick: usize,
    /// Until everything was durable.
    durable_ms_p50: f64,
    /// Until the billing demand of the last meter was told.
    billed_ms_p50: f64,
    /// Until the rule of the last meter had raised its alarm, and everything else was done.
    whole_ms_p50: f64,
    whole_ms_max: f64,
    cpu_s_per_tick: f64,
    profile: &'static str,
}

pub(crate) async fn run(args: &TickArgs) -> anyhow::Result<()> {
    ensure!(args.meters >= PEAK_EVERY, "give at least {PEAK_EVERY} meters");
    ensure!((1..PEAK_EVERY).contains(&args.ticks), "give 1 to {} ticks", PEAK_EVERY - 1);
    let dir = platform::testing::temp_dir("bench-tick");
    let figures = measure(args, &dir).await;
    // What cannot be removed is a temporary folder all the same.
    let _ = std::fs::remove_dir_all(&dir);
    let figures = figures?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    let Figures { meters, peaks_per_tick, durable_ms_p50, billed_ms_p50, .. } = figures;
    println!("{meters} meters, {peaks_per_tick} peaks a tick, {} profile", figures.profile);
    println!("durable p50 {durable_ms_p50:.0} ms, billing demands told p50 {billed_ms_p50:.0} ms");
    println!("alarms too p50 {:.0} ms, max {:.0} ms", figures.whole_ms_p50, figures.whole_ms_max);
    println!("CPU {:.2} s a tick", figures.cpu_s_per_tick);
    Ok(())
}

async fn measure(args: &TickArgs, dir: &Path) -> anyhow::Result<Figures> {
    let world = World::open(dir, args.meters).await?;
    let first_ms = slot_of(SystemClock.now().as_millis());
    let (mut durable, mut billed, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let mut cpu = cpu_seconds("self")?;
    let (mut signals, mut alarms) = (0, 0);
    for tick in 0..=args.ticks {
        // Each tick is a slot of its own; the billing demand of a contract that peaked is put back.
        let slot_ms = first_ms + i64::try_from(tick)? * SLOT_MS;
        // A minute after it closed.
        world.clock.set(Instant::from_millis(slot_ms + SLOT_MS + 60_000)?);
        world.watch(slot_ms)?;
        let bodies = world.bodies(tick, slot_ms);
        let peaks = world.peaks(tick).count();
        // What peaked in the tick before is over now, and that is told too.
        signals += peaks + if tick > 0 { world.peaks(tick - 1).count() } else { 0 };
        alarms += peaks;
        if tick == 1 {
            cpu = cpu_seconds("self")?;
        }
        let start = Tick::now();
        world.send(bodies).await?;
        let durable_in = start.elapsed();
        world.wait_for(SIGNALS, signals).await?;
        let billed_in = start.elapsed();
        world.wait_for(ALARMS, alarms).await?;
        let whole_in = start.elapsed();
        if tick > 0 {
            durable.push(durable_in);
            billed.push(billed_in);
            whole.push(whole_in);
        }
    }
    let cpu_s_per_tick = (cpu_seconds("self")? - cpu) / args.ticks.max(1) as f64;
    let peaks_per_tick = world.peaks(1).count();
    world.platform.tasks.shutdown().await;
    world.telemetry.close().await;
    Ok(Figures {
        meters: args.meters,
        ticks: args.ticks,
        peaks_per_tick,
        durable_ms_p50: share_ms(&mut durable, 0.5),
        billed_ms_p50: share_ms(&mut billed, 0.5),
        whole_ms_p50: share_ms(&mut whole, 0.5),
        whole_ms_max: share_ms(&mut whole, 1.0),
        cpu_s_per_tick,
        profile: if cfg!(debug_assertions) { "development" } else { "release" },
    })
}

struct World {
    /// It stands still between ticks: a quarter of an hour need not be waited for.
    clock: Arc<FixedClock>,
    platform: Platform,
    directory: Directory,
    telemetry: Telemetry,
    energy: Energy,
    meters: usize,
    contracts: Vec<(Id<energy::electricity_contract::ElectricityContract>, Arc<CustomerContract>)>,
}

fn system(clock: &Arc<FixedClock>) -> Ctx {
    let clock: Arc<dyn Clock> = clock.clone();
    Ctx::system(&clock, "bench")
}

fn key(meter: usize) -> String {
    format!("tick-{meter:06}")
}

/// Complexes, tenants and meters, each with one counter of quarters of an hour.
fn seed(meters: usize) -> Value {
    let code = |complex: usize| format!("c{complex:02}");
    let tenant = |tenant: usize| format!("시험 {tenant}");
    let tenants = meters.div_ceil(METERS_PER_TENANT);
    json!({
        "demo": true,
        "complexes": (0..COMPLEXES).map(|complex| json!({
            "code": code(complex), "name": code(complex), "name_en": code(complex),
            "kind": "general",
        })).collect::<Vec<_>>(),
        "companies": (0..tenants).map(|n| json!({ "name": tenant(n) })).collect::<Vec<_>>(),
        "establishments": (0..tenants).map(|n| json!({
            "complex": code(n % COMPLEXES), "company": tenant(n), "name": tenant(n),
        })).collect::<Vec<_>>(),
        "profiles": [{ "code": "tick", "name": "tick", "metrics": [{
            "key": "kwh", "quantity": "active_energy", "kind": "interval", "interval_s": 900,
            "expected_interval_s": 900,
        }] }],
        "devices": (0..meters).map(|meter| json!({
            "complex": code(meter / METERS_PER_TENANT % COMPLEXES), "key": key(meter),
            "name": key(meter), "kind": "meter", "profile": "tick",
            "establishment": tenant(meter / METERS_PER_TENANT),
        })).collect::<Vec<_>>(),
    })
}

impl World {
    async fn open(dir: &Path, meters: usize) -> anyhow::Result<Self> {
        let db =
            platform::db::Db::open(&format!("sqlite:{}", dir.join("tick.db").display())).await?;
        let sets = [
            platform::MIGRATIONS,
            registry::MIGRATIONS,
            telemetry::MIGRATIONS,
            control::MIGRATIONS,
            energy::MIGRATIONS,
        ];
        let clock = Arc::new(FixedClock::at(SystemClock.now()));
        let platform = platform::testing::platform_on(db, &sets, clock.clone(), dir).await;
        let seed = serde_json::from_value(seed(meters))?;
        registry::seed::apply(&platform, &base::Actor::system("bench"), seed).await?;
        let directory = Directory::load(&platform).await?;
        let options = telemetry::Options::default();
        let telemetry = Telemetry::open(&platform, directory.clone(), dir, options).await?;
        let control = control::Control::new(platform.clone(), directory.clone());
        let energy = Energy::new(&platform, &directory, &telemetry);
        let ctx = system(&clock);
        let (router, _) = control.routes().split_for_parts();
        for complex in directory.snapshot().complexes() {
            let rule = json!({
                "complex_id": complex.id, "name": "quarter of an hour", "grade": "caution",
                "target": { "kind": "matching", "quantity": "active_energy" },
                "condition": { "kind": "threshold", "direction": "above", "limit": RULE_KWH },
                "rationale": { "cause": "x", "consequence": "x", "corrective_action": "x",
                    "time_to_respond_s": 600 },
            });
            let path = "/api/v1/alarm_rules";
            let (status, answer) = send(router.clone(), &ctx, "POST", path, rule.to_string()).await;
            ensure!(status < 300, "the rule was refused: {answer}");
        }
        control.start(telemetry.subscribe(), Vec::new());
        energy.start(telemetry.subscribe());
        let ids = (0..meters).map(|_| ctx.new_id());
        let tariffs = Tariffs::shipped();
        let day = ctx
            .now
            .timestamp()
            .in_tz("Asia/Seoul")?
            .date()
            .saturating_sub(jiff::Span::new().years(1));
        let w = i64::from(CONTRACT_KW) * 1_000;
        let customer =
            CustomerContract::following(&tariffs, Class::IndustrialB, "hv-a-2", w, day, false);
        let customer = Arc::new(customer);
        let contracts = ids.map(|id| (id, Arc::clone(&customer))).collect();
        Ok(Self { clock, platform, directory, telemetry, energy, meters, contracts })
    }

    /// Watches every contract, as if nothing of this month had been counted yet.
    fn watch(&self, slot_ms: i64) -> anyhow::Result<()> {
        let day = jiff::Timestamp::from_millisecond(slot_ms)?.in_tz("Asia/Seoul")?.date();
        let (_, customer) = self.contracts.first().context("there are meters")?;
        let mut today = self.energy.holds(customer, day).context("the tariff holds today")?;
        // All hours count, so that the figure does not depend on the hour of the day.
        today.counts = u128::MAX;
        let snapshot = self.directory.snapshot();
        for (meter, (contract, customer)) in self.contracts.iter().enumerate() {
            let device = snapshot.device_by_key(&key(meter)).context("a seeded meter")?;
            let point = snapshot.point(device.id, "kwh").context("its point")?;
            self.energy.watch(Watched {
                contract: *contract,
                version: 1,
                complex: device.complex,
                point: point.id,
                energy: point.series,
                power: None,
                target_w: Some(i64::from(CONTRACT_KW) * 300),
                customer: Arc::clone(customer),
                built: Some(day),
                today: today.clone(),
                own: None,
                stored: None,
                before: Arc::default(),
                register: None,
                watch: DemandWatch::new(0),
            });
        }
        Ok(())
    }

    /// The meters with a peak in a tick: others each time, so that each of them raises an alarm of its own.
    fn peaks(&self, tick: usize) -> impl Iterator<Item = usize> {
        (0..self.meters).skip(tick).step_by(PEAK_EVERY)
    }

    /// The requests of a tick, made before the clock starts. A meter with a peak comes last: when it is told,
    /// all are.
    fn bodies(&self, tick: usize, slot_ms: i64) -> Vec<Vec<u8>> {
        let peaks: BTreeSet<usize> = self.peaks(tick).collect();
        let last = peaks.last().copied();
        let order = (0..self.meters).filter(|meter| Some(*meter) != last).chain(last);
        let readings: Vec<_> = order
            .map(|meter| {
                let value = if peaks.contains(&meter) { PEAK_KWH } else { QUIET_KWH };
                Row { device: key(meter), point: "kwh", at_ms: slot_ms, value }
            })
            .collect();
        readings.chunks(BATCH).map(columns).collect()
    }

    async fn send(&self, bodies: Vec<Vec<u8>>) -> anyhow::Result<()> {
        let (router, _) = self.telemetry.routes().split_for_parts();
        for body in bodies {
            let path = "/api/v1/readings/columns";
            let ctx = system(&self.clock);
            let (status, answer) = send(router.clone(), &ctx, "POST", path, body).await;
            ensure!(status == 200 && answer["rejected"] == json!([]), "refused: {answer}");
        }
        Ok(())
    }

    /// Waits until so many rows are there.
    async fn wait_for(&self, sql: &'static str, rows: usize) -> anyhow::Result<()> {
        let start = Tick::now();
        while start.elapsed() < PATIENCE {
            let row = self.platform.db.read().await?.one(sql, args![]).await?;
            let found: i64 = row.context("a count is one row")?.get("n")?;
            if usize::try_from(found)? >= rows {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("{rows} rows were not written within {PATIENCE:?}: {sql}")
    }
}
