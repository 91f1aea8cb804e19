//! The site of a plan: load, prices and demand terms of some months of a contract.

use base::{Coded, ErrorKind};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::{BillMonth, CustomerContract};
use energy_rules::dispatch::{DemandTerms, FILLED_SHARE_MAX, Site, complete};
use energy_rules::load::Load;
use energy_rules::tariff::{BasicOn, DemandRule, SlotPrice};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Problem};

use crate::Energy;
use crate::electricity_contract::{ContractTerms, ContractTermsRow, ElectricityContract, rules};
use crate::load::today;

/// Months of one plan.
const MONTHS_MAX: u16 = 12;
/// Months before the plan whose peaks may carry over into it.
const BEFORE: u16 = 11;

/// A site, and how it came about.
pub(crate) struct Planned {
    pub(crate) site: Site,
    pub(crate) terms: DemandTerms,
    /// The months, in order.
    pub(crate) months: Vec<BillMonth>,
    pub(crate) first: Date,
    pub(crate) last: Date,
    /// The terms whose prices and charge hold for all months.
    pub(crate) row: ContractTermsRow,
    /// Slots whose load was guessed.
    pub(crate) filled: usize,
    pub(crate) hidden: bool,
    /// What the plan rests on, by name.
    pub(crate) assumes: Vec<&'static str>,
}

/// Why a contract cannot be planned for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanRefusal {
    /// No month is known well enough.
    #[error(
        "no month from {from} to {to} has 95 % of its quarters of an hour: import what is missing, or \
         choose other months"
    )]
    UnknownMonths {
        /// The first month asked for.
        from: BillMonth,
        /// The last one.
        to: BillMonth,
    },
    /// Too little is known before the month.
    #[error(
        "{days} days before the month are known, and the controller learns from 60: choose a later month, or \
         import what is missing"
    )]
    ShortPast {
        /// Days that are known.
        days: usize,
    },
    /// The tariff of the terms is not shipped.
    #[error("the contract names tariff {0}, which is not known: correct its terms")]
    UnknownTariff(String),
}

impl Coded for PlanRefusal {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::UnknownMonths { .. } => "dispatch.no_month",
            Self::ShortPast { .. } => "dispatch.no_past",
            Self::UnknownTariff(_) => "dispatch.no_tariff",
        }
    }
}

impl Energy {
    /// The site of a contract over some months; without any, the last twelve whole ones as far as they are
    /// known.
    pub(crate) async fn planned_site(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        asked: (Option<BillMonth>, Option<BillMonth>),
    ) -> ApiResult<Planned> {
        let customer = rules::customer(&contract.terms);
        let (from, to) = asked_months(today(ctx), &customer, asked)?;
        let day = customer.reading_day;
        let first = from.earlier(BEFORE).period(day).first;
        let last = to.period(day).last;
        if last >= today(ctx) {
            let detail = "the month is not over: choose one that is, since a plan needs all of it";
            return Err(Problem::invalid_field("/to", detail));
        }
        let metered = self.load(ctx, &contract.terms, first, last).await?;
        let whole = (metered.load, metered.hidden);
        Ok(self.plan_months(&contract.terms, whole, (from, to), asked.0.is_some(), today(ctx))?)
    }

    /// What a kWh costs in each slot of some days by these terms, with the adders of today.
    pub(crate) fn priced(
        &self,
        ctx: &Ctx,
        row: &ContractTermsRow,
        days: (Date, usize),
    ) -> Result<Vec<SlotPrice>, PlanRefusal> {
        self.slot_prices((row, today(ctx)), days)
    }

