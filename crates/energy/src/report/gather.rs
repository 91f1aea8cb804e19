//! What reports are made of: the contract with its names, the load, the bills.

use base::{Id, Instant};
use energy_rules::bill::{Bill, BillMonth, CustomerContract, PowerFactor, bills};
use energy_rules::report::Remark;
use jiff::civil::DateTime;
use platform::Ctx;
use platform::http::{ApiResult, Problem};

use crate::Energy;
use crate::electricity_contract::{self, ContractTermsRow, ElectricityContract, rules};
use crate::load::{KOREA, MeteredLoad, today};

/// Months before the first one, whose peaks carry over.
const MONTHS_BEFORE: u16 = 11;

/// What reports are made of.
pub(crate) struct Gathered {
    pub(crate) contract: ElectricityContract,
    pub(crate) customer: CustomerContract,
    pub(crate) power_factor: PowerFactor,
    pub(crate) names: Names,
    pub(crate) metered: MeteredLoad,
    pub(crate) bills: Vec<Bill>,
    pub(crate) now: DateTime,
    pub(crate) made_at: Instant,
}

/// Whose report it is.
pub(crate) struct Names {
    pub(crate) complex: String,
    pub(crate) customer: String,
    pub(crate) is_demo: bool,
}

impl Gathered {
    /// The terms on the last day of a month.
    pub(crate) fn terms_of(&self, month: BillMonth) -> Option<&ContractTermsRow> {
        let last = month.period(self.customer.reading_day).last;
        let rows = self.contract.terms.rows.iter();
        rows.rev().find(|row| row.from <= last && row.to.is_none_or(|to| last <= to))
    }

    /// What is to be said of the readings.
    pub(crate) fn remarks(&self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        if self.metered.hidden {
            remarks.push(Remark::Hidden);
        }
        if self.metered.off_grid > 0 {
            remarks.push(Remark::OffGrid { readings: self.metered.off_grid });
        }
        remarks
    }
}

/// The civil time that it is in Korea.
pub(crate) fn now(ctx: &Ctx) -> DateTime {
    let now = ctx.now.timestamp().in_tz(KOREA);
    now.expect("the time zones are compiled in").datetime()
}

impl Energy {
    /// Load and bills of some months, made with the peaks of the eleven before them.
    pub(crate) async fn gathered(
        &self,
        ctx: &Ctx,
        id: Id<ElectricityContract>,
        (from, to): (BillMonth, BillMonth),
    ) -> ApiResult<Gathered> {
        let (contract, names) = self.named(ctx, id).await?;
        let terms = &contract.terms;
        let customer = rules::customer(terms);
        let power_factor = rules::power_factor(terms, None);
        if from.period(customer.reading_day).first > today(ctx) {
            let detail = format!("{from} has not begun: ask for an earlier month");
            return Err(Problem::invalid_field("/month", detail));
        }
        let first = from.earlier(MONTHS_BEFORE).period(customer.reading_day).first;
        let last = to.period(customer.reading_day).last.min(today(ctx)).max(first);
        let metered = self.load(ctx, terms, first, last).await?;
        let (now, made_at) = (now(ctx), ctx.now);
        let energy = self.clone();
        let work = move || {
            let by = energy.terms(&customer, power_factor);
            let bills = bills(&metered.load, &by, &rules::history(&contract.terms))?;
            Ok::<_, Problem>(Gathered {
                contract,
                customer,
                power_factor,
                names,
                metered,
                bills,
                now,
                made_at,
            })
        };
        self.calculations.run(work).await?
    }

    async fn named(
        &self,
        ctx: &Ctx,
        id: Id<ElectricityContract>,
    ) -> ApiResult<(ElectricityContract, Names)> {
        let mut tx = self.platform.db.read().await?;
        let contract = electricity_contract::api::visible(&mut tx, ctx, id).await?;
        let directory = self.directory.snapshot();
        let mut complexes = directory.complexes().iter();
        let complex = complexes.find(|complex| complex.id == contract.complex_id);
        let is_demo = complex.is_some_and(|complex| complex.demo);
        let complex = complex.map(|complex| complex.name.to_string()).unwrap_or_default();
        let customer = match contract.establishment_id {
            Some(id) => registry::establishment::name(&mut tx, id).await?,
            None => complex.clone(),
        };
        Ok((contract, Names { complex, customer, is_demo }))
    }
}
