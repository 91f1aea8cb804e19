//! Proposals over HTTP: seen and decided by whoever sees and manages the contract.

use axum::extract::State as Shared;
use base::{FieldError, Id, Instant, Page, PageQuery};
use energy_rules::response::{CallHours, Unfit, call_hours};
use jiff::civil::Date;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::take::{call_off, hush, save};
use super::{
    DrDecision, DrOffer, DrProposal, DrProposalError as Refusal, DrProposalState, ProposalSource,
    rules, store,
};
use crate::Energy;
use crate::dr_event::{DrEvent, DrEventTerms, DrRules};
use crate::electricity_contract::{self, ElectricityContract};

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new()
        .routes(routes!(dr_proposal_list))
        .routes(routes!(dr_proposal_accept))
        .routes(routes!(dr_proposal_opt_out))
}

/// A proposal and where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrProposalView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: Id<DrProposal>,
    /// The contract whose load is to be reduced.
    #[schema(value_type = uuid::Uuid)]
    contract_id: Id<ElectricityContract>,
    /// The connection that it came over; absent: the complex's own server.
    #[schema(value_type = Option<uuid::Uuid>)]
    connection_id: Option<Id<crate::vtn_connection::VtnConnection>>,
    /// The name of that connection when it came; empty for the complex's own server.
    source_name: String,
    /// What is asked for.
    offer: DrOffer,
    /// Where it stands.
    state: DrProposalState,
    /// Whether it can be accepted now.
    acceptable: bool,
    /// Whether it can be opted out of now.
    refusable: bool,
    /// The server changed it since a person decided; a call that was made of it stands until a person decides again.
    changed: bool,
    /// The call that was made of it.
    #[schema(value_type = Option<uuid::Uuid>)]
    call: Option<Id<DrEvent>>,
    /// The day and hours of the call that it makes.
    hours: Option<DrProposalHours>,
    /// Why no call can be made of it: `not_whole_hours`, `over_midnight`, `not_a_working_day`.
    unfit: Option<&'static str>,
    /// Reports that were sent.
    reported: Vec<String>,
    /// Who decided, if somebody did.
    decided_by: Option<String>,
    /// Rises by one with each change.
    version: u32,
    /// When this version was written.
    updated_at: Instant,
}

/// The day and hours of a call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrProposalHours {
    /// The day, civil time of Korea.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// The first hour, 0 to 23.
    first_hour: u8,
    /// The hour before which it ends, 1 to 24.
    end_hour: u8,
}

/// Which proposals to list.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrProposalQuery {
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A person takes part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrProposalAccept {
    /// The version that was read.
    version: u32,
    /// How much less is to be drawn, kW; what the server asks for when absent.
    #[serde(default)]
    requested_kw: Option<u32>,
    /// How the baseline of this customer is made.
    baseline: DrRules,
    /// What its people should know of it.
    #[serde(default)]
    note: String,
}

/// A person does not take part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrProposalOptOut {
    /// The version that was read.
    version: u32,
}

