//! The contract of the demonstration: invented, of the tenant whose energy manager the visitor is.

use base::noun::{Complex, Establishment};
use base::{Id, PointKind};
use energy_rules::bill::BillMonth;
use energy_rules::tariff::Class;
use jiff::civil::date;
use platform::Ctx;
use platform::http::ApiResult;
use registry::directory::PointInfo;

use crate::Energy;
use crate::electricity_contract::{ContractTerms, ElectricityContract, ElectricityContractNew};
use crate::load::today;
use crate::production_entry::{self, Production, ProductionEntry};

/// 산업용(을) 고압A 선택II.
const OPTION: &str = "hv-a-2";
/// Contract power of the demonstration's paper mill, kW.
const CONTRACT_KW: u32 = 8_000;

/// Months of production, tonnes of an ordinary one, and the share of electricity that is stated, if one is.
const PRODUCTION_MONTHS: u16 = 12;
const PRODUCTS: [(&str, &str, f64, Option<f64>); 2] = [
    ("인쇄용지 (시연)", "4802.57", 5_200.0, Some(68.0)),
    ("백판지 (시연)", "4810.92", 2_600.0, None),
];

impl Energy {
    /// Lays down a contract for the first meter of a tenant that counts quarters of an hour; nothing when it
    /// has none.
    pub async fn write_demo_contract(
        &self,
        ctx: &Ctx,
        complex_id: Id<Complex>,
        establishment: Id<Establishment>,
    ) -> ApiResult<()> {
        let directory = self.directory.snapshot();
        let owns = |point: &PointInfo| {
            point.owners.iter().any(|owner| owner.establishment == establishment)
        };
        let mut points: Vec<_> = directory.points().iter().filter(|point| owns(point)).collect();
        points.sort_by_key(|point| point.series);
        let of = |quantity: &str| points.iter().find(|point| &*point.quantity == quantity);
        let Some(active) = of("active_energy").filter(|x| x.kind == PointKind::Interval) else {
            return Ok(());
        };
        let agreed = (Class::IndustrialB, OPTION, CONTRACT_KW);
        let name = "본관 수전 (시연)".to_owned();
        let mut terms =
            ContractTerms::following(&self.tariffs, agreed, date(2024, 10, 24), name, active.id);
        terms.lagging_point_id = of("reactive_energy_lagging").map(|point| point.id);
        terms.leading_point_id = of("reactive_energy_leading").map(|point| point.id);
        terms.power_point_id = of("active_power").map(|point| point.id);
        let establishment_id = Some(establishment);
        let new = ElectricityContractNew { complex_id, establishment_id, terms };
        let contract = self.create(ctx, new).await?;
        self.write_demo_production(ctx, &contract).await
    }

    /// What the invented paper mill made in the last twelve whole months.
    async fn write_demo_production(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
    ) -> ApiResult<()> {
        let present = BillMonth::of(today(ctx), contract.terms.reading_day);
        let mut tx = self.platform.db.write().await?;
        for back in (1..=PRODUCTION_MONTHS).rev() {
            let month = present.earlier(back);
            for (product, code, tonnes, share_percent) in PRODUCTS {
                // A wave through the year, so that months differ.
                let wave = f64::from((month.month() * 7) % 12) / 12.0;
                let tonnes = (tonnes * (0.95 + wave / 10.0)).round();
                let (product, code) = (product.to_owned(), Some(code.to_owned()));
                let made =
                    Production { month, product, code, tonnes, share_percent, point_id: None };
                let entry = ProductionEntry {
                    id: ctx.new_id(),
                    contract_id: contract.id,
                    made,
                    version: 1,
                    updated_at: ctx.now,
                    updated_by: ctx.actor.clone(),
                };
                production_entry::store::insert(&mut tx, &entry).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}
