//! Signals in: by the outbox from the rooms of this platform, by HTTP from programs.

use axum::extract::State as Shared;
use base::noun::{Complex, Device, Establishment};
use base::{Action, Actor, FieldError, Id, Scope, Signal};
use platform::Ctx;
use platform::http::{ApiResult, Json, Problem};
use registry::directory::Snapshot;
use registry::point::PointClass;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{SignalOutcome, SignalReceipt, rules, store};
use crate::Control;
use crate::alarm::{self, Alarm, AlarmError, Origin, Title};

pub(crate) fn routes() -> OpenApiRouter<Control> {
    OpenApiRouter::new().routes(routes!(signal_create))
}

/// A program tells that something began, goes on or ended; the control centre makes an alarm of it.
/// Safe to repeat: the same id changes nothing.
#[utoipa::path(
    post, path = "/api/v1/signals", tag = "control", request_body = Signal,
    responses(
        (status = 200, body = SignalReceipt), (status = 403, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn signal_create(
    Shared(control): Shared<Control>,
    ctx: Ctx,
    Json(signal): Json<Signal>,
) -> ApiResult<Json<SignalReceipt>> {
    let scope = Scope::Complex(signal.complex);
    if !ctx.may(Action::Operate, scope) {
        ctx.require(Action::WriteReadings, scope)?;
    }
    Ok(Json(control.take_signal(&signal, &ctx.actor).await?))
}

impl Control {
    /// Deals with a signal from a room or a program, once for each id.
    pub async fn take_signal(&self, signal: &Signal, by: &Actor) -> ApiResult<SignalReceipt> {
        let now = self.platform.clock.now();
        let directory = self.directory.snapshot();
        let mut wrong = rules::check(signal, now);
        if !directory.complexes().iter().any(|complex| complex.id == signal.complex) {
            let detail = format!("there is no complex {}", signal.complex);
            wrong.push(FieldError::new("/complex", detail));
        }
        if !wrong.is_empty() {
            return Err(Problem::invalid(wrong));
        }
        let mut tx = self.platform.db.write().await?;
        if !store::take(&mut tx, signal, now).await? {
            let outcome = SignalOutcome::Repeated;
            return Ok(SignalReceipt { id: signal.id, outcome, alarm_id: None });
        }
        let key = rules::dedupe_key(signal);
        let last = alarm::store::last_by_key(&mut tx, signal.complex, &key).await?;
        let origin = origin(signal, key, &directory);
        let id = self.platform.clock.new_id::<Alarm>();
        let (outcome, change) = rules::apply(signal, last.as_ref(), id, origin, by, now);
        if let Some(change) = &change
            && !alarm::store::save(&mut tx, change).await?
        {
            return Err(AlarmError::Changed.into());
        }
        let alarm_id = change.as_ref().map(|change| change.alarm.id).or(last.map(|last| last.id));
        store::settle(&mut tx, signal.id, alarm_id, outcome).await?;
        tx.commit().await?;
        if let Some(change) = change {
            self.count(change.transition.operation);
        }
        Ok(SignalReceipt { id: signal.id, outcome, alarm_id })
    }
}

/// What an alarm of this signal is about. Whatever concerns one tenant keeps its value from others.
fn origin(signal: &Signal, dedupe_key: String, directory: &Snapshot) -> Origin {
    let about = About::of(signal, directory);
    let params = [("source", &signal.source), ("subject", &signal.subject)];
    Origin {
        complex: signal.complex,
        owner: about.owner,
        private: about.owner.is_some() || about.private,
        source: signal.source.clone(),
        kind: signal.kind.clone(),
        subject: signal.subject.clone(),
        device: about.device,
        dedupe_key,
        rule: None,
        title: Title {
            code: format!("signal.{}", signal.kind),
            params: params.map(|(name, text)| (name.to_owned(), text.clone())).into(),
        },
        unit: signal.unit.clone(),
        place: signal.place.or(about.place),
        demo: about.demo,
    }
}

/// What the directory knows of the subject of a signal.
#[derive(Default)]
struct About {
    owner: Option<Id<Establishment>>,
    private: bool,
    device: Option<Id<Device>>,
    place: Option<base::Position>,
    demo: bool,
}

impl About {
    fn of(signal: &Signal, directory: &Snapshot) -> Self {
        match signal.subject.split_once(':') {
            Some(("point", id)) => {
                let point = id.parse().ok().and_then(|id| directory.point_by_id(id));
                let point = point.filter(|point| point.complex == signal.complex);
                point.map_or_else(Self::default, |point| Self {
                    owner: point.owner_at(signal.at),
                    private: point.class == PointClass::Tenant,
                    device: Some(point.device),
                    place: point.position,
                    demo: point.demo,
                })
            }
            Some(("device", id)) => {
                let device = id.parse().ok().and_then(|id| directory.device(id));
                let device = device.filter(|device| device.complex == signal.complex);
                device.map_or_else(Self::default, |device| Self {
                    owner: device.establishment,
                    private: false,
                    device: Some(device.id),
                    place: device.position,
                    demo: device.demo,
                })
            }
            Some(("establishment", id)) => Self {
                owner: id.parse().ok(),
                demo: Self::demo(signal, directory),
                ..Self::default()
            },
            Some(_) | None => Self { demo: Self::demo(signal, directory), ..Self::default() },
        }
    }

    fn demo(signal: &Signal, directory: &Snapshot) -> bool {
        let same = |id: Id<Complex>| id == signal.complex;
        directory.complexes().iter().any(|complex| same(complex.id) && complex.demo)
    }
}
