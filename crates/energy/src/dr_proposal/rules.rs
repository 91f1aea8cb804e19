//! What events ask for, and what changes when a server is heard again. Pure.

use std::collections::BTreeSet;

use base::{Id, Instant};
use energy_rules::response::{AnnouncedSpan, joined, reduction_kw};
use jiff::Timestamp;
use openadr::timeline::{NoTimeline, TimedInterval, timeline};
use openadr::wire::{Event, Program, Received, ValuesMap};
use serde_json::Value;

use super::{AHEAD_DAYS_MAX, DrDecision, DrOffer, DrProposal, DrProposalState, OFFERS_MAX};

/// More or less than now, kW where the descriptor says so.
const RELATIVE: &str = "DISPATCH_SETPOINT_RELATIVE";
/// Payloads that may ask for a reduction without saying it in kW.
const OTHERS: [&str; 3] = ["SIMPLE", "DISPATCH_SETPOINT", "CONTROL_SETPOINT"];
/// The longest name that is kept, characters.
const NAME_MAX: usize = 100;
/// Reports of one event that are looked at.
const REPORTS_MAX: usize = 20;

/// What an answer of a server comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Offers {
    /// What is asked for.
    pub(crate) asked: Vec<DrOffer>,
    /// Events of which nothing can be told: what was proposed of them stays.
    pub(crate) untold: BTreeSet<String>,
    /// Events that ask for no reduction.
    pub(crate) others: usize,
    /// What could not be used, in words.
    pub(crate) unread: Vec<String>,
}

/// What is asked for by events that end after `now`.
pub(crate) fn offers<'a>(
    events: impl Iterator<Item = (&'a Program, &'a Received<Event>)>,
    now: Instant,
) -> Offers {
    let mut all = Offers::default();
    for (program, event) in events {
        match of_event(program, event) {
            Ok(found) if found.is_empty() => all.others += 1,
            Ok(found) => all.asked.extend(found.into_iter().filter(|offer| is_ahead(offer, now))),
            Err(NoTimeline::Empty) => all.others += 1,
            Err(fault) => {
                all.untold.insert(event.id.clone());
                all.unread.push(format!("{}: {fault}", event.id));
            }
        }
    }
    if all.asked.len() > OFFERS_MAX {
        for offer in all.asked.split_off(OFFERS_MAX) {
            all.untold.insert(offer.event_id);
        }
        all.unread.push(format!("more than {OFFERS_MAX} stretches of time: the rest is left out"));
    }
    all
}

fn is_ahead(offer: &DrOffer, now: Instant) -> bool {
    let most = std::time::Duration::from_secs(u64::try_from(AHEAD_DAYS_MAX).unwrap_or(0) * 86_400);
    offer.end > now && offer.start < now + most
}

fn of_event(program: &Program, event: &Received<Event>) -> Result<Vec<DrOffer>, NoTimeline> {
    let told = timeline(&event.content)?;
    let unit = |kind: &str| {
        let own = event.content.payload_descriptors.as_deref().unwrap_or_default();
        let of_program = program.payload_descriptors.as_deref().unwrap_or_default();
        let mut all = own.iter().chain(of_program);
        let of_kind = all.find(|one| one["payloadType"].as_str() == Some(kind));
        of_kind.and_then(|one| one["units"].as_str()).unwrap_or_default().to_owned()
    };
    let mut spans = Vec::new();
    for TimedInterval { start, end, payloads } in told {
        let Some(asked) = payloads.iter().find_map(|payload| ask(payload, &unit)) else { continue };
        spans.push((AnnouncedSpan { start, end, reduction_kw: asked.kw }, asked.signal));
    }
    let short = |text: &str| text.chars().take(NAME_MAX).collect::<String>();
    let reports = event.content.report_descriptors.as_deref().unwrap_or_default();
    let reports = reports.iter().filter_map(|one| one["payloadType"].as_str()).map(short);
    let asks_reports: Vec<_> = reports.take(REPORTS_MAX).collect();
    let offer = |(number, (span, signal)): (u32, (AnnouncedSpan, String))| DrOffer {
        event_id: event.id.clone(),
        number,
        event_name: short(event.content.event_name.as_deref().unwrap_or_default()),
        program: short(&program.program_name),
        modified: event.modified.clone(),
        start: span.start.into(),
        end: span.end.into(),
        requested_kw: span.reduction_kw,
        signal,
        asks_reports: asks_reports.clone(),
    };
    Ok((0..).zip(joined(spans)).map(offer).collect())
}

struct Asked {
    kw: Option<u32>,
    signal: String,
}

