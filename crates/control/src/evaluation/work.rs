//! The one loop that owns the states: it takes batches and deadlines, evaluates in memory, and writes
//! what changed. Nothing else writes `rule_state`.

use std::sync::Arc;
use std::time::Duration;

use base::{Actor, Instant, ReadingBatch};
use platform::db::{DbError, WriteTx};
use registry::directory::PointInfo;
use registry::point::PointClass;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::engine::{Engine, Outcome};
use super::{Effect, EffectKind, store, target};
use crate::alarm::rules::{self, Seen};
use crate::alarm::{self, Alarm, Condition, Origin, RuleRef, Title};
use crate::alarm_rule::{self, AlarmRule, RuleCondition};
use crate::{Control, LastSeen};

mod found;

/// The longest sleep: a clock step or a change elsewhere is noticed within it.
const TICK: Duration = Duration::from_millis(250);
/// A deadline waits this long for readings that arrived before it and are still on their way here.
const GRACE: Duration = Duration::from_millis(100);
/// Batches evaluated before the outcome is written.
const BATCHES_AT_ONCE: usize = 64;
/// Outcomes written in one transaction: about 10 ms on SQLite.
const OUTCOMES_IN_ONE: usize = 50;
/// How long to wait before a failed write is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// How often rules are read again though nobody of this process changed one.
const REREAD: Duration = Duration::from_secs(30);
/// How often the counts for `/metrics` are taken.
const COUNT_EVERY: Duration = Duration::from_secs(10);

/// Runs until the token ends it; then finishes what has arrived.
pub(crate) async fn run(
    control: Control,
    mut readings: mpsc::Receiver<ReadingBatch>,
    arrivals: Vec<LastSeen>,
    token: CancellationToken,
) {
    let Some(mut turn) = Turn::begin(control, arrivals, &token).await else { return };
    let mut connected = true;
    while !token.is_cancelled() {
        let mut batches = Vec::new();
        let nudge = turn.control.nudge.clone();
        tokio::select! {
            () = token.cancelled() => {}
            () = nudge.notified() => turn.reread_at = Instant::from_micros(0),
            () = tokio::time::sleep(turn.pause()) => {}
            count = readings.recv_many(&mut batches, BATCHES_AT_ONCE), if connected => {
                connected = count > 0;
            }
        }
        turn.go(&batches, &token).await;
    }
    readings.close();
    let mut batches = Vec::new();
    while readings.recv_many(&mut batches, BATCHES_AT_ONCE).await > 0 {
        turn.go(&batches, &token).await;
        batches.clear();
    }
}

/// What the loop keeps between its turns.
struct Turn {
    control: Control,
    engine: Engine,
    generation: Option<i64>,
    reread_at: Instant,
    count_at: Instant,
    next_expiry: Option<Instant>,
}

impl Turn {
    /// Reads what was written before; waits for the store as long as the process runs.
    async fn begin(
        control: Control,
        arrivals: Vec<LastSeen>,
        token: &CancellationToken,
    ) -> Option<Self> {
        let stored = loop {
            let read = async { store::all(&mut control.platform.db.read().await?).await };
            match read.await {
                Ok(stored) => break stored,
                Err(error) => warn(&error, "the states of the rules cannot be read"),
            }
            if wait(RETRY, token).await {
                return None;
            }
        };
        let past = Instant::from_micros(0);
        Some(Self {
            engine: Engine::new(stored, arrivals),
            control,
            generation: None,
            reread_at: past,
            count_at: past,
            next_expiry: None,
        })
    }

    fn now(&self) -> Instant {
        self.control.platform.clock.now()
    }

    /// Until the next deadline, but no longer than a tick.
    fn pause(&self) -> Duration {
        let next = [self.engine.next_deadline().map(|at| at + GRACE), self.next_expiry];
        let now = self.now();
        next.into_iter().flatten().map(|at| at.since(now)).min().unwrap_or(TICK).min(TICK)
    }

