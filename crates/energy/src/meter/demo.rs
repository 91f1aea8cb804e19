//! The meter trees of the demonstration: invented, laid down with the demonstration complex.

use std::collections::HashMap;

use base::Id;
use base::noun::Point;
use jiff::civil::{Date, date};
use platform::Ctx;
use platform::http::ApiResult;
use serde::Deserialize;

use super::{
    Meter, MeterAllocationKey, MeterDisposal, MeterFormula, MeterKind, MeterNew, MeterTerms,
};
use crate::Energy;

/// The meters of the demonstration have always stood there.
const FROM: Date = date(2015, 1, 1);
const ENERGY: &str = "active_energy";

/// A meter of the demonstration, named by the key of its device.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoMeter {
    /// Its name.
    pub name: String,
    /// What sort.
    pub kind: MeterKind,
    /// The device that counts; of a virtual meter, the one that it is calculated from.
    pub device: String,
    /// The device that counts the other way.
    #[serde(default)]
    pub back_device: Option<String>,
    /// The device of the meter above.
    #[serde(default)]
    pub parent: Option<String>,
    /// Where a generator's energy goes.
    #[serde(default)]
    pub disposal: Option<MeterDisposal>,
    /// Of a virtual sum: the other devices.
    #[serde(default)]
    pub sum: Vec<String>,
    /// Of a virtual part: its m2.
    #[serde(default)]
    pub area_m2: Option<u32>,
}

impl Energy {
    /// Lays down the meters of the demonstration in the order given; one whose device is not there is left
    /// out.
    pub async fn write_demo_meters(&self, ctx: &Ctx, meters: Vec<DemoMeter>) -> ApiResult<()> {
        let mut made: HashMap<String, Id<Meter>> = HashMap::new();
        for meter in meters {
            let (device, kind) = (meter.device.clone(), meter.kind);
            let Some(new) = self.demo_meter(meter, &made) else { continue };
            let id = self.create_meter(ctx, new).await?.id;
            if kind != MeterKind::Virtual {
                made.insert(device, id);
            }
        }
        Ok(())
    }

    fn demo_meter(&self, meter: DemoMeter, made: &HashMap<String, Id<Meter>>) -> Option<MeterNew> {
        let directory = self.directory.snapshot();
        let device = directory.device_by_key(&meter.device)?;
        let point = |key: &str| -> Option<Id<Point>> {
            let device = directory.device_by_key(key)?.id;
            directory.point(device, ENERGY).map(|point| point.id)
        };
        let is_virtual = meter.kind == MeterKind::Virtual;
        let of = made.get(&meter.device).copied();
        let formula = match (is_virtual, meter.area_m2) {
            (false, _) => None,
            (true, Some(weight)) => Some(MeterFormula::Allocation {
                of: of?,
                key: MeterAllocationKey::Area,
                weight: Some(weight),
                by: None,
            }),
            (true, None) => {
                let others = meter.sum.iter().filter_map(|key| made.get(key).copied());
                Some(MeterFormula::Sum { of: [of?].into_iter().chain(others).collect() })
            }
        };
        let terms = MeterTerms {
            name: meter.name,
            kind: meter.kind,
            parent_id: meter.parent.as_ref().and_then(|key| made.get(key).copied()),
            point_id: if is_virtual { None } else { Some(point(&meter.device)?) },
            back_point_id: meter.back_device.as_deref().and_then(point),
            formula,
            disposal: meter.disposal,
            from: FROM,
            to: None,
            rest_limit_percent: None,
        };
        let (complex_id, establishment_id) = (device.complex, device.establishment);
        Some(MeterNew { complex_id, establishment_id, terms })
    }
}
