//! The tariffs that are known, by their ids.

use jiff::civil::Date;

use super::{Class, Tariff, TariffFault};

/// The files that the product ships.
const SHIPPED: [&str; 5] = [
    include_str!("../../data/tariffs/kepco-industrial-b-2024-10-24.json"),
    include_str!("../../data/tariffs/kepco-industrial-b-2026-04-16.json"),
    include_str!("../../data/tariffs/kepco-industrial-a1-2024-10-24.json"),
    include_str!("../../data/tariffs/kepco-industrial-a2-2024-10-24.json"),
    include_str!("../../data/tariffs/kepco-industrial-a2-2026-06-01.json"),
];

/// The tariffs that are known; one id stands for one tariff.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tariffs {
    list: Vec<Tariff>,
}

impl Tariffs {
    /// What the product ships.
    pub fn shipped() -> Self {
        let parse = |json: &&str| Tariff::parse(json).expect("a test reads each shipped tariff");
        Self { list: SHIPPED.iter().map(parse).collect() }
    }

    /// Adds a tariff; one with the same id is replaced.
    pub fn add(&mut self, tariff: Tariff) {
        self.list.retain(|other| other.id != tariff.id);
        self.list.push(tariff);
    }

    /// Reads, checks and adds a tariff file.
    pub fn add_json(&mut self, json: &str) -> Result<(), TariffFault> {
        self.add(Tariff::parse(json)?);
        Ok(())
    }

    /// The tariff with an id.
    pub fn get(&self, id: &str) -> Option<&Tariff> {
        self.list.iter().find(|tariff| tariff.id == id)
    }

    /// All, in the order of their addition.
    pub fn iter(&self) -> impl Iterator<Item = &Tariff> {
        self.list.iter()
    }

    /// The versions of a class, the earliest first.
    pub fn versions(&self, class: Class) -> Vec<&Tariff> {
        let mut versions: Vec<_> = self.list.iter().filter(|t| t.class == class).collect();
        versions.sort_by_key(|tariff| tariff.effective_from);
        versions
    }

    /// The version of a class that holds on a day; for a customer who asked for the deferral, the
    /// older one until its last deferred day.
    pub fn in_force(&self, class: Class, date: Date, deferred: bool) -> Option<&Tariff> {
        let holds = |tariff: &&&Tariff| {
            let to = tariff.deferred_to.filter(|_| deferred).or(tariff.effective_to);
            tariff.effective_from <= date && to.is_none_or(|to| date <= to)
        };
        let versions = self.versions(class);
        let mut holding = versions.iter().filter(holds);
        // During the deferral two hold; the deferred customer stays on the earlier one.
        let found = if deferred { holding.next() } else { holding.next_back() };
        found.copied()
    }
}