    /// One turn: rules, readings, deadlines, shelves, counts.
    async fn go(&mut self, batches: &[ReadingBatch], token: &CancellationToken) {
        let generation = Some(self.control.directory.snapshot().generation());
        if self.now() >= self.reread_at || generation != self.generation {
            match self.align(generation).await {
                Ok(outcomes) => self.write(&outcomes, token).await,
                Err(error) => warn(&error, "the rules cannot be read"),
            }
        }
        self.evaluate(batches, token).await;
        let outcomes = self.engine.due(self.now() - GRACE);
        self.write(&outcomes, token).await;
        if let Err(error) = self.unshelve().await {
            warn(&error, "shelves that are over cannot be taken down");
        }
        if self.now() >= self.count_at {
            self.count_at = self.now() + COUNT_EVERY;
            if let Err(error) = self.count().await {
                warn(&error, "open alarms cannot be counted");
            }
        }
    }

    async fn align(&mut self, generation: Option<i64>) -> Result<Vec<Outcome>, DbError> {
        let mut tx = self.control.platform.db.read().await?;
        let rules = alarm_rule::store::all(&mut tx).await?;
        self.next_expiry = alarm::store::next_expiry(&mut tx).await?;
        drop(tx);
        let (directory, now) = (self.control.directory.snapshot(), self.now());
        let watched = |rule: AlarmRule| {
            let watches = target::watches(&rule, &directory, now);
            (Arc::new(rule), watches)
        };
        let rules: Vec<_> = rules.into_iter().map(watched).collect();
        self.reread_at = now + REREAD;
        self.generation = generation;
        let outcomes = self.engine.align(&rules, now);
        self.control.metrics.watched(self.engine.len());
        Ok(outcomes)
    }

    async fn evaluate(&mut self, batches: &[ReadingBatch], token: &CancellationToken) {
        for batch in batches {
            let now = self.now();
            self.control.metrics.lag(now.since(batch.arrived));
            let outcomes = self.engine.read(batch, now);
            self.write(&outcomes, token).await;
            self.write_findings(&self.engine.search(batch), token).await;
        }
    }

    /// Writes until it is written; only the end of the process interrupts, and the next start then
    /// evaluates the same readings again from the state that stands.
    async fn write(&self, outcomes: &[Outcome], token: &CancellationToken) {
        for outcomes in outcomes.chunks(OUTCOMES_IN_ONE) {
            while let Err(error) = self.write_once(outcomes).await {
                warn(&error, "transitions of alarms cannot be written and are tried again");
                if wait(RETRY, token).await {
                    return;
                }
            }
        }
    }

    async fn write_once(&self, outcomes: &[Outcome]) -> Result<(), DbError> {
        let mut tx = self.control.platform.db.write().await?;
        let (now, mut told) = (self.now(), Vec::new());
        for outcome in outcomes {
            let key = (outcome.rule.id, outcome.series);
            store::put(&mut tx, key, &outcome.state, now).await?;
            for effect in &outcome.effects {
                told.extend(self.tell(&mut tx, outcome, effect, now).await?);
            }
        }
        tx.commit().await?;
        for operation in told {
            self.control.count(operation);
        }
        Ok(())
    }

    /// Raises or returns the alarm of a pair of rule and point.
    async fn tell(
        &self,
        tx: &mut WriteTx,
        outcome: &Outcome,
        effect: &Effect,
        now: Instant,
    ) -> Result<Option<alarm::Operation>, DbError> {
        let rule = &outcome.rule;
        let key = format!("rule:{}:{}", rule.id, outcome.series.0);
        let open = alarm::store::open_by_key(tx, rule.complex_id, &key).await?;
        let seen = Seen {
            by: Actor::system("control.evaluation"),
            at: effect.at,
            now,
            grade: rule.grade,
            value: effect.value,
            why: outcome.why.map(str::to_owned),
            rule_version: Some(rule.version),
            late_fire: effect.late_fire,
        };
        let change = match (effect.kind, open) {
            (EffectKind::Raise, Some(alarm)) if alarm.condition == Condition::Active => None,
            (EffectKind::Raise, Some(alarm)) => rules::recur(&alarm, &seen).ok(),
            (EffectKind::Raise, None) => self.birth(rule, outcome, &key, &seen),
            (EffectKind::Clear, Some(alarm)) => rules::return_to_normal(&alarm, &seen).ok(),
            (EffectKind::Clear, None) => None,
        };
        let Some(change) = change else { return Ok(None) };
        if !alarm::store::save(tx, &change).await? {
            // Only on PostgreSQL: a person acted between our read and our write. Try all again.
            return Err(DbError::Constraint(format!(
                "alarm {} changed meanwhile",
                change.alarm.id
            )));
        }
        Ok(Some(change.transition.operation))
    }

