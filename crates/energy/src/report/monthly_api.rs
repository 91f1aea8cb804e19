//! The report of a month over HTTP: as JSON, and as a workbook.

use axum::extract::State as Shared;
use axum::response::Response;
use base::Id;
use energy_rules::SLOTS_PER_DAY;
use energy_rules::anomaly::{Event, LEARNING_DAYS, Tuning, detect};
use energy_rules::bill::{Bill, BillMonth};
use energy_rules::carbon::Factors;
use energy_rules::forecast::Plan;
use energy_rules::load::Load;
use energy_rules::report::{MonthlyInput, MonthlyReport, Remark, monthly};
use jiff::civil::{Date, DateTime};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::file::{WorkbookFile, XLSX};
use super::gather::Gathered;
use super::monthly_book;
use super::monthly_view::{MonthlyReportView, ReportAnomaly, view};
use crate::Energy;
use crate::anomaly::look::from_first_known;
use crate::anomaly_verdict::{rules as verdict_rules, store as verdicts};
use crate::electricity_contract::ElectricityContract;
use crate::load::today;
use crate::load_plan;

/// Months before that the report compares with.
const COMPARED_MONTHS: u16 = 12;
/// Days that the detector of anomalies learns from before the month.
const HISTORY_DAYS: i64 = 150;
/// Anomalies of one report, the dearest.
const ANOMALIES_MAX: usize = 50;
const SLOT_MINUTES: usize = 15;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(monthly_report_get)).routes(routes!(monthly_report_export))
}

/// Which month.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MonthlyReportQuery {
    /// The month: `2026-10`; the last one that is over when absent.
    #[param(value_type = Option<String>)]
    pub(super) month: Option<BillMonth>,
}

