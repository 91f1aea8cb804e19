//! Fitness for demand response (수요반응 적합성): whether the market would take a customer, told before anything
//! is signed.
//!
//! For each way of making a baseline (고객기준부하, CBL), with and without the same-day adjustment, it says by
//! how much the baseline misses the load on days without a call, and whether that passes the gate of 30 %.
//! Nothing is stored.
//!
//! What is not verified at KPX's rules (전력시장운영규칙) is named in every answer: see [`UNVERIFIED`].

pub(crate) mod api;
pub(crate) mod view;

use std::collections::BTreeSet;

use energy_rules::response::{self, ResponseError};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::ApiResult;

use crate::Energy;
use crate::dr_event;
use crate::electricity_contract::ElectricityContract;
use crate::load::today;

/// Days before the first one that are read as history: twice ten working days, with room for holidays.
pub(crate) const HISTORY_DAYS: i64 = 60;

/// What of the rules is not verified at its source.
pub const UNVERIFIED: [&str; 5] =
    ["same_day_window", "mid_8_10", "response_hours", "gate_of_small_customers", "rules_of_today"];

/// A load as demand response sees it.
pub(crate) struct PastLoad {
    pub(crate) history: response::History,
    /// A part of the time is not the reader's to see.
    pub(crate) hidden: bool,
    /// The last day of which something is known.
    pub(crate) last_known: Option<Date>,
}

impl Energy {
    /// The history of a contract for some days and those before them, without the days of calls.
    pub(crate) async fn response_history(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        (first, last): (Date, Date),
    ) -> ApiResult<PastLoad> {
        let mut tx = self.platform.db.read().await?;
        let calls = dr_event::store::all(&mut tx, contract.id).await?;
        drop(tx);
        let calls = calls.into_iter().filter(|call| !call.cancelled).map(|call| call.terms.day);
        let reductions: BTreeSet<Date> = calls.collect();
        let first = first.saturating_sub(jiff::Span::new().days(HISTORY_DAYS));
        let last = last.min(today(ctx)).max(first);
        let metered = self.load(ctx, &contract.terms, first, last).await?;
        let known = metered.load.wh.iter().rposition(Option::is_some);
        let last_known = known.map(|slot| metered.load.day_of(slot));
        let history = response::History::new(&metered.load, &self.calendar, &reductions);
        let history = history.map_err(ResponseError::from)?;
        Ok(PastLoad { history, hidden: metered.hidden, last_known })
    }
}
