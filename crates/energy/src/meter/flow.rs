//! Where the energy of a meter goes, for a flow chart (Sankey).

use axum::extract::State as Shared;
use base::Id;
use energy_rules::meter_tree::{Counts, Every, Kind, Place};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::count::days;
use super::rules::Forest;
use super::{Meter, MeterError};
use crate::Energy;
use crate::bill::decimal_kilo;

/// Days that are shown when nothing is said.
const DAYS_DEFAULT: i64 = 31;

/// Which days.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeterFlowQuery {
    /// The first day; thirty days before `to` when absent.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; yesterday when absent.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// Where the energy of a meter comes from and goes to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeterFlow {
    /// The places, each once.
    nodes: Vec<MeterFlowNode>,
    /// What goes from place to place; never below zero, never in a circle.
    links: Vec<MeterFlowLink>,
    /// So many meters are not yours to read, and are not in it.
    hidden_meters: usize,
    /// The most quarters of an hour that are left out of the balance of any one meter.
    missing_slots: usize,
    /// Quarters of an hour of the time.
    slots: usize,
}

/// A place of the flow.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeterFlowNode {
    /// Its name within this answer.
    key: String,
    /// What it is: `grid`, `meter`, `generator`, `charge`, `discharge`, `fed_back`, `rest`, `excess`,
    /// `unshown`.
    role: MeterFlowRole,
    /// The meter that it is, or that it belongs to.
    #[schema(value_type = uuid::Uuid)]
    meter_id: Id<Meter>,
}

/// What a place of the flow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MeterFlowRole {
    /// Where a meter at the top draws from.
    Grid,
    /// A meter.
    Meter,
    /// A plant.
    Generator,
    /// A battery that takes.
    Charge,
    /// A battery that gives.
    Discharge,
    /// What goes back to the grid.
    FedBack,
    /// What nothing accounts for.
    Rest,
    /// What the meters below count more than came in.
    Excess,
    /// Hidden meters of five owners or more and the rest, together.
    Unshown,
}

/// What goes from one place to another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeterFlowLink {
    /// From this place.
    from: String,
    /// To this one.
    to: String,
    /// So much, kWh.
    kwh: f64,
}

/// Where the energy of a meter comes from and goes to, down through all meters below it that you may read.
#[utoipa::path(
    get, path = "/api/v1/meters/{id}/flow", tag = "energy",
    params(("id" = uuid::Uuid, Path), MeterFlowQuery),
    responses(
        (status = 200, body = MeterFlow), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn meter_flow_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Meter>>,
    Query(query): Query<MeterFlowQuery>,
) -> ApiResult<Json<MeterFlow>> {
    let (forest, top) = energy.meter(&ctx, id).await?;
    let span = days(&ctx, (query.from, query.to), DAYS_DEFAULT)?;
    let mut wanted = vec![top];
    let mut next = 0;
    while let Some(at) = wanted.get(next).copied() {
        wanted.extend(forest.tree.below(at));
        next += 1;
    }
    if wanted.len() == 1 {
        return Err(MeterError::NothingBelow(forest.meters[top].terms.name.clone()).into());
    }
    let read = energy.counts(&ctx, &forest, &wanted, span).await?;
    if read.counts.series[top].is_none() {
        return Err(MeterError::Hidden(forest.meters[top].terms.name.clone()).into());
    }
    let mut flow = MeterFlow {
        nodes: Vec::new(),
        links: Vec::new(),
        hidden_meters: wanted.iter().filter(|at| read.counts.series[**at].is_none()).count(),
        missing_slots: 0,
        slots: read.counts.slots,
    };
    let mut draw = Draw { forest: &forest, counts: &read.counts, flow: &mut flow };
    for at in wanted {
        draw.meter(at, at == top);
    }
    Ok(Json(flow))
}

struct Draw<'a> {
    forest: &'a Forest,
    counts: &'a Counts,
    flow: &'a mut MeterFlow,
}

impl Draw<'_> {
    /// What goes into a meter and out of it, by its balance.
    fn meter(&mut self, at: Place, is_top: bool) {
        use MeterFlowRole as Role;
        let periods = self.forest.tree.balance(self.counts, at, Every::Whole);
        let Some(period) = periods.and_then(|mut periods| periods.pop()) else { return };
        self.flow.missing_slots = self.flow.missing_slots.max(period.missing_slots);
        let own = (Role::Meter, at);
        if is_top {
            self.link((Role::Grid, at), own, period.forward_wh);
            self.link(own, (Role::FedBack, at), period.back_wh);
        }
        for part in &period.parts {
            let node = part.node;
            match self.forest.tree.nodes()[node].kind {
                Kind::Generator => {
                    self.link((Role::Generator, node), own, part.forward_wh - part.back_wh);
                }
                Kind::Battery => {
                    self.link(own, (Role::Charge, node), part.forward_wh);
                    self.link((Role::Discharge, node), own, part.back_wh);
                }
                Kind::Main | Kind::Sub => {
                    let net = part.forward_wh - part.back_wh;
                    self.link(own, (Role::Meter, node), net);
                }
                Kind::Virtual(_) => {}
            }
        }
        if let Some(rest) = period.rest_wh {
            self.link(own, (Role::Rest, at), rest);
            self.link((Role::Excess, at), own, -rest);
        }
        if let Some(unshown) = period.unshown_wh {
            self.link(own, (Role::Unshown, at), unshown);
        }
    }

    fn link(&mut self, from: (MeterFlowRole, Place), to: (MeterFlowRole, Place), wh: i64) {
        if wh <= 0 {
            return;
        }
        let (from, to) = (self.node(from), self.node(to));
        self.flow.links.push(MeterFlowLink { from, to, kwh: decimal_kilo(wh) });
    }

    fn node(&mut self, (role, at): (MeterFlowRole, Place)) -> String {
        let meter_id = self.forest.meters[at].id;
        let nodes = &mut self.flow.nodes;
        let known = nodes.iter().find(|node| node.role == role && node.meter_id == meter_id);
        if let Some(known) = known {
            return known.key.clone();
        }
        let key = format!("n{}", nodes.len());
        nodes.push(MeterFlowNode { key: key.clone(), role, meter_id });
        key
    }
}