    fn plan_months(
        &self,
        contract: &ContractTerms,
        (load, hidden): (Load, bool),
        (from, to): (BillMonth, BillMonth),
        is_exact: bool,
        today: Date,
    ) -> Result<Planned, PlanProblem> {
        let customer = rules::customer(contract);
        let known = |month: &BillMonth| {
            let slots = part(&load, *month, &customer);
            let missing = slots.iter().filter(|wh| wh.is_none()).count();
            missing as f64 <= FILLED_SHARE_MAX * slots.len() as f64
        };
        let asked = std::iter::successors(Some(from), |month| Some(month.next()));
        let asked: Vec<_> = asked.take_while(|month| *month <= to).collect();
        let months = if is_exact { asked } else { last_known(asked, known) };
        let (Some(&from), Some(row)) = (months.first(), row_of(contract, today)) else {
            return Err(PlanRefusal::UnknownMonths { from, to }.into());
        };
        let mut assumes = vec![
            "perfect_foresight",
            "without_vat_fund_power_factor",
            "tariff_of_today",
            "no_export",
        ];
        let charged = self.charged(&row)?;
        let period =
            (from.period(customer.reading_day).first, to.period(customer.reading_day).last);
        let slots = slots_of(&load, period);
        let cut = Load::active(period.0, load.wh[slots.clone()].to_vec());
        let done = complete(&cut, &self.calendar)?;
        if done.filled > 0 {
            assumes.push("gaps_filled");
        }
        let prices = self.slot_prices((&row, today), (period.0, cut.days()))?;
        let mut terms = charged.terms;
        terms.months = months.iter().filter_map(|month| u8::try_from(month.month()).ok()).collect();
        terms.cyclic = months.len() == usize::from(MONTHS_MAX);
        if terms.cyclic {
            assumes.push("year_repeats");
        } else if charged.rule.is_some() {
            let (history, unknown) = self.history(contract, &load, from, &row)?;
            terms.history_kw = history;
            assumes.push(if unknown { "earlier_months_unknown" } else { "earlier_months_known" });
        }
        if charged.rule.is_none() {
            assumes.push("basic_on_contract");
        }
        let site = Site {
            load_kwh: done.kwh,
            price_won: prices.iter().map(|price| price.micro_won_per_kwh as f64 / 1e6).collect(),
            counts: prices.iter().map(|price| price.counts).collect(),
            month: month_of_slots(&months, &customer),
        };
        let (first, last) = period;
        Ok(Planned { site, terms, months, first, last, row, filled: done.filled, hidden, assumes })
    }

    /// What a kWh costs in each slot by these terms, with the adders of today.
    fn slot_prices(
        &self,
        (row, today): (&ContractTermsRow, Date),
        days: (Date, usize),
    ) -> Result<Vec<SlotPrice>, PlanRefusal> {
        let unknown = || PlanRefusal::UnknownTariff(row.tariff.clone());
        let tariff = self.tariffs.get(&row.tariff).ok_or_else(unknown)?;
        let option = tariff.option(&row.option).ok_or_else(unknown)?;
        let adders = (&*self.adders, Some(today));
        Ok(tariff.slot_prices(option, adders, &self.calendar, days))
    }

    /// How demand is charged by these terms; the months are still open.
    fn charged(&self, row: &ContractTermsRow) -> Result<Charged, PlanRefusal> {
        let unknown = || PlanRefusal::UnknownTariff(row.tariff.clone());
        let tariff = self.tariffs.get(&row.tariff).ok_or_else(unknown)?;
        let option = tariff.option(&row.option).ok_or_else(unknown)?;
        let rule = match tariff.basic_on {
            BasicOn::BillingDemand => tariff.demand.clone(),
            BasicOn::Contract => None,
        };
        let mut terms = DemandTerms::alone(1, 0.0);
        if let Some(rule) = &rule {
            terms.charge_won_per_kw = option.basic_won_per_kw.0 as f64 / 1e6;
            terms.floor_kw = f64::from(row.contract_kw) * f64::from(rule.floor_percent) / 100.0;
            terms.carrying =
                rule.months.iter().filter_map(|month| u8::try_from(*month).ok()).collect();
            terms.reach = usize::from(rule.months_before);
        }
        Ok(Charged { terms, rule })
    }

