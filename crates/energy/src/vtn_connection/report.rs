//! What is reported to a server, where the customer said so and the event asks for it: what the contract's meter counted
//! during a call, its baseline, or that a person opted out.

use base::{Actor, Grant, Instant, Role};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::response::{CallHours, Hours, call_hours};
use jiff::Timestamp;
use openadr::wire::Report;
use platform::http::ApiResult;
use platform::{Audit, Ctx};
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::time::Duration;

use super::VtnConnection;
use crate::Energy;
use crate::dr_event::{self, DrEvent};
use crate::dr_fitness::PastLoad;
use crate::dr_proposal::{DrDecision, DrProposal, ProposalSource, rules, store, take};
use crate::electricity_contract::ElectricityContract;
use crate::load::midnight_ms;

/// How long after its end a call is still reported.
const REPORTED_FOR: Duration = Duration::from_hours(7 * 24);
/// How long late readings are waited for before a report goes without them.
const WAITED: Duration = Duration::from_hours(24);
/// Reports of one round.
const REPORTS_MAX: usize = 20;

const USAGE: &str = "USAGE";
const BASELINE: &str = "BASELINE";
const OPERATING_STATE: &str = "OPERATING_STATE";

/// A report that is due, what kind it is, and of which proposal.
pub(super) type Due = (DrProposal, String, Report);

impl Energy {
    /// The reports of a connection that are due, read as the contract's customer would read them.
    pub(super) async fn due_reports(
        &self,
        ctx: &Ctx,
        connection: &VtnConnection,
        contract: &ElectricityContract,
    ) -> ApiResult<Vec<Due>> {
        let source = ProposalSource::Connection(connection.id);
        let since = Instant::from_micros(
            ctx.now.as_micros() - i64::try_from(REPORTED_FOR.as_micros()).unwrap_or(i64::MAX),
        );
        let mut tx = self.platform.db.read().await?;
        let all = store::of_source(&mut tx, contract.id, source, since).await?;
        drop(tx);
        let mut due = Vec::new();
        for proposal in all {
            for kind in [USAGE, BASELINE, OPERATING_STATE] {
                let is_asked = proposal.offer.asks_reports.iter().any(|asked| asked == kind);
                let mut done = proposal.reported.iter().chain(&proposal.refused);
                let is_sent = done.any(|sent| sent == kind);
                if !is_asked || is_sent || due.len() >= REPORTS_MAX {
                    continue;
                }
                let found = self.report(ctx, (connection, contract), &proposal, kind).await?;
                // One at a time for each proposal: the next kind goes with the next round.
                if let Some(report) = found {
                    due.push((proposal.clone(), kind.to_owned(), report));
                    break;
                }
            }
        }
        Ok(due)
    }

