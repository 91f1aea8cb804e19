//! Passing a call of the complex on to tenants: as events of the complex's own server (VTN), one for each establishment,
//! by a person's word.

use axum::extract::State as Shared;
use base::noun::Establishment;
use base::{FieldError, Id};
use openadr::wire::Event;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::api::{self, DrEventView};
use super::{
    DrEvent, DrEventError as Refusal, DrEventState, PUBLISHED_MAX, Published, REQUESTED_KW_MAX,
    rules, store,
};
use crate::Energy;
use crate::electricity_contract::{self, ElectricityContract};
use crate::load::midnight_ms;

/// The program of the own server under which calls are passed on.
const PROGRAM: &str = "산단 수요반응";

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(dr_event_publish))
}

/// To whom a call is passed on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrEventPublish {
    /// The version that was read.
    version: u32,
    /// Establishments of the complex, each with how much less it is asked to draw.
    to: Vec<DrEventShare>,
}

/// What one establishment is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrEventShare {
    /// The establishment.
    #[schema(value_type = uuid::Uuid)]
    establishment_id: Id<Establishment>,
    /// How much less it is asked to draw, kW.
    requested_kw: u32,
}

/// Passes a call of the complex's own contract on to tenants: the complex's demand response server announces an event
/// to each, and its contracts get a proposal.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/dr_events/{event}/publish", tag = "energy",
    params(("id" = uuid::Uuid, Path), ("event" = uuid::Uuid, Path)), request_body = DrEventPublish,
    responses((status = 200, body = DrEventView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn dr_event_publish(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path((id, event)): Path<(Id<ElectricityContract>, Id<DrEvent>)>,
    Json(change): Json<DrEventPublish>,
) -> ApiResult<Json<DrEventView>> {
    let now = api::now(&ctx);
    let mut tx = energy.platform.db.write().await?;
    let contract = electricity_contract::api::visible(&mut tx, &ctx, id).await?;
    electricity_contract::api::require(&ctx, contract.scope())?;
    let found = store::find(&mut tx, contract.id, event).await?;
    let mut event = found.ok_or(Refusal::NotFound(event))?;
    let (given, current) = (change.version, event.version);
    if given != current {
        return Err(Refusal::Stale { given, current }.into());
    }
    if contract.establishment_id.is_some() {
        return Err(Refusal::NotOfComplex.into());
    }
    if rules::state(&event, now) != DrEventState::Planned {
        return Err(Refusal::Closed.into());
    }
    if !event.published.is_empty() {
        return Err(Refusal::Published.into());
    }
    energy.check_shares(&contract, &change.to).map_err(api::refusal)?;
    for share in &change.to {
        let body = announcement(&event, share)?;
        let complex = contract.complex_id;
        let made = openadr::inside::publish(&mut tx, &ctx, complex, PROGRAM, body).await?;
        event.published.push(Published {
            event: made,
            establishment_id: share.establishment_id,
            requested_kw: share.requested_kw,
        });
    }
    event.version += 1;
    (event.updated_at, event.updated_by) = (ctx.now, ctx.actor.clone());
    if !store::update(&mut tx, &event).await? {
        return Err(Refusal::Stale { given, current: event.version }.into());
    }
    api::audit(&mut tx, &ctx, "dr_event.publish", &event).await?;
    tx.commit().await?;
    Ok(Json(DrEventView::of(event, now)))
}

impl Energy {
    fn check_shares(
        &self,
        contract: &ElectricityContract,
        shares: &[DrEventShare],
    ) -> Result<(), Refusal> {
        let mut wrong = Vec::new();
        if shares.is_empty() || shares.len() > PUBLISHED_MAX {
            wrong.push(FieldError::new("/to", format!("name 1 to {PUBLISHED_MAX} establishments")));
        }
        let directory = self.directory.snapshot();
        let mut seen = std::collections::BTreeSet::new();
        for (at, share) in shares.iter().enumerate().take(PUBLISHED_MAX) {
            let known = directory.establishment(share.establishment_id);
            let is_ours = known.is_some_and(|one| one.complex == contract.complex_id);
            if !is_ours || !seen.insert(share.establishment_id) {
                let detail = "name an establishment of this complex, once";
                wrong.push(FieldError::new(format!("/to/{at}/establishment_id"), detail));
            }
            if !(1..=REQUESTED_KW_MAX).contains(&share.requested_kw) {
                let detail = format!("give 1 to {REQUESTED_KW_MAX} kW");
                wrong.push(FieldError::new(format!("/to/{at}/requested_kw"), detail));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong)) }
    }
}

/// A call as an event for one establishment. No report is asked for: what a tenant draws is its own.
fn announcement(event: &DrEvent, share: &DrEventShare) -> ApiResult<Event> {
    let terms = &event.terms;
    let start_ms = midnight_ms(terms.day) + i64::from(terms.first_hour) * 3_600_000;
    let start = base::Instant::from_micros(start_ms * 1_000).timestamp();
    let hours = terms.end_hour - terms.first_hour;
    let body = json!({
        "programID": "",
        "eventName": format!("{} {}–{}시", terms.day, terms.first_hour, terms.end_hour),
        "targets": [share.establishment_id.to_string()],
        "intervalPeriod": { "start": start.to_string(), "duration": format!("PT{hours}H") },
        "payloadDescriptors": [{
            "objectType": "EVENT_PAYLOAD_DESCRIPTOR",
            "payloadType": "DISPATCH_SETPOINT_RELATIVE",
            "units": "KW",
        }],
        "intervals": [{
            "id": 0,
            "payloads": [{
                "type": "DISPATCH_SETPOINT_RELATIVE",
                "values": [-f64::from(share.requested_kw)],
            }],
        }],
    });
    Event::deserialize(body).map_err(|fault| Problem::invalid_field("/terms", fault.to_string()))
}