/// The proposals of a contract, the newest first.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/dr_proposals", tag = "energy",
    params(("id" = uuid::Uuid, Path), DrProposalQuery),
    responses((status = 200, body = Page<DrProposalView>), (status = 404, body = Problem))
)]
pub(crate) async fn dr_proposal_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<DrProposalQuery>,
) -> ApiResult<Json<Page<DrProposalView>>> {
    let contract = energy.contract(&ctx, id).await?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = energy.platform.db.read().await?;
    let found = store::list(&mut tx, contract.id, page.after()?, page.fetch()).await?;
    let page = page.page(found, |one| one.id.to_string());
    let items = page.items.into_iter().map(|one| energy.proposal_view(one, ctx.now)).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// Takes part: a call is made of the proposal. Where the server changed what it asks for, the call that was made before is
/// cancelled.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/dr_proposals/{proposal}/accept", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("proposal" = uuid::Uuid, Path)),
    request_body = DrProposalAccept,
    responses((status = 200, body = DrProposalView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn dr_proposal_accept(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, proposal)): Path<(Id<ElectricityContract>, Id<DrProposal>)>,
    Json(change): Json<DrProposalAccept>,
) -> ApiResult<Json<DrProposalView>> {
    let mut tx = energy.platform.db.write_in_turn("dr_event", id).await?;
    let (contract, mut one) = to_decide(&mut tx, &ctx, (id, proposal), change.version).await?;
    if !is_acceptable(&one, ctx.now) {
        return Err(Refusal::Closed.into());
    }
    let hours = energy.hours(&one.offer).map_err(|unfit| Refusal::Unfit(unfit.as_str()))?;
    let CallHours { day, first_hour, end_hour } = hours;
    let Some(requested_kw) = change.requested_kw.or(one.offer.requested_kw) else {
        let mut problem = Problem::from(Refusal::NoKw);
        problem.fields = vec![FieldError::new("/requested_kw", Refusal::NoKw.to_string())];
        return Err(problem);
    };
    call_off(&mut tx, &ctx, &mut one).await?;
    let terms = DrEventTerms {
        day,
        first_hour,
        end_hour,
        requested_kw,
        baseline: change.baseline,
        note: change.note,
        openadr_event: Some(one.offer.event_id.clone()),
    };
    let call = energy.keep_call(&mut tx, &ctx, &contract, terms).await?;
    one.call = Some(call.id);
    decide(&mut tx, &ctx, (&contract, &mut one), DrDecision::Accepted).await?;
    tx.commit().await?;
    Ok(Json(energy.proposal_view(one, ctx.now)))
}

/// Does not take part: a call that was made of the proposal is cancelled, and the server is told where it asked for that
/// and reports are on.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/dr_proposals/{proposal}/opt_out", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("proposal" = uuid::Uuid, Path)),
    request_body = DrProposalOptOut,
    responses((status = 200, body = DrProposalView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(crate) async fn dr_proposal_opt_out(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, proposal)): Path<(Id<ElectricityContract>, Id<DrProposal>)>,
    Json(change): Json<DrProposalOptOut>,
) -> ApiResult<Json<DrProposalView>> {
    let mut tx = energy.platform.db.write_in_turn("dr_event", id).await?;
    let (contract, mut one) = to_decide(&mut tx, &ctx, (id, proposal), change.version).await?;
    if !is_refusable(&one, ctx.now) {
        return Err(Refusal::Closed.into());
    }
    call_off(&mut tx, &ctx, &mut one).await?;
    decide(&mut tx, &ctx, (&contract, &mut one), DrDecision::OptedOut).await?;
    tx.commit().await?;
    Ok(Json(energy.proposal_view(one, ctx.now)))
}

/// The contract and the proposal, for a person who may decide on this version.
async fn to_decide(
    tx: &mut WriteTx,
    ctx: &Ctx,
    (id, proposal): (Id<ElectricityContract>, Id<DrProposal>),
    given: u32,
) -> ApiResult<(ElectricityContract, DrProposal)> {
    let contract = electricity_contract::api::visible(tx, ctx, id).await?;
    electricity_contract::api::require(ctx, contract.scope())?;
    let found = store::find(tx, contract.id, proposal).await?;
    let one = found.ok_or(Refusal::NotFound(proposal))?;
    if given != one.version {
        return Err(Refusal::Stale { given, current: one.version }.into());
    }
    Ok((contract, one))
}

async fn decide(
    tx: &mut WriteTx,
    ctx: &Ctx,
    (contract, one): (&ElectricityContract, &mut DrProposal),
    decision: DrDecision,
) -> ApiResult<()> {
    let given = one.version;
    one.decision = decision;
    one.changed = false;
    one.decided_by = Some(ctx.actor.name.clone());
    hush(tx, ctx, contract, one).await?;
    if !save(tx, ctx, one).await? {
        return Err(Refusal::Stale { given, current: one.version }.into());
    }
    let action = match decision {
        DrDecision::Accepted => "dr_proposal.accept",
        DrDecision::OptedOut | DrDecision::Open => "dr_proposal.opt_out",
    };
    let audit = Audit {
        action,
        subject: format!("dr_proposal:{}", one.id),
        complex: Some(one.complex_id),
        // The ledger is read by auditors of the complex: how much a tenant reduces stays out of it.
        detail: json!({ "contract_id": one.contract_id, "version": one.version }),
    };
    Ok(tx.audit(ctx, audit).await?)
}

fn is_acceptable(one: &DrProposal, now: Instant) -> bool {
    let open = matches!(rules::state(one, now), DrProposalState::Open | DrProposalState::OptedOut);
    open && one.offer.end > now
}

fn is_refusable(one: &DrProposal, now: Instant) -> bool {
    let open = matches!(rules::state(one, now), DrProposalState::Open | DrProposalState::Accepted);
    open && one.offer.end > now
}

impl Energy {
    fn hours(&self, offer: &DrOffer) -> Result<CallHours, Unfit> {
        call_hours(&rules::span(offer), &self.calendar)
    }

    fn proposal_view(&self, one: DrProposal, now: Instant) -> DrProposalView {
        let hours = self.hours(&one.offer);
        DrProposalView {
            connection_id: match one.source {
                ProposalSource::Own => None,
                ProposalSource::Connection(id) => Some(id),
            },
            state: rules::state(&one, now),
            acceptable: hours.is_ok() && is_acceptable(&one, now),
            refusable: is_refusable(&one, now),
            unfit: hours.err().map(Unfit::as_str),
            hours: hours.ok().map(|CallHours { day, first_hour, end_hour }| DrProposalHours {
                day,
                first_hour,
                end_hour,
            }),
            id: one.id,
            contract_id: one.contract_id,
            source_name: one.source_name,
            offer: one.offer,
            changed: one.changed,
            call: one.call,
            reported: one.reported,
            decided_by: one.decided_by,
            version: one.version,
            updated_at: one.updated_at,
        }
    }
}
