//! The sources that the platform asks by itself, put together for the server.

#[cfg(test)]
pub(crate) mod kit;

use platform::Platform;
use platform::work::Stage;
use telemetry::ingress::Ingest;
use utoipa_axum::router::OpenApiRouter;

use crate::modbus_source;
use crate::modbus_source::work::Modbus;

/// The sources that the platform asks by itself. Cheap to clone.
#[derive(Clone)]
pub struct Fieldbus {
    platform: Platform,
    modbus: Modbus,
}

impl Fieldbus {
    /// Sources whose readings go into `ingest`.
    pub fn new(platform: &Platform, ingest: &Ingest) -> Self {
        Self { platform: platform.clone(), modbus: Modbus::new(platform, ingest) }
    }

    /// The routes under `/api/v1`.
    pub fn routes(&self) -> OpenApiRouter {
        modbus_source::api::routes().with_state(self.modbus.clone())
    }

    /// Starts to ask.
    pub fn start(&self) {
        let modbus = self.modbus.clone();
        let task = |token| modbus_source::work::run(modbus, token);
        self.platform.tasks.spawn(Stage::Intake, task);
    }
}
