//! What makes good terms, and what they are to the engine. Pure.

use base::FieldError;
use energy_rules::bill::{ContractRow, CustomerContract, History, PowerFactor};
use energy_rules::demand::KnownDemand;
use energy_rules::tariff::Tariffs;

use super::{ContractTerms, ElectricityContractError, KNOWN_DEMANDS_MAX, NAME_CHARS_MAX};

/// Refuses terms that no bill could be made by.
pub(crate) fn check(
    terms: &ContractTerms,
    tariffs: &Tariffs,
) -> Result<(), ElectricityContractError> {
    let mut wrong = Vec::new();
    let chars = terms.name.trim().chars().count();
    if chars == 0 || chars > NAME_CHARS_MAX {
        let detail = format!("give a name of 1 to {NAME_CHARS_MAX} characters");
        wrong.push(FieldError::new("/terms/name", detail));
    }
    if let Err(fault) = customer(terms).check(tariffs) {
        wrong.push(FieldError::new("/terms/rows", fault.to_string()));
    }
    if terms.known_demands.len() > KNOWN_DEMANDS_MAX {
        let detail = format!("give at most {KNOWN_DEMANDS_MAX} months");
        wrong.push(FieldError::new("/terms/known_demands", detail));
    }
    let mut months: Vec<_> = terms.known_demands.iter().map(|known| known.month).collect();
    months.sort_unstable();
    if let Some([twice, _]) = months.array_windows().find(|[a, b]| a == b) {
        let detail = format!("{twice} stands twice: leave one");
        wrong.push(FieldError::new("/terms/known_demands", detail));
    }
    if wrong.is_empty() { Ok(()) } else { Err(ElectricityContractError::Invalid(wrong)) }
}

/// The contract as the engine takes it.
pub(crate) fn customer(terms: &ContractTerms) -> CustomerContract {
    let rows = terms.rows.iter().map(|row| ContractRow {
        class: row.class,
        version: row.tariff.clone(),
        option: row.option.clone(),
        contract_w: i64::from(row.contract_kw) * 1_000,
        from: row.from,
        to: row.to,
    });
    CustomerContract { rows: rows.collect(), reading_day: terms.reading_day }
}

/// Where the power factor comes from: from the meter, if it counts reactive energy.
pub(crate) fn power_factor(terms: &ContractTerms, deemed: Option<bool>) -> PowerFactor {
    let has_reactive = terms.lagging_point_id.is_some() || terms.leading_point_id.is_some();
    if deemed.unwrap_or(!has_reactive) { PowerFactor::Deemed } else { PowerFactor::Metered }
}

/// What is known of months before the readings.
pub(crate) fn history(terms: &ContractTerms) -> History {
    let known = |kw: u32| KnownDemand { w: i64::from(kw) * 1_000, at: None };
    let demands = terms.known_demands.iter().map(|demand| (demand.month, known(demand.kw)));
    History { demands: demands.collect(), ..History::default() }
}