/// What a payload asks for; nothing where it asks for no reduction.
fn ask(payload: &ValuesMap, unit: &impl Fn(&str) -> String) -> Option<Asked> {
    let kind = payload.value_type.as_str();
    let value = payload.values.first().and_then(Value::as_f64);
    let unit = unit(kind);
    let number = value.map(|value| value.to_string()).unwrap_or_default();
    let signal = format!("{kind} {number} {unit}").trim_end().chars().take(NAME_MAX).collect();
    if kind == RELATIVE {
        let value = value?;
        // Up, or none at all.
        if value >= 0.0 {
            return None;
        }
        let kw = if unit == "KW" { reduction_kw(value) } else { None };
        return Some(Asked { kw, signal });
    }
    // SIMPLE 0 is normal operation.
    let is_normal = kind == "SIMPLE" && value == Some(0.0);
    (OTHERS.contains(&kind) && !is_normal).then_some(Asked { kw: None, signal })
}

/// A change that hearing a server brings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Something new is asked for.
    New(DrOffer),
    /// It asks for something else than before, or again for what it had taken back.
    Changed(Id<DrProposal>, DrOffer),
    /// It takes back what it asked for.
    Withdrawn(Id<DrProposal>),
}

/// What changes for the proposals of one contract and source that are not over: `heard` is a whole answer.
///
/// A stretch is known by its event and its start, else by its number: a server that leaves out what is past counts the
/// rest anew. A proposal keeps its own number.
pub(crate) fn follow(
    known: &[DrProposal],
    heard: &Offers,
    is_whole: bool,
    now: Instant,
) -> Vec<Step> {
    let pairs = paired(known, &heard.asked, now);
    let mut steps = Vec::new();
    for (offer, pair) in heard.asked.iter().zip(&pairs) {
        match pair {
            None => steps.push(Step::New(offer.clone())),
            Some(one) if one.withdrawn || !asks_the_same(&one.offer, offer) => {
                let offer = DrOffer { number: one.offer.number, ..offer.clone() };
                steps.push(Step::Changed(one.id, offer));
            }
            Some(_) => {}
        }
    }
    if is_whole {
        let offered: BTreeSet<_> = pairs.iter().flatten().map(|one| one.id).collect();
        let gone = known.iter().filter(|one| {
            one.offer.end > now
                && !one.withdrawn
                && !offered.contains(&one.id)
                && !heard.untold.contains(&one.offer.event_id)
        });
        steps.extend(gone.map(|one| Step::Withdrawn(one.id)));
    }
    steps
}

/// How a proposal is known again, the surest first.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// It stands and asks for the same.
    Same,
    /// It begins at the same moment.
    Start,
    /// It has the same number.
    Number,
}

/// The proposal of each offer, no proposal twice.
fn paired<'a>(
    known: &'a [DrProposal],
    asked: &[DrOffer],
    now: Instant,
) -> Vec<Option<&'a DrProposal>> {
    let mut pairs: Vec<Option<&'a DrProposal>> = vec![None; asked.len()];
    let mut used = BTreeSet::new();
    for way in [Way::Same, Way::Start, Way::Number] {
        for (offer, pair) in asked.iter().zip(&mut pairs) {
            if pair.is_some() {
                continue;
            }
            let found = known.iter().find(|one| {
                let is_known = match way {
                    Way::Same => !one.withdrawn && asks_the_same(&one.offer, offer),
                    Way::Start => one.offer.start == offer.start,
                    Way::Number => one.offer.number == offer.number,
                };
                is_known
                    && one.offer.event_id == offer.event_id
                    && may_be_reused(one, now)
                    && !used.contains(&one.id)
            });
            if let Some(one) = found {
                used.insert(one.id);
                *pair = Some(one);
            }
        }
    }
    pairs
}

/// Whether a proposal may come to ask for something else: what is over and was decided stays as it is.
pub(crate) fn may_be_reused(one: &DrProposal, now: Instant) -> bool {
    one.offer.end > now || !is_decided(one)
}

/// Whether a person decided on it, now or before it was changed.
pub(crate) fn is_decided(one: &DrProposal) -> bool {
    one.decision != DrDecision::Open || one.call.is_some()
}

/// Whether two offers ask for the same; a new name alone asks nobody anew.
fn asks_the_same(one: &DrOffer, other: &DrOffer) -> bool {
    let asked =
        |offer: &DrOffer| (offer.start, offer.end, offer.requested_kw, offer.signal.clone());
    asked(one) == asked(other)
}

/// Where a proposal stands.
pub(crate) fn state(it: &DrProposal, now: Instant) -> DrProposalState {
    match it.decision {
        _ if it.withdrawn => DrProposalState::Withdrawn,
        DrDecision::Open if it.offer.end <= now => DrProposalState::Expired,
        DrDecision::Open => DrProposalState::Open,
        DrDecision::Accepted => DrProposalState::Accepted,
        DrDecision::OptedOut => DrProposalState::OptedOut,
    }
}

/// The span of an offer.
pub(crate) fn span(offer: &DrOffer) -> AnnouncedSpan {
    let at = |instant: Instant| -> Timestamp { instant.timestamp() };
    AnnouncedSpan { start: at(offer.start), end: at(offer.end), reduction_kw: offer.requested_kw }
}