    fn birth(
        &self,
        rule: &Arc<AlarmRule>,
        outcome: &Outcome,
        key: &str,
        seen: &Seen,
    ) -> Option<alarm::Change> {
        let directory = self.control.directory.snapshot();
        let point = directory.point_by_series(outcome.series)?;
        let device = directory.device(point.device).map_or("", |device| &*device.name);
        let origin = origin(rule, point, device, key, seen.at);
        let id = self.control.platform.clock.new_id::<Alarm>();
        Some(rules::raise(id, origin, rule.latched, seen))
    }

    async fn unshelve(&mut self) -> Result<(), DbError> {
        if self.next_expiry.is_none_or(|at| at > self.now()) {
            return Ok(());
        }
        let (now, task) = (self.now(), Actor::system("control.alarm.unshelve"));
        let mut tx = self.control.platform.db.write().await?;
        for alarm in alarm::store::expired(&mut tx, now).await? {
            if let Some(change) = rules::expire_shelf(&alarm, &task, now) {
                alarm::store::save(&mut tx, &change).await?;
            }
        }
        self.next_expiry = alarm::store::next_expiry(&mut tx).await?;
        tx.commit().await
    }

    async fn count(&self) -> Result<(), DbError> {
        let mut tx = self.control.platform.db.read().await?;
        let stale_before = self.now() - alarm::api::STALE_AFTER;
        let counts = alarm::store::summary(&mut tx, None, None, stale_before).await?;
        self.control.metrics.open(&counts);
        Ok(())
    }
}

/// What an alarm of this rule and point is about. Its title names rule, point, device and limit, never
/// the value.
fn origin(rule: &AlarmRule, point: &PointInfo, device: &str, key: &str, at: Instant) -> Origin {
    let unit = base::quantity(&point.quantity).map_or(&*point.unit, |quantity| quantity.unit);
    let mut params: std::collections::BTreeMap<String, String> = [
        ("rule", rule.name.as_str()),
        ("point", &point.name),
        ("device", device),
        ("quantity", &point.quantity),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .into();
    let mut put = |name: &str, text: String| params.insert(name.to_owned(), text);
    match &rule.condition {
        RuleCondition::Threshold { limit, on_delay_s, .. } => {
            put("limit", limit.to_string());
            put("unit", unit.to_owned());
            put("delay_s", on_delay_s.to_string());
        }
        RuleCondition::Absence { after_s } => {
            put("after_s", after_s.to_string());
        }
    }
    Origin {
        complex: rule.complex_id,
        owner: point.owner_at(at),
        private: point.class == PointClass::Tenant,
        source: "rule".to_owned(),
        kind: rule.condition.kind().to_owned(),
        subject: format!("point:{}", point.id),
        device: Some(point.device),
        dedupe_key: key.to_owned(),
        rule: Some(RuleRef { id: rule.id, version: rule.version }),
        title: Title { code: rule.condition.kind().to_owned(), params },
        unit: Some(unit.to_owned()),
        place: point.position,
        demo: point.demo,
    }
}

fn warn(error: &DbError, what: &str) {
    tracing::error!(cause = %error, "{what}");
}

/// Waits; true when the process ends meanwhile.
async fn wait(time: Duration, token: &CancellationToken) -> bool {
    tokio::select! {
        () = token.cancelled() => true,
        () = tokio::time::sleep(time) => false,
    }
}
