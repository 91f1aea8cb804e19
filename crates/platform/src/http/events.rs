//! News for the console: server-sent events, each reader hearing only what it may see.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use futures::Stream;
use futures::stream::unfold;

use super::ApiResult;
use crate::bus::{Heard, Listener};
use crate::work::Stage;
use crate::{Ctx, Platform};

/// Listeners at once; more are refused so that a leak cannot eat the machine.
const LISTENERS_MAX: usize = 1_000;
/// A comment line this often keeps proxies from closing the stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Live events: `alarm.changed`, `readings.latest` and others; `resync` means that some were missed and
/// the reader should read its lists again.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "platform",
    responses((status = 200, description = "a stream of server-sent events", content_type = "text/event-stream"))
)]
pub(super) async fn event_stream(
    State(platform): State<Platform>,
    ctx: Ctx,
) -> ApiResult<Sse<impl Stream<Item = Result<SseEvent, Infallible>>>> {
    if platform.bus.listeners() >= LISTENERS_MAX {
        let detail = format!("{LISTENERS_MAX} consoles listen already; close some and try again");
        return Err(super::Problem::new(base::ErrorKind::TooMany, "too_many_listeners", detail));
    }
    let state = (platform.bus.listen(), ctx, platform.tasks.token(Stage::Intake));
    let stream = unfold(state, async |(mut listener, ctx, token)| {
        let event = tokio::select! {
            () = token.cancelled() => return None,
            event = next_for(&mut listener, &ctx) => event?,
        };
        Some((Ok(event), (listener, ctx, token)))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

async fn next_for(listener: &mut Listener, ctx: &Ctx) -> Option<SseEvent> {
    loop {
        match listener.hear().await? {
            Heard::Lagged => return Some(SseEvent::default().event("resync").data("{}")),
            Heard::Event(event) if ctx.may(event.action, event.scope) => {
                return Some(SseEvent::default().event(event.kind).data(event.body.to_string()));
            }
            Heard::Event(_) => {}
        }
    }
}
