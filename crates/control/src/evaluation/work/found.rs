//! Writes what an imported file tells of the past: one alarm for each rule, point and owner, that
//! came and went at the time of its worst reading.
//!
//! The key of a finding is its own, so the live alarm of the same rule and point is untouched. It
//! holds the owner at the time of the reading as well: a finding in one tenant's time is never
//! overwritten with the value of the next tenant.
//!
//! What was told once is not told again: the alarms of the key are the memory, open or over, and
//! only a value worse than all of them is news. It updates the finding while that is open, and is a
//! new one after.

use base::{Actor, Instant, Reading};
use platform::db::{DbError, WriteTx};
use tokio_util::sync::CancellationToken;

use super::{OUTCOMES_IN_ONE, RETRY, Turn, origin, wait, warn};
use crate::alarm::rules::{self, Seen};
use crate::alarm::{self, Alarm, Change, Origin};
use crate::alarm_rule::{Direction, RuleCondition};
use crate::evaluation::engine::Finding;
use crate::evaluation::findings::{is_worse, kind};

/// Why an alarm came, in its history: by a file, not live.
const WHY: &str = "import";

impl Turn {
    /// Writes until it is written, or until the process ends.
    pub(super) async fn write_findings(&self, findings: &[Finding], token: &CancellationToken) {
        for findings in findings.chunks(OUTCOMES_IN_ONE) {
            while let Err(error) = self.write_findings_once(findings).await {
                warn(&error, "findings of an import cannot be written and are tried again");
                if wait(RETRY, token).await {
                    return;
                }
            }
        }
    }

    async fn write_findings_once(&self, findings: &[Finding]) -> Result<(), DbError> {
        let mut tx = self.control.platform.db.write().await?;
        let (now, mut told) = (self.now(), Vec::new());
        for finding in findings {
            for change in self.find(&mut tx, finding, now).await? {
                if !alarm::store::save(&mut tx, &change).await? {
                    let id = change.alarm.id;
                    return Err(DbError::Constraint(format!("alarm {id} changed meanwhile")));
                }
                told.push(change.transition.operation);
            }
        }
        tx.commit().await?;
        for operation in told {
            self.control.count(operation);
        }
        Ok(())
    }

    /// What a finding changes; nothing where as much was told before, or the point is gone.
    async fn find(
        &self,
        tx: &mut WriteTx,
        finding: &Finding,
        now: Instant,
    ) -> Result<Vec<Change>, DbError> {
        let Some((direction, at)) = place(finding) else { return Ok(Vec::new()) };
        let Some(origin) = self.origin_of(finding, direction, at) else { return Ok(Vec::new()) };
        let value = finding.worst.value;
        let told = alarm::store::told_by_key(tx, origin.complex, &origin.dedupe_key).await?;
        let worst_told = told.map(|told| match direction {
            Direction::Above => told.highest,
            Direction::Below => told.lowest,
        });
        if worst_told.is_some_and(|told| !is_worse(direction, value, told)) {
            return Ok(Vec::new());
        }
        let seen = Seen {
            by: Actor::system("control.evaluation"),
            at,
            now,
            grade: finding.rule.grade,
            value: Some(value),
            why: Some(WHY.to_owned()),
            rule_version: Some(finding.rule.version),
            late_fire: false,
        };
        let open = alarm::store::open_by_key(tx, origin.complex, &origin.dedupe_key).await?;
        let changes = if let Some(open) = open {
            rules::worsen(&open, origin.title, &seen).map(|change| vec![change])
        } else {
            let id = self.control.platform.clock.new_id::<Alarm>();
            rules::record(id, origin, &seen).map(Vec::from)
        };
        // Never refused: an open finding is not over and has returned, a new one has just come.
        Ok(changes.unwrap_or_default())
    }

    fn origin_of(&self, finding: &Finding, direction: Direction, at: Instant) -> Option<Origin> {
        let directory = self.control.directory.snapshot();
        let Finding { rule, worst: Reading { series, .. } } = finding;
        let point = directory.point_by_series(*series)?;
        let device = directory.device(point.device).map_or("", |device| &*device.name);
        let owner = point.owner_at(at).map_or_else(|| "none".to_owned(), |id| id.to_string());
        let key = format!("import:{}:{}:{owner}", rule.id, series.0);
        let mut origin = origin(rule, point, device, &key, at);
        kind(direction).clone_into(&mut origin.kind);
        kind(direction).clone_into(&mut origin.title.code);
        origin.title.params.insert("at".to_owned(), at.to_string());
        Some(origin)
    }
}

/// On which side and when; none for what is no finding at all.
fn place(finding: &Finding) -> Option<(Direction, Instant)> {
    let RuleCondition::Threshold { direction, .. } = finding.rule.condition else { return None };
    let at = Instant::from_millis(finding.worst.at_ms).ok()?;
    Some((direction, at))
}
