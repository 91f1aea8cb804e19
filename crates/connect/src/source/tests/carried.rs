//! What stood in the tables of before is there under the new noun, on both engines.

use base::{Id, Instant};
use platform::args;
use platform::db::{MigrationSet, migrate};
use platform::testing::each_engine;
use serde_json::json;

use super::super::{Connection, Source, store};

const OLD_MODBUS: &str = "INSERT INTO modbus_source
    (id, complex_id, device_id, enabled, body, version, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)";
const OLD_OPCUA: &str = "INSERT INTO opcua_source
    (id, complex_id, device_id, enabled, body, version, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)";

fn id<T>(n: u8) -> Id<T> {
    Id::v7(Instant::from_micros(0), [n; 10])
}

#[tokio::test]
async fn rows_of_the_two_older_tables_are_carried_over() {
    let whole = crate::MIGRATIONS;
    let before = MigrationSet { migrations: &whole.migrations[..3], ..whole };
    each_engine(&[platform::MIGRATIONS, before], async |db| {
        let modbus = json!({
            "id": id::<Source>(1), "complex_id": id::<()>(8), "device_id": id::<()>(9),
            "name": "변전실 \"가\" 계량기", "host": "10.0.3.17", "port": 1502, "unit": 3,
            "timeout_ms": 700, "gap_max": 2, "enabled": true, "version": 4, "updated_at":
            "2026-11-25T00:00:00Z", "polls": [{ "point": "kw", "function": "input",
            "register": 52, "type": "f32", "order": "CDAB", "scale": 0.1, "offset": 0.0,
            "interval_s": 15, "error_values": [65535.0] }],
        });
        let opcua = json!({
            "id": id::<Source>(2), "complex_id": id::<()>(8), "device_id": id::<()>(9),
            "name": "라인 1", "endpoint": "opc.tcp://10.0.3.20:4840/", "username": "sandan",
            "password_env": "SANDAN_OPCUA_LINE1", "publish_ms": 500, "enabled": false,
            "version": 1, "updated_at": "2026-11-25T00:00:00Z", "nodes": [{ "node": "ns=2;s=kw",
            "point": "kw", "scale": 1.0, "offset": 0.0, "deadband": 5.0 }],
        });
        let mut tx = db.write().await.unwrap();
        let at = Instant::from_micros(7);
        let row = args![id::<Source>(1), id::<()>(8), id::<()>(9), true, modbus, 4_i64, at];
        tx.run(OLD_MODBUS, row).await.unwrap();
        let row = args![id::<Source>(2), id::<()>(8), id::<()>(9), false, opcua, 1_i64, at];
        tx.run(OLD_OPCUA, row).await.unwrap();
        tx.commit().await.unwrap();

        migrate(&db, &[platform::MIGRATIONS, whole], at).await.unwrap();
        let all = store::Filter { complex: None, device: None, kind: None, after: None };
        let mut tx = db.write().await.unwrap();
        let carried = store::list(&mut tx, all, 10).await.unwrap();
        let [meter, line] = &carried[..] else { panic!("{carried:?}") };
        assert_eq!((&*meter.name, meter.version, meter.enabled), ("변전실 \"가\" 계량기", 4, true));
        assert_eq!((meter.id, meter.device_id, meter.updated_at), (id(1), id(9), at));
        let Connection::Modbus(unit) = &meter.connection else { panic!("{meter:?}") };
        assert_eq!((&*unit.host, unit.port, unit.unit, unit.gap_max), ("10.0.3.17", 1502, 3, 2));
        assert_eq!((unit.polls[0].scale, &unit.polls[0].error_values[..]), (0.1, &[65_535.0][..]));
        assert_eq!((&*line.name, line.enabled, line.version), ("라인 1", false, 1));
        let Connection::Opcua(server) = &line.connection else { panic!("{line:?}") };
        assert_eq!(server.password_env.as_deref(), Some("SANDAN_OPCUA_LINE1"));
        assert_eq!((server.publish_ms, server.nodes[0].deadband), (500, 5.0));

        // A change of a carried row stays readable.
        let next = Source { version: 5, name: "새 이름".into(), ..meter.clone() };
        assert!(store::update(&mut tx, &next).await.unwrap());
        assert_eq!(store::find(&mut tx, id(1)).await.unwrap(), Some(next));
    })
    .await;
}
