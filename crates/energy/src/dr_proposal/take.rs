//! Writes what hearing a server changed: proposals, calls that go with them, and the signals of the control centre.

use std::time::Duration;

use base::noun::Signal as SignalNoun;
use base::{Grade, Instant, Phase, Signal};
use platform::Ctx;
use platform::db::WriteTx;
use platform::http::ApiResult;

use super::rules::{self, Offers, Step};
use super::{
    COUNTED_DAYS, DR_PROPOSED, DrDecision, DrOffer, DrProposal, PROPOSALS_PER_SOURCE_MAX,
    ProposalSource, SOURCE, store,
};
use crate::Energy;
use crate::dr_event::{self, DrEventState};
use crate::electricity_contract::ElectricityContract;

/// Topic of the outbox on which the control centre takes signals.
const TOPIC: &str = "signal";

/// Whose answer it is.
pub(crate) struct Heard<'a> {
    pub(crate) source: ProposalSource,
    pub(crate) source_name: &'a str,
    pub(crate) offers: &'a Offers,
    /// Whether everything that the server has was read.
    pub(crate) is_whole: bool,
}

impl Energy {
    /// Takes an answer of a server for a contract. Taking it again changes nothing. Tells whether there was no room for
    /// all of it.
    pub(crate) async fn take_offers(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        heard: &Heard<'_>,
    ) -> ApiResult<bool> {
        let known = {
            let mut tx = self.platform.db.read().await?;
            store::of_source(&mut tx, contract.id, heard.source, ctx.now).await?
        };
        if rules::follow(&known, heard.offers, heard.is_whole, ctx.now).is_empty() {
            return Ok(false);
        }
        let mut tx = self.platform.db.write_in_turn("dr_event", contract.id).await?;
        let known = store::of_source(&mut tx, contract.id, heard.source, ctx.now).await?;
        let since = ctx.now - Duration::from_hours(COUNTED_DAYS * 24);
        let mut count = store::count(&mut tx, contract.id, heard.source, since).await?;
        let mut is_full = false;
        for step in rules::follow(&known, heard.offers, heard.is_whole, ctx.now) {
            let of = |id| known.iter().find(|one| one.id == id).cloned();
            let is_kept = match step {
                Step::New(mut offer) => {
                    let key = (offer.event_id.as_str(), offer.number);
                    let old = store::of_event(&mut tx, contract.id, heard.source, key).await?;
                    let is_taken = old.is_some();
                    // One that was over before anybody decided may be moved ahead again.
                    let over = old.filter(|old| {
                        old.offer.end <= ctx.now && rules::may_be_reused(old, ctx.now)
                    });
                    if let Some(over) = over {
                        changed(&mut tx, ctx, contract, (over, offer)).await?
                    } else if count < PROPOSALS_PER_SOURCE_MAX {
                        if is_taken {
                            let event = (heard.source, offer.event_id.as_str());
                            offer.number = store::free_number(&mut tx, contract.id, event).await?;
                        }
                        new(&mut tx, ctx, contract, (heard, offer)).await?;
                        count += 1;
                        true
                    } else {
                        is_full = true;
                        true
                    }
                }
                Step::Changed(id, offer) => match of(id) {
                    Some(old) => changed(&mut tx, ctx, contract, (old, offer)).await?,
                    None => true,
                },
                Step::Withdrawn(id) => match of(id) {
                    Some(old) => withdraw(&mut tx, ctx, contract, old).await?,
                    None => true,
                },
            };
            if !is_kept {
                // Somebody was faster: nothing of this answer is kept, the next one comes soon.
                return Ok(false);
            }
        }
        tx.commit().await?;
        Ok(is_full)
    }

    /// Whether an answer would take back what a person decided on.
    pub(crate) async fn takes_back_decided(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        heard: &Heard<'_>,
    ) -> ApiResult<bool> {
        let mut tx = self.platform.db.read().await?;
        let known = store::of_source(&mut tx, contract.id, heard.source, ctx.now).await?;
        drop(tx);
        let steps = rules::follow(&known, heard.offers, heard.is_whole, ctx.now);
        let mut decided = known.iter().filter(|one| rules::is_decided(one));
        Ok(decided.any(|one| steps.contains(&Step::Withdrawn(one.id))))
    }

