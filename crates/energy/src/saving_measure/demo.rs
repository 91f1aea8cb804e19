//! The measure of the demonstration: invented, and a case in which nothing is demonstrated, because the simulated
//! mill draws as before.

use jiff::Span;
use platform::Ctx;
use platform::http::ApiResult;

use super::{
    MeasureEstimator, MeasureInterval, MeasureOption, MeasurePeriod, MeasurePlan, MeasureVariable,
    VariableRole, VariableSource,
};
use crate::Energy;
use crate::electricity_contract::ElectricityContract;
use crate::load::today;

/// What the invented works cost, won.
const COST_WON: i64 = 48_000_000;

impl Energy {
    /// Lays down a draft for a contract of the demonstration.
    pub(crate) async fn write_demo_measure(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
    ) -> ApiResult<()> {
        let ago = |days: i64| today(ctx).saturating_sub(Span::new().days(days));
        let plan = MeasurePlan {
            name: "진공펌프 운전 개선 (시연)".to_owned(),
            done: "쉬는 날 진공펌프 한 대를 멈추도록 운전표를 고침(지어낸 사례)".to_owned(),
            installed_from: ago(110),
            installed_to: ago(101),
            baseline: MeasurePeriod { from: ago(390), to: ago(111) },
            reporting: MeasurePeriod { from: ago(100), to: ago(1) },
            option: MeasureOption::C,
            interval: MeasureInterval::Day,
            estimator: MeasureEstimator::GlsAr1,
            variables: vec![MeasureVariable {
                name: "근무일".to_owned(),
                role: VariableRole::Hours,
                unit: "일".to_owned(),
                source: VariableSource::WorkingDays,
            }],
            cost_won: Some(COST_WON),
        };
        self.keep_measure(ctx, contract, plan).await.map(drop)
    }
}