    /// Notes that a report was sent, or that the server refused it for good. A proposal that was changed meanwhile is left
    /// alone: its report goes once more, under another name.
    pub(super) async fn note_reported(
        &self,
        ctx: &Ctx,
        mut proposal: DrProposal,
        (kind, is_taken): (String, bool),
    ) -> ApiResult<()> {
        let list = if is_taken { &mut proposal.reported } else { &mut proposal.refused };
        list.push(kind);
        let mut tx = self.platform.db.write().await?;
        if !take::save(&mut tx, ctx, &mut proposal).await? {
            return Ok(());
        }
        let audit = Audit {
            action: if is_taken { "dr_proposal.report" } else { "dr_proposal.report_refused" },
            subject: format!("dr_proposal:{}", proposal.id),
            complex: Some(proposal.complex_id),
            // The ledger is read by auditors of the complex: what is reported stays out of it.
            detail: json!({ "contract_id": proposal.contract_id, "version": proposal.version }),
        };
        tx.audit(ctx, audit).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn report(
        &self,
        ctx: &Ctx,
        (connection, contract): (&VtnConnection, &ElectricityContract),
        proposal: &DrProposal,
        kind: &str,
    ) -> ApiResult<Option<Report>> {
        let offer = &proposal.offer;
        // What the server took back, and what was over before the customer turned reports on, is told to nobody.
        if proposal.withdrawn || offer.end <= connection.updated_at {
            return Ok(None);
        }
        let intervals = match (kind, proposal.decision) {
            (OPERATING_STATE, DrDecision::OptedOut) => {
                let seconds = offer.end.since(offer.start).as_secs();
                vec![interval(0, offer.start.timestamp(), seconds, "RUNNING_OPTED_OUT")]
            }
            (USAGE | BASELINE, DrDecision::Accepted) if offer.end <= ctx.now => {
                let Some(call) = self.standing_call(contract, proposal).await? else {
                    return Ok(None);
                };
                let waits = ctx.now < offer.end + WAITED;
                let found = if kind == USAGE {
                    self.usage(contract, proposal).await?
                } else {
                    self.baseline(contract, &call).await?
                };
                let (intervals, is_whole) = found;
                if intervals.is_empty() || (waits && !is_whole) {
                    return Ok(None);
                }
                intervals
            }
            _ => return Ok(None),
        };
        let units = (kind != OPERATING_STATE).then_some("KWH");
        let ven = &connection.terms.ven_name;
        let body = json!({
            "eventID": offer.event_id,
            "clientName": ven,
            // A server takes a name once: what was changed is another report.
            "reportName": format!("{}-{}-{kind}", proposal.id, proposal.version),
            "payloadDescriptors": [{
                "objectType": "REPORT_PAYLOAD_DESCRIPTOR", "payloadType": kind, "units": units,
            }],
            "resources": [{ "resourceName": ven, "intervals": named(intervals, kind) }],
        });
        Ok(Report::deserialize(body).ok())
    }

    /// The call that was made of a proposal, unless it was cancelled.
    async fn standing_call(
        &self,
        contract: &ElectricityContract,
        proposal: &DrProposal,
    ) -> ApiResult<Option<DrEvent>> {
        let Some(call) = proposal.call else { return Ok(None) };
        let mut tx = self.platform.db.read().await?;
        let found = dr_event::store::find(&mut tx, contract.id, call).await?;
        Ok(found.filter(|call| !call.cancelled))
    }

    /// Reads as the customer of a contract does, and nothing beyond.
    fn customer(&self, contract: &ElectricityContract) -> Ctx {
        let grant = Grant { role: Role::EnergyManager, scope: contract.scope() };
        let clock = self.platform.clock.clone();
        Ctx::new(Actor::system("vtn_connection"), vec![grant], clock, "task:vtn_connection".into())
    }

    /// kWh of each quarter of an hour that is known and the customer's, and whether all are.
    async fn usage(
        &self,
        contract: &ElectricityContract,
        proposal: &DrProposal,
    ) -> ApiResult<(Vec<Value>, bool)> {
        let Ok(hours) = call_hours(&rules::span(&proposal.offer), &self.calendar) else {
            return Ok((Vec::new(), false));
        };
        let CallHours { day, first_hour, end_hour } = hours;
        let reader = self.customer(contract);
        let point = contract.terms.active_point_id;
        let Some(load) = self.point_load(&reader, point, (day, 1)).await? else {
            return Ok((Vec::new(), false));
        };
        let slots = usize::from(first_hour) * 4..usize::from(end_hour) * 4;
        debug_assert!(slots.end <= SLOTS_PER_DAY, "hours of one day");
        let known = slots.clone().filter_map(|slot| Some((slot, (*load.wh.get(slot)?)?)));
        let intervals: Vec<_> = known
            .enumerate()
            .map(|(id, (slot, wh))| {
                let start_ms = midnight_ms(day) + i64::try_from(slot).unwrap_or(0) * 900_000;
                let start = Instant::from_micros(start_ms * 1_000).timestamp();
                interval(id, start, 900, crate::bill::decimal_kilo(wh))
            })
            .collect();
        let is_whole = intervals.len() == slots.len();
        Ok((intervals, is_whole))
    }

    /// kWh of each hour of the baseline, by the rules of the call.
    async fn baseline(
        &self,
        contract: &ElectricityContract,
        call: &DrEvent,
    ) -> ApiResult<(Vec<Value>, bool)> {
        let nothing = (Vec::new(), false);
        let terms = &call.terms;
        let Ok(hours) = Hours::new(terms.first_hour, terms.end_hour) else { return Ok(nothing) };
        let reader = self.customer(contract);
        let past = self.response_history(&reader, contract, (terms.day, terms.day)).await;
        let Ok(PastLoad { history, .. }) = past else { return Ok(nothing) };
        let rules = terms.baseline.into();
        let Ok(found) = energy_rules::response::baseline(&history, rules, terms.day, hours) else {
            return Ok(nothing);
        };
        let intervals = hours.iter().zip(found.kwh).enumerate().map(|(id, (hour, kwh))| {
            let start_ms = midnight_ms(terms.day) + i64::from(hour) * 3_600_000;
            let start = Instant::from_micros(start_ms * 1_000).timestamp();
            interval(id, start, 3_600, kwh)
        });
        Ok((intervals.collect(), true))
    }
}

fn interval(id: usize, start: Timestamp, seconds: u64, value: impl Into<Value>) -> Value {
    json!({
        "id": id,
        "intervalPeriod": { "start": start.to_string(), "duration": format!("PT{seconds}S") },
        "payloads": [{ "type": "", "values": [value.into()] }],
    })
}

fn named(mut intervals: Vec<Value>, kind: &str) -> Vec<Value> {
    for interval in &mut intervals {
        interval["payloads"][0]["type"] = json!(kind);
    }
    intervals
}