    /// The peaks of the months before, kW, the latest last, and whether one that may carry over is unknown.
    fn history(
        &self,
        contract: &ContractTerms,
        load: &Load,
        from: BillMonth,
        row: &ContractTermsRow,
    ) -> Result<(Vec<f64>, bool), PlanRefusal> {
        let customer = rules::customer(contract);
        let (mut history, mut unknown) = (Vec::new(), false);
        for back in (1..=BEFORE).rev() {
            let month = from.earlier(back);
            let period = month.period(customer.reading_day);
            let slots = part(load, month, &customer);
            let days = slots.len() / SLOTS_PER_DAY;
            let prices = self.slot_prices((row, period.first), (period.first, days))?;
            let counting = slots.iter().zip(&prices).filter(|(_, price)| price.counts);
            let shown = counting.filter_map(|(wh, _)| *wh).max();
            let entered = contract.known_demands.iter().find(|known| known.month == month);
            unknown |= entered.is_none() && slots.iter().any(Option::is_none);
            let shown_kw = shown.map_or(0.0, |wh| wh as f64 * 4.0 / 1_000.0);
            history.push(shown_kw.max(entered.map_or(0.0, |known| f64::from(known.kw))));
        }
        Ok((history, unknown))
    }
}

struct Charged {
    terms: DemandTerms,
    /// None where the basic charge rests on the contract.
    rule: Option<DemandRule>,
}

/// Anything that ends a plan.
pub(crate) struct PlanProblem(Problem);

impl<E: Coded> From<E> for PlanProblem {
    fn from(error: E) -> Self {
        Self(Problem::from(error))
    }
}

impl From<PlanProblem> for Problem {
    fn from(problem: PlanProblem) -> Self {
        problem.0
    }
}

/// The last month of a contract that is over.
pub(crate) fn last_month(ctx: &Ctx, contract: &ElectricityContract) -> ApiResult<BillMonth> {
    let customer = rules::customer(&contract.terms);
    asked_months(today(ctx), &customer, (None, None)).map(|(_, to)| to)
}

fn asked_months(
    today: Date,
    customer: &CustomerContract,
    (from, to): (Option<BillMonth>, Option<BillMonth>),
) -> ApiResult<(BillMonth, BillMonth)> {
    let to = to.unwrap_or_else(|| BillMonth::of(today, customer.reading_day).earlier(1));
    let from = from.unwrap_or_else(|| to.earlier(MONTHS_MAX - 1));
    if from > to || from < to.earlier(MONTHS_MAX - 1) {
        let detail = format!("give a `from` before `to`, and at most {MONTHS_MAX} months");
        return Err(Problem::invalid_field("/from", detail));
    }
    Ok((from, to))
}

/// The last months in a row that are known.
fn last_known(asked: Vec<BillMonth>, known: impl Fn(&BillMonth) -> bool) -> Vec<BillMonth> {
    let unknown = asked.iter().rposition(|month| !known(month));
    asked.into_iter().skip(unknown.map_or(0, |at| at + 1)).collect()
}

/// The terms in force on a day, or the latest ones before it, or the first ones.
fn row_of(contract: &ContractTerms, day: Date) -> Option<ContractTermsRow> {
    let rows = &contract.rows;
    rows.iter().rfind(|row| row.from <= day).or_else(|| rows.first()).cloned()
}

/// The slots of some days, as far as the load reaches.
fn slots_of(load: &Load, (first, last): (Date, Date)) -> std::ops::Range<usize> {
    let days = |to: Date| usize::try_from((to - load.first_day).get_days()).unwrap_or(0);
    let end = ((days(last) + 1) * SLOTS_PER_DAY).min(load.wh.len());
    (days(first) * SLOTS_PER_DAY).min(end)..end
}

/// What is known of a month.
fn part<'a>(load: &'a Load, month: BillMonth, customer: &CustomerContract) -> &'a [Option<i64>] {
    let period = month.period(customer.reading_day);
    &load.wh[slots_of(load, (period.first, period.last))]
}

/// The number of the month of each slot.
fn month_of_slots(months: &[BillMonth], customer: &CustomerContract) -> Vec<usize> {
    let slots = |(index, month): (usize, &BillMonth)| {
        let days = usize::try_from(month.period(customer.reading_day).days()).unwrap_or(0);
        std::iter::repeat_n(index, days * SLOTS_PER_DAY)
    };
    months.iter().enumerate().flat_map(slots).collect()
}
