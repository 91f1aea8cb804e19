//! The tables of sharing on both engines.

use base::{Actor, Id, Instant, Scope};
use energy_rules::sharing::{Level, Resolution, freeze};
use jiff::civil::date;
use platform::testing::{TEST_NOW, each_engine};
use registry::directory::EstablishmentInfo;

use super::{SharingRead, store};
use crate::sharing_grant::{self, SharingGrant, SharingTerms};
use crate::sharing_group::store::TOTAL;
use crate::sharing_group::{self, Totals};
use crate::sharing_level;

fn id<T>(n: u8) -> Id<T> {
    Id::v7(Instant::from_micros(0), [n; 10])
}

fn a_grant() -> SharingGrant {
    SharingGrant {
        id: id(1),
        complex_id: id(2),
        establishment_id: id(3),
        terms: SharingTerms {
            recipient: Scope::Establishment { id: id(4), complex: id(2) },
            points: Some(vec![id(5)]),
            quantity: None,
            resolution: Resolution::Hour,
            purpose: "시험".into(),
            from: date(2026, 11, 1),
            until: date(2026, 11, 30),
            values_from: None,
        },
        created_at: TEST_NOW,
        created_by: Actor::system("test"),
        revoked_at: None,
        revoked_by: None,
    }
}

fn a_read(n: u8) -> SharingRead {
    SharingRead {
        id: id(n),
        grant_id: id(1),
        establishment_id: id(3),
        at: TEST_NOW,
        actor: Actor::system("test"),
        from: date(2026, 11, 1),
        to: date(2026, 11, 2),
        resolution: Resolution::Hour,
        point_count: 1,
        value_count: 48,
    }
}

#[tokio::test]
async fn grants_and_reads_come_back_as_they_were_written_and_a_grant_is_revoked_once() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let mut grant = a_grant();
        let mut tx = db.write().await.unwrap();
        sharing_grant::store::insert(&mut tx, &grant).await.unwrap();
        store::insert(&mut tx, &a_read(7)).await.unwrap();
        store::insert(&mut tx, &a_read(8)).await.unwrap();
        grant.revoked_at = Some(TEST_NOW);
        assert!(sharing_grant::store::revoke(&mut tx, &grant).await.unwrap());
        assert!(!sharing_grant::store::revoke(&mut tx, &grant).await.unwrap());
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        let found = sharing_grant::store::find(&mut tx, id(1)).await.unwrap();
        assert_eq!(found.as_ref(), Some(&grant));
        for (complex, owner, expect) in
            [(None, None, 1), (Some(id(2)), Some(id(3)), 1), (Some(id(9)), None, 0)]
        {
            let listed = sharing_grant::store::list(&mut tx, complex, owner, None, 9).await;
            assert_eq!(listed.unwrap().len(), expect);
        }
        assert_eq!(store::count(&mut tx, id(1)).await.unwrap(), (2, 96));
        assert_eq!(store::count(&mut tx, id(9)).await.unwrap(), (0, 0));
        let newest = store::list(&mut tx, id(3), Some(id(1)), None, 9).await.unwrap();
        assert_eq!(newest, [a_read(8), a_read(7)]);
        let next = store::list(&mut tx, id(3), None, Some(id(8)), 9).await.unwrap();
        assert_eq!(next, [a_read(7)]);
    })
    .await;
}

#[tokio::test]
async fn every_choice_is_kept_and_a_group_is_written_by_one_at_a_time() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let site = EstablishmentInfo { id: id(3), complex: id(2), name: "가".into(), ksic: None };
        let mut tx = db.write().await.unwrap();
        let mut level = sharing_level::store::latest(&mut tx, &site).await.unwrap();
        assert_eq!((level.level, level.version), (Level::None, 0));
        for (n, chosen) in (1..).zip([Level::Partner, Level::Total]) {
            (level.version, level.level, level.floor_area_m2) = (n, chosen, Some(12.5));
            level.chosen_at = Some(TEST_NOW);
            level.chosen_by = Some(Actor::system("test"));
            sharing_level::store::insert(&mut tx, &level).await.unwrap();
        }
        let of = std::collections::BTreeMap::from([(id(3), None)]);
        let body = freeze(&of, 2).remove(0);
        let month = "2026-11".parse().unwrap();
        let code = body.code.clone();
        let mut group = Totals { complex: id(2), month, code, version: 1, body };
        sharing_group::store::insert(&mut tx, TOTAL, &group, TEST_NOW).await.unwrap();
        group.version = 2;
        assert!(sharing_group::store::update(&mut tx, TOTAL, &group, TEST_NOW).await.unwrap());
        assert!(!sharing_group::store::update(&mut tx, TOTAL, &group, TEST_NOW).await.unwrap());
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(sharing_level::store::latest(&mut tx, &site).await.unwrap(), level);
        let history = sharing_level::store::history(&mut tx, id(2)).await.unwrap();
        let levels: Vec<_> = history[&id(3)].levels.iter().map(|(_, level)| *level).collect();
        assert_eq!(levels, [Level::Partner, Level::Total]);
        let found: Vec<Totals> =
            sharing_group::store::of_month(&mut tx, TOTAL, id(2), month).await.unwrap();
        assert_eq!(found, [group.clone()]);
        let newest: Vec<Totals> =
            sharing_group::store::newest(&mut tx, TOTAL, id(2)).await.unwrap();
        assert_eq!(newest, [group]);
    })
    .await;
}
