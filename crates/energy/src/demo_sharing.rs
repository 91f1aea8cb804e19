//! Sharing in the demonstration: invented choices of invented tenants, so that every page shows something.

use std::time::Duration;

use base::noun::{Complex, Establishment};
use base::{Id, PointKind, Scope};
use energy_rules::sharing::{Level, Resolution};
use energy_rules::tariff::Class;
use jiff::civil::date;
use platform::Ctx;
use platform::http::ApiResult;
use registry::directory::{EstablishmentInfo, Snapshot};

use crate::Energy;
use crate::electricity_contract::{ContractTerms, ElectricityContractNew};
use crate::load::{SLOT_S, today};
use crate::sharing_grant::{SharingGrantNew, SharingTerms};
use crate::sharing_level::SharingLevelChange;

/// Industries whose tenants share, and how many of each: machinery and food enough for groups of their own, paper
/// too but with one giant, printing too few.
const SHARING: [(&str, usize); 4] = [("29", 9), ("17", 7), ("10", 9), ("18", 3)];
/// The tenants have shared for so long.
const SINCE: Duration = Duration::from_hours(24 * 120);
/// The option of their contracts: 산업용(을) 고압A 선택II.
const OPTION: &str = "hv-a-2";
const CONTRACT_KW: u32 = 500;

impl Energy {
    /// Lays down levels, contracts and two grants in a complex: one by the visitor's tenant to the office, one
    /// by another to the visitor's.
    pub async fn write_demo_sharing(
        &self,
        ctx: &Ctx,
        complex: Id<Complex>,
        visitor: Id<Establishment>,
    ) -> ApiResult<()> {
        let directory = self.directory.snapshot();
        let sharers = sharers(&directory, complex, visitor);
        let mut past = ctx.clone();
        past.now = ctx.now - SINCE;
        let second = sharers.iter().find(|site| is_of(site, SHARING[0].0)).map(|site| site.id);
        for (n, site) in (0_u32..).zip(&sharers) {
            if site.id != visitor {
                self.demo_meter_contract(ctx, &directory, site).await?;
            }
            let is_partner = site.id == visitor || Some(site.id) == second;
            let level = if is_partner { Level::Partner } else { Level::Benchmark };
            let floor_area_m2 = Some(f64::from(1_200 + 350 * (n % 7)));
            let change = SharingLevelChange { version: 0, level, floor_area_m2 };
            self.choose(&past, site, change).await?;
        }
        let office = terms(ctx, Scope::Complex(complex), "에너지 진단 지원사업 성과 확인 (시연)");
        self.demo_grant(ctx, visitor, office).await?;
        if let Some(second) = second {
            let own = Scope::Establishment { id: visitor, complex };
            self.demo_grant(ctx, second, terms(ctx, own, "공동 수요반응 참여 검토 (시연)")).await?;
        }
        Ok(())
    }

    async fn demo_grant(
        &self,
        ctx: &Ctx,
        establishment_id: Id<Establishment>,
        terms: SharingTerms,
    ) -> ApiResult<()> {
        self.grant(ctx, SharingGrantNew { establishment_id, terms }).await.map(drop)
    }

    /// A contract for the first meter of a tenant that counts quarters of an hour.
    async fn demo_meter_contract(
        &self,
        ctx: &Ctx,
        directory: &Snapshot,
        site: &EstablishmentInfo,
    ) -> ApiResult<()> {
        let Some(point) = meter_of(directory, site.id) else { return Ok(()) };
        let agreed = (Class::IndustrialB, OPTION, CONTRACT_KW);
        let name = format!("{} 수전 (시연)", site.name);
        let terms =
            ContractTerms::following(&self.tariffs, agreed, date(2024, 10, 24), name, point);
        let new = ElectricityContractNew {
            complex_id: site.complex,
            establishment_id: Some(site.id),
            terms,
        };
        self.create(ctx, new).await.map(drop)
    }
}

fn terms(ctx: &Ctx, recipient: Scope, purpose: &str) -> SharingTerms {
    let from = today(ctx);
    SharingTerms {
        recipient,
        points: None,
        quantity: Some("active_energy".to_owned()),
        resolution: Resolution::Day,
        purpose: purpose.to_owned(),
        from,
        until: from.saturating_add(jiff::Span::new().days(180)),
        values_from: Some(from.saturating_sub(jiff::Span::new().days(365))),
    }
}

/// The tenants that share, in the order of their meters; the visitor's among them.
fn sharers(
    directory: &Snapshot,
    complex: Id<Complex>,
    visitor: Id<Establishment>,
) -> Vec<EstablishmentInfo> {
    let mut sites: Vec<_> = directory
        .establishments()
        .filter(|site| site.complex == complex && meter_of(directory, site.id).is_some())
        .cloned()
        .collect();
    sites.sort_by_key(|site| (site.id != visitor, site.id));
    let mut left = SHARING;
    sites.retain(|site| {
        let of = left.iter_mut().find(|(code, _)| is_of(site, code));
        let takes = of.is_some_and(|(_, count)| {
            let takes = *count > 0;
            *count = count.saturating_sub(1);
            takes
        });
        takes || site.id == visitor
    });
    sites
}

fn is_of(site: &EstablishmentInfo, division: &str) -> bool {
    site.ksic.as_deref().is_some_and(|code| code.starts_with(division))
}

fn meter_of(directory: &Snapshot, owner: Id<Establishment>) -> Option<base::PointId> {
    let points = directory.points().iter().filter(|point| {
        &*point.quantity == "active_energy"
            && point.kind == PointKind::Interval
            && point.interval_s == Some(SLOT_S)
            && point.owners.iter().any(|span| span.establishment == owner)
    });
    points.min_by_key(|point| point.series).map(|point| point.id)
}
