//! Hearing servers: what changes is written once, whatever the order; and the complex's own server.

use base::{Id, Instant, Role, Scope};
use proptest::prelude::*;
use serde_json::json;

use super::rules::{Offers, Step, follow};
use super::{DrDecision, DrOffer, DrProposal, ProposalSource};
use crate::electricity_contract::tests::World;

const NOW: Instant = Instant::from_micros(1_000_000_000);

fn offer(event: u8, number: u32, ends: i64, kw: u32) -> DrOffer {
    DrOffer {
        event_id: format!("e-{event}"),
        number,
        event_name: String::new(),
        program: "p".to_owned(),
        modified: String::new(),
        start: Instant::from_micros(ends - 500_000_000),
        end: Instant::from_micros(ends),
        requested_kw: Some(kw),
        signal: String::new(),
        asks_reports: Vec::new(),
    }
}

fn proposal(n: u8, offer: DrOffer) -> DrProposal {
    DrProposal {
        id: Id::v7(NOW, [n; 10]),
        contract_id: Id::v7(NOW, [0; 10]),
        complex_id: Id::v7(NOW, [0; 10]),
        source: ProposalSource::Own,
        source_name: String::new(),
        offer,
        decision: DrDecision::Open,
        call: None,
        withdrawn: false,
        changed: false,
        told: true,
        reported: Vec::new(),
        refused: Vec::new(),
        decided_by: None,
        version: 1,
        updated_at: NOW,
    }
}

/// What the store holds after these steps.
fn after(known: &[DrProposal], steps: &[Step]) -> Vec<DrProposal> {
    let mut all = known.to_vec();
    for step in steps {
        match step {
            Step::New(offer) => {
                let n = u8::try_from(all.len() + 1).unwrap();
                all.push(proposal(n, offer.clone()));
            }
            Step::Changed(id, offer) => {
                let one = all.iter_mut().find(|one| one.id == *id).unwrap();
                (one.offer, one.withdrawn) = (offer.clone(), false);
            }
            Step::Withdrawn(id) => {
                all.iter_mut().find(|one| one.id == *id).unwrap().withdrawn = true;
            }
        }
    }
    all
}

#[test]
fn what_is_over_is_not_taken_back_and_what_comes_back_is_asked_anew() {
    let later = NOW.as_micros() + 1_000_000_000;
    let heard = |offers: Vec<DrOffer>| Offers { asked: offers, ..Offers::default() };
    let (over, ahead) = (offer(1, 0, NOW.as_micros(), 5), offer(2, 0, later, 5));
    let known = [proposal(1, over), proposal(2, ahead.clone())];
    let steps = follow(&known, &heard(vec![]), true, NOW);
    assert_eq!(steps, [Step::Withdrawn(known[1].id)]);
    assert_eq!(
        follow(&known, &heard(vec![]), false, NOW),
        [],
        "an answer in part takes nothing back"
    );
    let untold = Offers { untold: ["e-2".to_owned()].into(), ..Offers::default() };
    assert_eq!(follow(&known, &untold, true, NOW), []);
    let known = after(&known, &steps);
    let steps = follow(&known, &heard(vec![ahead.clone()]), true, NOW);
    assert_eq!(steps, [Step::Changed(known[1].id, ahead)]);
}

#[test]
fn a_server_that_leaves_out_what_is_past_changes_nothing() {
    let later = NOW.as_micros() + 1_000_000_000;
    let heard = |offers: Vec<DrOffer>| Offers { asked: offers, ..Offers::default() };
    let mut over = proposal(1, offer(1, 0, NOW.as_micros(), 5));
    over.decision = DrDecision::Accepted;
    let ahead = proposal(2, offer(1, 1, later, 5));
    // The second stretch is counted as the first now.
    let again = heard(vec![offer(1, 0, later, 5)]);
    assert_eq!(follow(&[over.clone(), ahead.clone()], &again, true, NOW), []);
    // It asks for more: the proposal keeps its number.
    let more = heard(vec![offer(1, 0, later, 8)]);
    let steps = follow(&[over.clone(), ahead.clone()], &more, true, NOW);
    assert_eq!(steps, [Step::Changed(ahead.id, offer(1, 1, later, 8))]);
    // What is over and was decided stays as it is; what nobody decided may be moved.
    let steps = follow(std::slice::from_ref(&over), &again, true, NOW);
    assert_eq!(steps, [Step::New(offer(1, 0, later, 5))]);
    over.decision = DrDecision::Open;
    let steps = follow(std::slice::from_ref(&over), &again, true, NOW);
    assert_eq!(steps, [Step::Changed(over.id, offer(1, 0, later, 5))]);
}

proptest! {
    #[test]
    fn hearing_the_same_again_changes_nothing(
        first in prop::collection::btree_map((0_u8..5, 0_u32..3), 1_u32..4, 0..8),
        second in prop::collection::btree_map((0_u8..5, 0_u32..3), 1_u32..4, 0..8),
        whole: bool,
    ) {
        let later = NOW.as_micros() + 1_000_000_000;
        let heard = |all: &std::collections::BTreeMap<(u8, u32), u32>| Offers {
            asked: all.iter().map(|((e, n), kw)| offer(*e, *n, later, *kw)).collect(),
            ..Offers::default()
        };
        let known = after(&[], &follow(&[], &heard(&first), true, NOW));
        prop_assert_eq!(known.len(), first.len());
        let known = after(&known, &follow(&known, &heard(&second), whole, NOW));
        prop_assert_eq!(follow(&known, &heard(&second), whole, NOW), vec![]);
        let standing = known.iter().filter(|one| !one.withdrawn).count();
        if whole {
            prop_assert_eq!(standing, second.len());
        } else {
            prop_assert!(standing >= second.len());
        }
    }
}

