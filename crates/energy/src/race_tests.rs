//! Many at the same moment: of changes that look at rows of others first, one passes, on each engine.

use platform::Ctx;
use platform::testing::{each_engine, send};
use serde_json::{Value, json};

use crate::electricity_contract::tests::World;

const AT_ONCE: usize = 8;
const CONTRACTS: &str = "/api/v1/electricity_contracts";

/// Posts the same body many times at once; tells how many were taken. The others must be refused with a reason.
async fn taken(world: &World, ctx: &Ctx, uri: &str, body: &Value) -> usize {
    let (router, _) = world.energy.routes().split_for_parts();
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (router, ctx, uri, body) =
            (router.clone(), ctx.clone(), uri.to_owned(), body.to_string());
        asked.spawn(async move { send(router, &ctx, "POST", &uri, body).await });
    }
    let answers = asked.join_all().await;
    let refused = answers.iter().filter(|(status, _)| matches!(status, 409 | 422)).count();
    let made = answers.iter().filter(|(status, _)| *status == 201).count();
    assert_eq!(made + refused, AT_ONCE, "{answers:?}");
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_the_same_change_at_the_same_moment_one_passes() {
    each_engine(&[], async |db| {
        let engine = db.engine_name();
        let world = World::on(db, "energy-race").await;
        let manager = world.manager();
        let new = world.new_contract();
        let (status, made) = world.call(&manager, "POST", CONTRACTS, new.clone()).await;
        assert_eq!(status, 201, "{made}");
        let one = format!("{CONTRACTS}/{}", made["id"].as_str().unwrap());

        let plan = json!({ "from": "2026-12-01", "to": "2026-12-05", "kind": "shutdown" });
        let plans = taken(&world, &manager, &format!("{one}/load_plans"), &plan).await;
        assert_eq!(plans, 1, "overlapping plans on {engine}");

        let meter = json!({
            "complex_id": new["complex_id"],
            "establishment_id": new["establishment_id"],
            "terms": { "name": "본관", "kind": "main", "from": "2026-01-01",
                "point_id": new["terms"]["active_point_id"] },
        });
        let meters = taken(&world, &manager, "/api/v1/meters", &meter).await;
        assert_eq!(meters, 1, "meters that count with one point on {engine}");

        for _ in 2..crate::electricity_contract::CONTRACTS_PER_ESTABLISHMENT_MAX {
            world.call(&manager, "POST", CONTRACTS, new.clone()).await;
        }
        let contracts = taken(&world, &manager, CONTRACTS, &new).await;
        assert_eq!(contracts, 1, "contracts beyond the limit on {engine}");
        world.close().await;
    })
    .await;
}
