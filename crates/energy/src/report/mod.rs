//! Reports (보고서) of a contract, and of a site with several: what a tenant hands on of a month, of its products and of a year.
//!
//! ```text
//! readings ─► gather: load, bills ─► energy_rules::report ─► view (JSON, for screen and paper)
//!                                                       └──► book (XLSX; a row of the ledger)
//! ```
//! Nothing is stored: a report is made anew from readings, contract, factors and what was typed of
//! production, so that a correction is in it at once. Seen by whoever sees the contract.
//!
//! Deliberately absent: carriers other than electricity, and the forms of authorities.

pub(crate) mod annual_api;
mod annual_book;
mod file;
mod gather;
pub(crate) mod monthly_api;
mod monthly_book;
mod monthly_view;
pub(crate) mod product_api;
mod product_book;
pub(crate) mod site_api;
mod site_book;
#[cfg(test)]
mod tests;
mod view;
mod words;
