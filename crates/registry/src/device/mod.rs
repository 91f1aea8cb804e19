//! A device (장치): sensor, meter, gateway, camera, vehicle, sign. It speaks under its key and proves
//! itself with a credential that is shown once.
//!
//! Invariants: a key is unique in the whole system and never changes; only the SHA-256 of a secret is
//! kept; a retired device keeps its history and may not send.

pub(crate) mod api;
pub mod credential;
pub(crate) mod register;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, Position, noun};

use crate::device_profile::DeviceProfileNoun;

pub use rules::is_device_key;

crate::noun::words! {
    /// The sorts of device.
    DeviceKind, "kind of device" {
        /// 센서
        Sensor = "sensor",
        /// 계량기
        Meter = "meter",
        /// 게이트웨이
        Gateway = "gateway",
        /// 카메라
        Camera = "camera",
        /// 차량
        Vehicle = "vehicle",
        /// 전광판
        Sign = "sign",
        /// 그 밖
        Other = "other",
    }
}

crate::noun::words! {
    /// Whether it is in use.
    DeviceState, "state of a device" {
        /// In use.
        Active = "active",
        /// Taken out of use; its history stays.
        Retired = "retired",
    }
}

crate::noun::words! {
    /// How far the installation is.
    Commissioning, "state of commissioning" {
        /// Registered ahead, not installed yet (설치 예정).
        Planned = "planned",
        /// The installer claimed it on site (설치됨).
        Installed = "installed",
        /// Its values were looked at and are in use (운용).
        InService = "in_service",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the words derives no default")]
impl Default for Commissioning {
    fn default() -> Self {
        Self::InService
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the words derives no default")]
impl Default for DeviceState {
    fn default() -> Self {
        Self::Active
    }
}

crate::noun::noun! {
    /// A device (장치).
    Device of noun::Device;
    /// What it takes to register a device.
    DeviceCreate;
    /// What to change of a device: absent keeps, `null` clears.
    DeviceUpdate;
    at_birth {
        /// Its complex.
        #[schema(value_type = uuid::Uuid)]
        complex_id: Id<noun::Complex>,
        /// Key, unique in the whole system: `[a-z0-9][a-z0-9._-]{1,63}`.
        key: String,
        /// What sort.
        kind: DeviceKind,
        /// The establishment whose device it is; absent when the complex runs it.
        #[schema(value_type = Option<uuid::Uuid>)]
        establishment_id: Option<Id<noun::Establishment>>,
    }
    any_time {
        /// Its profile; metrics that the device has no point for become points. None is ever removed.
        #[schema(value_type = Option<uuid::Uuid>)]
        profile_id: Option<Id<DeviceProfileNoun>>,
        /// The gateway that it speaks through, of the same complex.
        #[schema(value_type = Option<uuid::Uuid>)]
        gateway_id: Option<Id<noun::Device>>,
        /// Serial number of the maker.
        serial: Option<String>,
        /// Who made it.
        manufacturer: Option<String>,
        /// The maker's name of the model.
        model: Option<String>,
        /// Korean name.
        name: String,
        /// Where it is.
        #[schema(value_type = Option<Position>)]
        position: Option<Position>,
    }
    afterwards {
        /// Whether it is in use.
        state: DeviceState,
        /// How far the installation is.
        commissioning: Commissioning,
    }
}

impl Device {
    /// Whom it belongs to, for permissions.
    pub fn scope(&self) -> base::Scope {
        crate::access::scope_of(self.complex_id, self.establishment_id)
    }
}