/// The report of a month: its bill with what set the billing demand, energy by band and day, the month
/// before and a year before, the largest peaks, anomalies, carbon, and what is missing or unverified.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/monthly_report", tag = "energy",
    params(("id" = uuid::Uuid, Path), MonthlyReportQuery),
    responses((status = 200, body = MonthlyReportView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn monthly_report_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<MonthlyReportQuery>,
) -> ApiResult<Json<MonthlyReportView>> {
    let asked = energy.of_month(&ctx, id, &query).await?;
    let (_, view) = energy.monthly(asked, |_, _, _, view| Ok(view)).await?;
    Ok(Json(view))
}

/// The report of a month as a workbook (XLSX): summary, bill, days, quarters of an hour, and what it rests
/// on. The export is a row of the ledger.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/monthly_report.xlsx", tag = "energy",
    params(("id" = uuid::Uuid, Path), MonthlyReportQuery),
    responses((status = 200, body = WorkbookFile, content_type = XLSX),
        (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub(crate) async fn monthly_report_export(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<MonthlyReportQuery>,
) -> ApiResult<Response> {
    let asked = energy.of_month(&ctx, id, &query).await?;
    let show = |energy: &Energy, of: &Gathered, report: &MonthlyReport<'_>, view| {
        Ok(monthly_book::book(of, report, &view, &energy.tariffs))
    };
    let (asked, book) = energy.monthly(asked, show).await?;
    energy.export(&ctx, &asked.of, (format!("monthly-report-{}", asked.month), &book)).await
}

/// A month that is asked for, and what the detector of anomalies knows of the contract.
pub(super) struct Asked {
    of: Gathered,
    month: BillMonth,
    plan: Plan,
    tuning: Tuning,
}

impl Energy {
    pub(super) async fn of_month(
        &self,
        ctx: &Ctx,
        id: Id<ElectricityContract>,
        query: &MonthlyReportQuery,
    ) -> ApiResult<Asked> {
        let reading_day = self.contract(ctx, id).await?.terms.reading_day;
        let present = BillMonth::of(today(ctx), reading_day);
        let month = query.month.unwrap_or_else(|| present.earlier(1));
        if month > present {
            let detail = format!("{month} has not begun: ask for {present} or an earlier month");
            return Err(Problem::invalid_field("/month", detail));
        }
        let of = self.gathered(ctx, id, (month.earlier(COMPARED_MONTHS), month)).await?;
        let period = month.period(reading_day);
        let days = (history_day(period.first), period.last);
        let entries = self.load_plans(of.contract.id, days).await?;
        let plan = load_plan::rules::plan(&entries, days);
        let mut tx = self.platform.db.read().await?;
        let given = verdicts::all(&mut tx, of.contract.id).await?;
        drop(tx);
        Ok(Asked { of, month, plan, tuning: verdict_rules::tuning(&given) })
    }

    /// Makes the report beside the async threads, and shows it there.
    pub(super) async fn monthly<T: Send + 'static>(
        &self,
        asked: Asked,
        show: impl FnOnce(&Self, &Gathered, &MonthlyReport<'_>, MonthlyReportView) -> ApiResult<T>
        + Send
        + 'static,
    ) -> ApiResult<(Asked, T)> {
        let energy = self.clone();
        let work = move || {
            let shown = energy.monthly_now(&asked, show)?;
            Ok((asked, shown))
        };
        self.calculations.run(work).await?
    }

    fn monthly_now<T>(
        &self,
        asked: &Asked,
        show: impl FnOnce(&Self, &Gathered, &MonthlyReport<'_>, MonthlyReportView) -> ApiResult<T>,
    ) -> ApiResult<T> {
        let of = &asked.of;
        let terms = self.terms(&of.customer, of.power_factor);
        let factors = Factors::shipped();
        let report = monthly(&MonthlyInput {
            month: asked.month,
            bills: &of.bills,
            load: &of.metered.load,
            terms: &terms,
            factors: &factors,
            now: of.now,
        })?;
        let (anomalies, more) = match self.seen(asked, report.bill) {
            Ok(seen) => (Some(seen), Vec::new()),
            Err(why) => (None, vec![why]),
        };
        let view = view(of, &report, anomalies, &more);
        show(self, of, &report, view)
    }

    /// What went wrong in the month of a bill, the dearest first; or why that cannot be said.
    fn seen(&self, asked: &Asked, bill: &Bill) -> Result<Vec<ReportAnomaly>, Remark> {
        let of = &asked.of;
        let first = history_day(bill.period.first);
        let load = from_first_known(part(&of.metered.load, first, bill.period.last));
        let days = known_days(&load, bill.period.first);
        if days < LEARNING_DAYS {
            return Err(Remark::TooFewDays { days, needed: LEARNING_DAYS });
        }
        let prices = self.kwh_prices(&of.customer, (load.first_day, load.days()));
        let events = detect(&load, &self.calendar, &asked.plan, &prices, &asked.tuning)
            .map_err(|fault| Remark::NoAnomalies { why: fault.to_string() })?;
        let in_month = |event: &Event| load.day_of(event.slots.end - 1) >= bill.period.first;
        let mut seen: Vec<_> = events
            .iter()
            .filter(|event| in_month(event))
            .map(|event| anomaly(&load, event))
            .collect();
        seen.sort_by_key(|event| std::cmp::Reverse(event.cost_won.map(i64::abs)));
        seen.truncate(ANOMALIES_MAX);
        Ok(seen)
    }
}

/// The first day that the detector learns from, before the first of a month.
fn history_day(first: Date) -> Date {
    first.saturating_sub(jiff::Span::new().days(HISTORY_DAYS))
}

/// The days of a load from `first` to `last`, as far as it has them.
fn part(load: &Load, first: Date, last: Date) -> Load {
    let place = |day: Date| {
        let days = (day - load.first_day).get_days().max(0);
        usize::try_from(days).unwrap_or(0) * SLOTS_PER_DAY
    };
    let (from, until) = (place(first), place(last) + SLOTS_PER_DAY);
    let from = from.min(load.wh.len());
    let until = until.clamp(from, load.wh.len());
    Load::active(load.first_day.max(first), load.wh[from..until].to_vec())
}

/// Days before another of which something is known: from nothing the detector learns nothing.
fn known_days(load: &Load, before: Date) -> usize {
    let days = load.wh.chunks(SLOTS_PER_DAY).enumerate();
    let earlier = days.take_while(|(day, _)| load.day_of(day * SLOTS_PER_DAY) < before);
    earlier.filter(|(_, slots)| slots.iter().any(Option::is_some)).count()
}

fn anomaly(load: &Load, event: &Event) -> ReportAnomaly {
    let at = |slot: usize| -> DateTime {
        let minutes = i64::try_from(slot % SLOTS_PER_DAY * SLOT_MINUTES).unwrap_or(0);
        let midnight = load.day_of(slot).to_datetime(jiff::civil::Time::midnight());
        midnight.saturating_add(jiff::Span::new().minutes(minutes))
    };
    ReportAnomaly {
        kind: event.kind.code(),
        from: at(event.slots.start),
        until: at(event.slots.end),
        actual_kwh: event.actual_kwh,
        expected_kwh: event.expected_kwh,
        cost_won: event.cost_won,
    }
}
