//! A file of 15-minute intervals, as commands on files take it, and the tariff that they name.

use std::path::PathBuf;

use ::energy::file::FileLoad;
use anyhow::Context;
use base::Clock;
use clap::Args;
use energy_rules::tariff::{Tariff, Tariffs};
use platform::clock::SystemClock;

/// The file, and how it is answered.
#[derive(Args)]
pub(crate) struct LoadFile {
    /// The 15-minute file: CSV or XLSX, also as .gz.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Column mapping as a JSON file; without it the spellings of KEPCO's exports are looked for.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Print JSON for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

impl LoadFile {
    /// Reads it.
    pub(crate) fn read(&self) -> anyhow::Result<FileLoad> {
        let bytes = crate::import::read(&self.input)
            .with_context(|| format!("{} cannot be read", self.input.display()))?;
        let mapping = self.map.as_deref().map(crate::import::read_json).transpose()?;
        let file = ::energy::file::load(&bytes, mapping, SystemClock.now());
        file.with_context(|| format!("{} gives no load", self.input.display()))
    }
}

/// The tariff version with this id.
pub(crate) fn tariff<'a>(tariffs: &'a Tariffs, id: &str) -> anyhow::Result<&'a Tariff> {
    tariffs.get(id).with_context(|| {
        let known: Vec<_> = tariffs.iter().map(|tariff| tariff.id.as_str()).collect();
        format!("there is no tariff '{id}': use one of {}", known.join(", "))
    })
}