    /// Takes back the signals of proposals that ended before anybody decided.
    pub(crate) async fn close_proposals(&self, ctx: &Ctx) -> ApiResult<()> {
        let over = {
            let mut tx = self.platform.db.read().await?;
            store::told_and_over(&mut tx, ctx.now).await?
        };
        for mut one in over {
            let mut tx = self.platform.db.write().await?;
            let contract =
                crate::electricity_contract::store::find(&mut tx, one.contract_id).await?;
            let Some(contract) = contract else { continue };
            hush(&mut tx, ctx, &contract, &mut one).await?;
            if save(&mut tx, ctx, &mut one).await? {
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

async fn new(
    tx: &mut WriteTx,
    ctx: &Ctx,
    contract: &ElectricityContract,
    (heard, offer): (&Heard<'_>, DrOffer),
) -> ApiResult<()> {
    let mut one = DrProposal {
        id: ctx.new_id(),
        contract_id: contract.id,
        complex_id: contract.complex_id,
        source: heard.source,
        source_name: heard.source_name.to_owned(),
        offer,
        decision: DrDecision::Open,
        call: None,
        withdrawn: false,
        changed: false,
        told: false,
        reported: Vec::new(),
        refused: Vec::new(),
        decided_by: None,
        version: 1,
        updated_at: ctx.now,
    };
    tell(tx, ctx, contract, &mut one).await?;
    Ok(store::insert(tx, &one).await?)
}

/// A person is asked anew; a call that was made of it stands until then. False when somebody else was faster.
async fn changed(
    tx: &mut WriteTx,
    ctx: &Ctx,
    contract: &ElectricityContract,
    (mut one, offer): (DrProposal, DrOffer),
) -> ApiResult<bool> {
    one.offer = DrOffer { number: one.offer.number, ..offer };
    one.changed = one.decision != DrDecision::Open || one.withdrawn;
    one.decision = DrDecision::Open;
    one.withdrawn = false;
    one.reported.clear();
    one.refused.clear();
    tell(tx, ctx, contract, &mut one).await?;
    save(tx, ctx, &mut one).await
}

/// The server took it back. False when somebody else was faster.
async fn withdraw(
    tx: &mut WriteTx,
    ctx: &Ctx,
    contract: &ElectricityContract,
    mut one: DrProposal,
) -> ApiResult<bool> {
    one.withdrawn = true;
    hush(tx, ctx, contract, &mut one).await?;
    call_off(tx, ctx, &mut one).await?;
    save(tx, ctx, &mut one).await
}

/// Cancels the call that was made of a proposal, unless it is over or was cancelled.
pub(crate) async fn call_off(tx: &mut WriteTx, ctx: &Ctx, one: &mut DrProposal) -> ApiResult<()> {
    let Some(id) = one.call.take() else { return Ok(()) };
    let Some(call) = dr_event::store::find(tx, one.contract_id, id).await? else { return Ok(()) };
    match dr_event::rules::state(&call, dr_event::api::now(ctx)) {
        DrEventState::Planned | DrEventState::Running => {
            dr_event::api::cancel(tx, ctx, call).await?;
        }
        DrEventState::Ended | DrEventState::Cancelled => {}
    }
    Ok(())
}

/// Writes the next version; false when somebody else was faster, and then nothing may be committed.
pub(crate) async fn save(tx: &mut WriteTx, ctx: &Ctx, one: &mut DrProposal) -> ApiResult<bool> {
    one.version += 1;
    one.updated_at = ctx.now;
    Ok(store::update(tx, one).await?)
}

/// Leaves a signal that a person is asked.
async fn tell(
    tx: &mut WriteTx,
    ctx: &Ctx,
    contract: &ElectricityContract,
    one: &mut DrProposal,
) -> ApiResult<()> {
    leave(tx, ctx, (contract, one), Phase::Raised).await?;
    one.told = true;
    Ok(())
}

/// Takes the signal back.
pub(crate) async fn hush(
    tx: &mut WriteTx,
    ctx: &Ctx,
    contract: &ElectricityContract,
    one: &mut DrProposal,
) -> ApiResult<()> {
    if one.told {
        leave(tx, ctx, (contract, one), Phase::Cleared).await?;
        one.told = false;
    }
    Ok(())
}

async fn leave(
    tx: &mut WriteTx,
    ctx: &Ctx,
    (contract, one): (&ElectricityContract, &DrProposal),
    phase: Phase,
) -> ApiResult<()> {
    let signal = signal(ctx, contract, one, (phase, ctx.now));
    let body = serde_json::to_value(&signal).expect("a signal has a JSON form");
    Ok(tx.outbox(ctx, TOPIC, &body).await?)
}

/// What the control centre is told: it is about the meter of the contract, whose values are the customer's.
fn signal(
    ctx: &Ctx,
    contract: &ElectricityContract,
    one: &DrProposal,
    (phase, at): (Phase, Instant),
) -> Signal {
    Signal {
        id: ctx.new_id::<SignalNoun>(),
        v: 1,
        source: SOURCE.to_owned(),
        complex: contract.complex_id,
        subject: format!("point:{}", contract.terms.active_point_id),
        kind: DR_PROPOSED.to_owned(),
        grade: Grade::Caution,
        phase,
        dedupe_key: one.id.to_string(),
        place: None,
        value: one.offer.requested_kw.map(f64::from),
        unit: one.offer.requested_kw.map(|_| "kW".to_owned()),
        evidence: Vec::new(),
        at,
    }
}
