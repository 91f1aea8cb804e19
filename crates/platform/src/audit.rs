//! The audit ledger (감사 기록): who did what to which thing, chained by hashes so that a later change shows.
//!
//! A row is written unsealed inside the transaction of the change. One leased task seals rows in the
//! order of their ids, one chain for each complex: `sha256(canonical JSON of the row, with the hash of
//! the row before)`, RFC 8785. Of the detail only the hash is chained, so that personal payload can be
//! erased without breaking the chain.
//!
//! Limit: a transaction that commits after the sealer passed its id is sealed later, with a higher number;
//! the chain orders by sealing, `at` tells when it happened.

use base::noun::Complex;
use base::{Id, Instant};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::db::{Db, DbError, ReadTx, Row, WriteTx};
use crate::{Ctx, args};
use base::hex;

/// Rows sealed in one transaction.
const SEAL_BATCH: i64 = 200;
/// Rows read in one step of a verification.
const VERIFY_BATCH: i64 = 1_000;

crate::statements! {
    /// Writes an unsealed row.
    INSERT = "INSERT INTO audit_entry
      (id, chain, at, actor_kind, actor_id, actor_name, action, subject, request_id, detail, detail_sha256)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// The oldest unsealed rows.
    UNSEALED = "SELECT * FROM audit_entry WHERE seq IS NULL ORDER BY id LIMIT $1";
    /// The last sealed row of a chain.
    TAIL = "SELECT seq, sha256 FROM audit_entry
      WHERE chain = $1 AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1";
    /// Seals one row.
    SEAL = "UPDATE audit_entry SET seq = $1, previous_sha256 = $2, sha256 = $3
      WHERE id = $4 AND seq IS NULL";
    /// The sealed rows of a chain in order.
    CHAIN = "SELECT * FROM audit_entry WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// The chains that there are.
    CHAINS = "SELECT DISTINCT chain FROM audit_entry ORDER BY chain LIMIT 1000";
    /// A page of the ledger, the newest first.
    LIST = "SELECT * FROM audit_entry
      WHERE (CAST($1 AS TEXT) IS NULL OR chain = $1)
        AND (CAST($2 AS TEXT) IS NULL OR action = $2)
        AND (CAST($3 AS TEXT) IS NULL OR subject = $3)
        AND (CAST($4 AS TEXT) IS NULL OR id < $4)
      ORDER BY id DESC LIMIT $5";
}

/// What is written about one change.
#[derive(Debug, Clone)]
pub struct Audit {
    /// Noun and verb: `alarm.acknowledge`.
    pub action: &'static str,
    /// The thing: `alarm:ID`.
    pub subject: String,
    /// The complex it belongs to; `None` for the system.
    pub complex: Option<Id<Complex>>,
    /// Old and new values, reasons. No secrets.
    pub detail: Value,
}

/// One row of the ledger, as it is read and hashed.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// Its id.
    pub id: String,
    /// `system` or the id of a complex.
    pub chain: String,
    /// When it happened.
    pub at: Instant,
    /// person, token, device or system.
    pub actor_kind: String,
    /// Account, token, device or task.
    pub actor_id: String,
    /// The name, as it was then.
    pub actor_name: String,
    /// Noun and verb.
    pub action: String,
    /// The thing.
    pub subject: String,
    /// The request.
    pub request_id: String,
    /// Hash of the detail.
    pub detail_sha256: String,
    /// Number in the chain; absent until sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Hash of the row before it in the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_sha256: Option<String>,
    /// Hash of this row; absent until sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What was changed; absent when erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub detail: Option<Value>,
}

/// What a verification of the ledger found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Verification {
    /// Sealed rows that were checked.
    pub checked: u64,
    /// Ids of rows that do not fit the chain; empty means that nothing was changed.
    pub broken: Vec<String>,
}

impl WriteTx {
    /// Writes an audit row into this transaction.
    pub async fn audit(&mut self, ctx: &Ctx, audit: Audit) -> Result<(), DbError> {
        let chain = audit.complex.map_or_else(|| "system".to_owned(), |id| id.to_string());
        let detail = canonical(&audit.detail);
        let detail_sha256 = hex(&Sha256::digest(&detail));
        let id = ctx.new_id::<Audit>();
        let actor = &ctx.actor;
        let row = args![
            id,
            chain,
            ctx.now,
            actor.kind.as_str(),
            &actor.id,
            &actor.name,
            audit.action,
            audit.subject,
            &ctx.request_id,
            detail,
            detail_sha256,
        ];
        self.run(INSERT, row).await.map(drop)
    }
}

/// Seals what is unsealed; tells how many rows. Run by one task at a time.
pub async fn seal(db: &Db) -> Result<usize, DbError> {
    // The writer is not troubled while there is nothing to seal.
    if db.read().await?.one(UNSEALED, args![1_i64]).await?.is_none() {
        return Ok(0);
    }
    let mut tx = db.write().await?;
    let entries = read_all(&tx.all(UNSEALED, args![SEAL_BATCH]).await?)?;
    let count = entries.len();
    let mut tails = std::collections::BTreeMap::<String, (i64, String)>::new();
    for mut entry in entries {
        let (seq, previous) = match tails.remove(&entry.chain) {
            Some(tail) => tail,
            None => tail(&mut tx, &entry.chain).await?,
        };
        entry.seq = Some(seq + 1);
        entry.previous_sha256 = Some(previous.clone());
        let sha256 = entry.hash();
        tx.run(SEAL, args![seq + 1, previous, &sha256, &entry.id]).await?;
        tails.insert(entry.chain, (seq + 1, sha256));
    }
    tx.commit().await?;
    Ok(count)
}

