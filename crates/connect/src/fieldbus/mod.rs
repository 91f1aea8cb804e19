//! What goes out to devices: the questions of the platform, and commands; put together for the server.

#[cfg(test)]
pub(crate) mod kit;

use std::path::Path;

use platform::Platform;
use platform::work::Stage;
use telemetry::ingress::Ingest;
use telemetry::ingress::mqtt::Downlink;
use utoipa_axum::router::OpenApiRouter;

use crate::command::work::Commands;
use crate::source::work::{Environment, Sources};
use crate::{command, source};

/// The sources that the platform asks by itself, and the commands to devices. Cheap to clone.
#[derive(Clone)]
pub struct Fieldbus {
    platform: Platform,
    sources: Sources,
    commands: Commands,
}

impl Fieldbus {
    /// Sources whose readings go into `ingest`; keys and certificates of the platform lie in `folder`.
    pub fn new(platform: &Platform, ingest: &Ingest, folder: &Path) -> Self {
        Self::with_environment(platform, ingest, folder, |name| std::env::var(name).ok())
    }

    /// The same, with secrets from elsewhere than the environment of the process.
    pub(crate) fn with_environment(
        platform: &Platform,
        ingest: &Ingest,
        folder: &Path,
        environment: Environment,
    ) -> Self {
        Self {
            platform: platform.clone(),
            sources: Sources::new(platform, ingest, folder, environment),
            commands: Commands::new(platform, ingest),
        }
    }

    /// The routes under `/api/v1`.
    pub fn routes(&self) -> OpenApiRouter {
        OpenApiRouter::new()
            .merge(source::api::routes().with_state(self.sources.clone()))
            .merge(command::api::routes().with_state(self.commands.clone()))
    }

    /// Starts to ask.
    pub fn start(&self) {
        let sources = self.sources.clone();
        let task = |token| source::work::run(sources, token);
        self.platform.tasks.spawn(Stage::Intake, task);
    }

    /// Starts to deliver commands over the broker, and to hear what devices answer.
    pub fn start_commands(&self, downlink: Downlink) {
        let commands = self.commands.clone();
        downlink.on_answer(move |device_key, bytes| {
            let commands = commands.clone();
            Box::pin(async move { commands.answered(&device_key, &bytes).await })
        });
        let commands = self.commands.clone();
        let task = |token| command::work::run(commands, downlink, token);
        self.platform.tasks.spawn(Stage::Intake, task);
    }
}
