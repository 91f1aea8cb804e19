//! The newest values on their way to the consoles: collected for a second, then one event for each part
//! of the world that may see them.

use std::collections::HashMap;
use std::time::Duration;

use base::{Action, Instant, Reading, Scope, SeriesMap};
use platform::bus::Event;
use platform::work::Stage;
use registry::directory::PointInfo;
use registry::point::PointClass;
use serde_json::{Value, json};

use crate::App;

/// Values go out this often at most.
const PERIOD: Duration = Duration::from_secs(1);

/// Feeds the bus from the store of readings.
pub(crate) fn start(app: &App) {
    let mut batches = app.telemetry.subscribe();
    let app = app.clone();
    app.platform.tasks.clone().spawn(Stage::Drain, move |token| async move {
        let mut newest = SeriesMap::<(Reading, Instant)>::default();
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = token.cancelled() => break,
                batch = batches.recv() => match batch {
                    Some(batch) => collect(&mut newest, &batch),
                    None => break,
                },
                _ = ticks.tick() => publish(&app, &mut newest),
            }
        }
    });
}

fn collect(newest: &mut SeriesMap<(Reading, Instant)>, batch: &base::ReadingBatch) {
    for reading in batch.readings.iter() {
        let known = newest.entry(reading.series).or_insert((*reading, batch.arrived));
        if reading.at_ms >= known.0.at_ms {
            *known = (*reading, batch.arrived);
        }
    }
}

fn publish(app: &App, newest: &mut SeriesMap<(Reading, Instant)>) {
    if newest.is_empty() || app.platform.bus.listeners() == 0 {
        newest.clear();
        return;
    }
    let snapshot = app.registry.directory().snapshot();
    let mut by_audience = HashMap::<(Scope, Action), Vec<Value>>::new();
    for (series, (reading, arrived)) in newest.drain() {
        let Some(point) = snapshot.point_by_series(series) else { continue };
        let Some(audience) = audience(point, &reading) else { continue };
        by_audience.entry(audience).or_default().push(json!({
            "point_id": point.id,
            "device_id": point.device,
            "at": Instant::from_millis(reading.at_ms).ok(),
            "arrived_at": arrived,
            "value": reading.value,
            "quality": reading.quality.names(),
        }));
    }
    for ((scope, action), items) in by_audience {
        let body = json!({ "items": items });
        app.platform.bus.publish(Event { kind: "readings.latest", scope, action, body });
    }
}

/// Who may see the value: the complex its own, a tenant its own at the reading's time.
fn audience(point: &PointInfo, reading: &Reading) -> Option<(Scope, Action)> {
    match point.class {
        PointClass::Complex => Some((Scope::Complex(point.complex), Action::ReadValues)),
        PointClass::Tenant => {
            let at = Instant::from_millis(reading.at_ms).ok()?;
            let id = point.owner_at(at)?;
            let scope = Scope::Establishment { id, complex: point.complex };
            Some((scope, Action::ReadTenantValues))
        }
    }
}
