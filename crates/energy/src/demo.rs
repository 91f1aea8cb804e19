//! The contract of the demonstration: invented, of the tenant whose energy manager the visitor is.

use base::noun::{Complex, Establishment};
use base::{Id, PointKind};
use energy_rules::tariff::Class;
use jiff::civil::date;
use platform::Ctx;
use platform::http::ApiResult;
use registry::directory::PointInfo;

use crate::Energy;
use crate::electricity_contract::{ContractTerms, ElectricityContractNew};

/// 산업용(을) 고압A 선택II.
const OPTION: &str = "hv-a-2";
/// Contract power of the demonstration's paper mill, kW.
const CONTRACT_KW: u32 = 8_000;

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
                && point.kind == PointKind::Interval
        };
        let mut points: Vec<_> = directory.points().iter().filter(|point| owns(point)).collect();
        points.sort_by_key(|point| point.series);
        let of = |quantity: &str| points.iter().find(|point| &*point.quantity == quantity);
        let Some(active) = of("active_energy") else { return Ok(()) };
        let agreed = (Class::IndustrialB, OPTION, CONTRACT_KW);
        let name = "본관 수전 (시연)".to_owned();
        let mut terms =
            ContractTerms::following(&self.tariffs, agreed, date(2024, 10, 24), name, active.id);
        terms.lagging_point_id = of("reactive_energy_lagging").map(|point| point.id);
        terms.leading_point_id = of("reactive_energy_leading").map(|point| point.id);
        let establishment_id = Some(establishment);
        let new = ElectricityContractNew { complex_id, establishment_id, terms };
        self.create(ctx, new).await.map(drop)
    }
}