#[tokio::test]
async fn the_office_passes_a_call_on_and_the_tenant_alone_is_asked() {
    let world = World::new("dr-publish").await;
    let Scope::Establishment { id, complex } = world.tenant() else { panic!("a tenant") };
    let office = world.somebody(Role::EnergyOffice, Scope::Complex(complex));
    let path = "/api/v1/electricity_contracts";
    let (_, tenants) = world.call(&world.manager(), "POST", path, world.new_contract()).await;
    let tenants = format!("{path}/{}", tenants["id"].as_str().unwrap());
    let mut new = world.new_contract();
    new["establishment_id"] = json!(null);
    new["terms"]["active_point_id"] = json!(world.point("m-0", "kwh").0);
    let (status, own) = world.call(&office, "POST", path, new).await;
    assert_eq!(status, 201, "{own}");
    let own = format!("{path}/{}", own["id"].as_str().unwrap());
    let terms = json!({ "terms": {
        "day": "2026-11-26", "first_hour": 14, "end_hour": 16, "requested_kw": 100,
        "baseline": { "method": "mid_6_10", "ranking": "by_hour", "adjustment": "none",
            "exclusions": "reductions" },
    } });
    let (status, call) =
        world.call(&office, "POST", &format!("{own}/dr_events"), terms.clone()).await;
    assert_eq!(status, 201, "{call}");
    let call = format!("{own}/dr_events/{}", call["id"].as_str().unwrap());
    let publish = format!("{call}/publish");
    let share = |establishment: &str, kw: u32| json!({ "version": 1, "to": [{ "establishment_id": establishment, "requested_kw": kw }] });
    for (body, field) in [
        (share(&complex.to_string(), 5), "/to/0/establishment_id"),
        (share(&id.to_string(), 0), "/to/0/requested_kw"),
        (json!({ "version": 1, "to": [] }), "/to"),
    ] {
        let (status, no) = world.call(&office, "POST", &publish, body).await;
        assert_eq!((status, &no["fields"][0]["pointer"]), (422, &json!(field)), "{no}");
    }
    let share = share(&id.to_string(), 40);
    let (status, told) = world.call(&office, "POST", &publish, share.clone()).await;
    assert_eq!((status, &told["published"][0]["requested_kw"]), (200, &json!(40)), "{told}");
    let again = json!({ "version": 2, "to": share["to"] });
    let (status, twice) = world.call(&office, "POST", &publish, again).await;
    assert_eq!((status, &twice["code"]), (409, &json!("dr_event.published")), "{twice}");

    // The tenant's contract is asked, once, and the complex's own is not.
    for _ in 0..2 {
        world.energy.take_own_events().await.unwrap();
    }
    let proposals = format!("{tenants}/dr_proposals");
    let (_, list) = world.call(&world.manager(), "GET", &proposals, json!(null)).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    let one = &list["items"][0];
    assert_eq!((&one["connection_id"], &one["state"]), (&json!(null), &json!("open")), "{one}");
    assert_eq!(
        (&one["offer"]["requested_kw"], &one["hours"]["first_hour"]),
        (&json!(40), &json!(14))
    );
    let (_, none) = world.call(&office, "GET", &format!("{own}/dr_proposals"), json!(null)).await;
    assert_eq!(none["items"], json!([]));
    let (status, _) = world.call(&office, "GET", &proposals, json!(null)).await;
    assert_eq!(status, 404, "what the tenant decides is the tenant's");
    let accept = format!("{proposals}/{}/accept", one["id"].as_str().unwrap());
    let body = json!({ "version": 1, "baseline": terms["terms"]["baseline"] });
    let (status, yes) = world.call(&world.manager(), "POST", &accept, body).await;
    assert_eq!((status, &yes["state"]), (200, &json!("accepted")), "{yes}");

    // Cancelling the call takes the event back, and with it the tenant's call.
    let cancel = json!({ "version": 2 });
    let (status, off) = world.call(&office, "POST", &format!("{call}/cancel"), cancel).await;
    assert_eq!((status, &off["state"]), (200, &json!("cancelled")), "{off}");
    world.energy.take_own_events().await.unwrap();
    let (_, list) = world.call(&world.manager(), "GET", &proposals, json!(null)).await;
    assert_eq!(list["items"][0]["state"], "withdrawn", "{list}");
    let calls = format!("{tenants}/dr_events");
    let (_, calls) = world.call(&world.manager(), "GET", &calls, json!(null)).await;
    assert_eq!(calls["items"][0]["state"], "cancelled", "{calls}");
    // A tenant passes nothing on.
    let (status, mine) =
        world.call(&world.manager(), "POST", &format!("{tenants}/dr_events"), terms).await;
    assert_eq!(status, 201, "{mine}");
    let publish = format!("{tenants}/dr_events/{}/publish", mine["id"].as_str().unwrap());
    let (status, no) = world.call(&world.manager(), "POST", &publish, share).await;
    assert_eq!((status, &no["code"]), (409, &json!("dr_event.not_of_complex")), "{no}");
    world.close().await;
}