async fn tail(tx: &mut ReadTx, chain: &str) -> Result<(i64, String), DbError> {
    match tx.one(TAIL, args![chain]).await? {
        Some(row) => Ok((row.get("seq")?, row.get("sha256")?)),
        None => Ok((0, "0".repeat(64))),
    }
}

/// Recomputes every chain and names the rows that do not fit.
pub async fn verify(db: &Db) -> Result<Verification, DbError> {
    let mut tx = db.read().await?;
    let (mut checked, mut broken) = (0, Vec::new());
    for chain in tx.all(CHAINS, args![]).await? {
        let chain = chain.get::<String>("chain")?;
        let (mut seq, mut previous) = (0, "0".repeat(64));
        loop {
            let entries = read_all(&tx.all(CHAIN, args![&chain, seq, VERIFY_BATCH]).await?)?;
            if entries.is_empty() {
                break;
            }
            for entry in entries {
                checked += 1;
                if !entry.follows(seq, &previous) {
                    broken.push(entry.id.clone());
                }
                seq = entry.seq.unwrap_or(seq);
                previous = entry.sha256.unwrap_or_default();
            }
        }
    }
    Ok(Verification { checked, broken })
}

/// A page of the ledger.
pub(crate) async fn list(
    tx: &mut ReadTx,
    filter: &crate::http::audit_api::AuditFilter,
    after: Option<String>,
    fetch: i64,
) -> Result<Vec<AuditEntry>, DbError> {
    let args = args![&filter.chain, &filter.action, &filter.subject, after, fetch];
    read_all(&tx.all(LIST, args).await?)
}

impl AuditEntry {
    /// The hash of the row: canonical JSON of everything but the hash itself and the detail.
    fn hash(&self) -> String {
        let row = json!({
            "id": self.id, "chain": self.chain, "at": self.at, "actor_kind": self.actor_kind,
            "actor_id": self.actor_id, "actor_name": self.actor_name, "action": self.action,
            "subject": self.subject, "request_id": self.request_id,
            "detail_sha256": self.detail_sha256, "seq": self.seq,
            "previous_sha256": self.previous_sha256,
        });
        hex(&Sha256::digest(canonical(&row)))
    }

    fn follows(&self, seq: i64, previous: &str) -> bool {
        let detail_fits = self
            .detail
            .as_ref()
            .is_none_or(|detail| hex(&Sha256::digest(canonical(detail))) == self.detail_sha256);
        self.seq == Some(seq + 1)
            && self.previous_sha256.as_deref() == Some(previous)
            && self.sha256.as_deref() == Some(&self.hash())
            && detail_fits
    }

    fn read(row: &Row) -> Result<Self, DbError> {
        let detail = row.get::<Option<String>>("detail")?;
        Ok(Self {
            id: row.get("id")?,
            chain: row.get("chain")?,
            at: row.instant("at")?,
            actor_kind: row.get("actor_kind")?,
            actor_id: row.get("actor_id")?,
            actor_name: row.get("actor_name")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            request_id: row.get("request_id")?,
            detail_sha256: row.get("detail_sha256")?,
            seq: row.get("seq")?,
            previous_sha256: row.get("previous_sha256")?,
            sha256: row.get("sha256")?,
            // A detail that is no JSON any more cannot match its hash; verification says so.
            detail: detail.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))),
        })
    }
}

fn read_all(rows: &[Row]) -> Result<Vec<AuditEntry>, DbError> {
    rows.iter().map(AuditEntry::read).collect()
}

fn canonical(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).expect("a JSON value has a canonical form")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{each_engine, system_ctx};

    async fn write(db: &Db, n: u32) {
        let mut tx = db.write().await.unwrap();
        let audit = Audit {
            action: "test.done",
            subject: format!("thing:{n}"),
            complex: None,
            detail: json!({ "n": n }),
        };
        tx.audit(&system_ctx(), audit).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_sealed_ledger_verifies_and_a_changed_row_is_named() {
        each_engine(&[crate::MIGRATIONS], async |db| {
            for n in 0..5 {
                write(&db, n).await;
            }
            assert_eq!(seal(&db).await.unwrap(), 5);
            assert_eq!(seal(&db).await.unwrap(), 0);
            assert_eq!(verify(&db).await.unwrap(), Verification { checked: 5, broken: vec![] });

            let mut tx = db.write().await.unwrap();
            tx.run("UPDATE audit_entry SET subject = 'thing:9' WHERE seq = 3", args![])
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let found = verify(&db).await.unwrap();
            assert_eq!((found.checked, found.broken.len()), (5, 1));
        })
        .await;
    }

    #[tokio::test]
    async fn a_removed_row_breaks_the_chain_and_an_erased_detail_does_not() {
        each_engine(&[crate::MIGRATIONS], async |db| {
            for n in 0..4 {
                write(&db, n).await;
            }
            seal(&db).await.unwrap();
            let mut tx = db.write().await.unwrap();
            tx.run("UPDATE audit_entry SET detail = NULL WHERE seq = 1", args![]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(verify(&db).await.unwrap().broken.len(), 0);

            let mut tx = db.write().await.unwrap();
            tx.run("DELETE FROM audit_entry WHERE seq = 2", args![]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(verify(&db).await.unwrap().broken.len(), 1);
        })
        .await;
    }
}
