//! The tables `account`, `role_grant`, `session`, `api_token`.

use std::time::Duration;

use base::{AccountId, Actor, ActorKind, Grant, Instant, Role, Scope};

use super::{AccountView, ApiTokenId, GrantView, RoleGrantId, SESSION_HOURS, Session, secret_hash};
use crate::args;
use crate::db::{Db, DbError, ReadTx, Row, WriteTx};

/// A session's last use is written at most this often.
const SEEN_STEP: Duration = Duration::from_mins(5);

crate::statements! {
    /// Adds an account.
    ACCOUNT_INSERT = "INSERT INTO account
      (id, email, name, password_hash, disabled, version, created_at)
      VALUES ($1, $2, $3, $4, 0, 1, $5)";
    /// Changes an account at the version that the caller saw.
    ACCOUNT_UPDATE = "UPDATE account
      SET name = $3, disabled = $4, password_hash = COALESCE(CAST($5 AS TEXT), password_hash),
          version = version + 1
      WHERE id = $1 AND version = $2";
    /// One account.
    ACCOUNT_BY_ID = "SELECT * FROM account WHERE id = $1";
    /// The account of an e-mail.
    ACCOUNT_BY_EMAIL = "SELECT * FROM account WHERE email = $1";
    /// A page of accounts.
    ACCOUNT_LIST = "SELECT * FROM account
      WHERE (CAST($1 AS TEXT) IS NULL OR email > $1) ORDER BY email LIMIT $2";
    /// Whether there is any account.
    ACCOUNT_ANY = "SELECT id FROM account LIMIT 1";
    /// Adds a role.
    GRANT_INSERT = "INSERT INTO role_grant (id, account_id, role, scope, created_at)
      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, role, scope) DO NOTHING";
    /// One role.
    GRANT_BY_ID = "SELECT * FROM role_grant WHERE id = $1";
    /// Takes a role away.
    GRANT_DELETE = "DELETE FROM role_grant WHERE id = $1";
    /// The roles of an account.
    GRANT_LIST = "SELECT * FROM role_grant WHERE account_id = $1 ORDER BY id LIMIT 1000";
    /// Administrators of the system who can sign in.
    ADMINISTRATORS = "SELECT DISTINCT account.id AS id FROM account
      JOIN role_grant ON role_grant.account_id = account.id
      WHERE role = 'administrator' AND scope = 'system' AND disabled = 0 LIMIT 2";
    /// Starts a session.
    SESSION_INSERT = "INSERT INTO session
      (secret_hash, account_id, csrf, created_at, seen_at, expires_at)
      VALUES ($1, $2, $3, $4, $4, $5)";
    /// The session of a cookie.
    SESSION_FIND = "SELECT session.*, account.name, account.email FROM session
      JOIN account ON account.id = session.account_id
      WHERE secret_hash = $1 AND expires_at > $2 AND disabled = 0";
    /// Notes that a session was used.
    SESSION_SEEN = "UPDATE session SET seen_at = $2, expires_at = $3 WHERE secret_hash = $1";
    /// Ends a session.
    SESSION_DELETE = "DELETE FROM session WHERE secret_hash = $1";
    /// Ends all sessions of an account.
    SESSION_DELETE_ALL = "DELETE FROM session WHERE account_id = $1";
    /// Removes sessions that have ended.
    SESSION_SWEEP = "DELETE FROM session WHERE expires_at <= $1";
    /// Adds a token.
    TOKEN_INSERT = "INSERT INTO api_token
      (id, secret_hash, name, role, scope, created_by, created_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The token of a secret.
    TOKEN_FIND = "SELECT * FROM api_token
      WHERE secret_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    /// One token.
    TOKEN_BY_ID = "SELECT * FROM api_token WHERE id = $1";
    /// A page of tokens.
    TOKEN_LIST = "SELECT * FROM api_token
      WHERE (CAST($1 AS TEXT) IS NULL OR id > $1) ORDER BY id LIMIT $2";
    /// Revokes a token.
    TOKEN_REVOKE = "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    /// A setting.
    SETTING_GET = "SELECT value FROM setting WHERE name = $1";
    /// Sets a setting.
    SETTING_PUT = "INSERT INTO setting (name, value) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET value = $2";
}

/// A token without its secret.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct TokenView {
    /// Its id.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// The role.
    pub role: Role,
    /// What it reaches.
    pub scope: Scope,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends, if it does.
    pub expires_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}

pub(super) struct AccountRow {
    pub(super) view: AccountView,
    pub(super) password_hash: String,
}

pub(super) async fn account(tx: &mut ReadTx, id: AccountId) -> Result<Option<AccountRow>, DbError> {
    let row = tx.one(ACCOUNT_BY_ID, args![id]).await?;
    read_account(tx, row).await
}

pub(super) async fn account_by_email(
    tx: &mut ReadTx,
    email: &str,
) -> Result<Option<AccountRow>, DbError> {
    let row = tx.one(ACCOUNT_BY_EMAIL, args![email]).await?;
    read_account(tx, row).await
}

pub(super) async fn account_list(
    tx: &mut ReadTx,
    after: Option<String>,
    fetch: i64,
) -> Result<Vec<AccountView>, DbError> {
    let mut views = Vec::new();
    for row in tx.all(ACCOUNT_LIST, args![after, fetch]).await? {
        if let Some(account) = read_account(tx, Some(row)).await? {
            views.push(account.view);
        }
    }
    Ok(views)
}

async fn read_account(tx: &mut ReadTx, row: Option<Row>) -> Result<Option<AccountRow>, DbError> {
    let Some(row) = row else { return Ok(None) };
    let id = row.id("id")?;
    let view = AccountView {
        id,
        email: row.get("email")?,
        name: row.get("name")?,
        disabled: row.bool("disabled")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        grants: grants(tx, id).await?,
    };
    Ok(Some(AccountRow { view, password_hash: row.get("password_hash")? }))
}

async fn grants(tx: &mut ReadTx, account: AccountId) -> Result<Vec<GrantView>, DbError> {
    tx.all(GRANT_LIST, args![account])
        .await?
        .iter()
        .map(|row| {
            let (role, scope) = (row.parsed("role")?, row.parsed("scope")?);
            Ok(GrantView { id: row.id("id")?, role, scope })
        })
        .collect()
}

pub(super) fn plain(grants: &[GrantView]) -> Vec<Grant> {
    grants.iter().map(|grant| Grant { role: grant.role, scope: grant.scope }).collect()
}

/// Adds an account with an e-mail in its stored spelling and the hash of its password.
pub async fn add_account(
    tx: &mut WriteTx,
    id: AccountId,
    email: &str,
    name: &str,
    password_hash: &str,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(ACCOUNT_INSERT, args![id, email, name, password_hash, now]).await.map(drop)
}

/// Adds a role to an account; one that is there already stays.
pub async fn add_grant(
    tx: &mut WriteTx,
    id: RoleGrantId,
    account: AccountId,
    grant: Grant,
    now: Instant,
) -> Result<(), DbError> {
    let (role, scope) = (grant.role.as_str(), grant.scope.to_string());
    tx.run(GRANT_INSERT, args![id, account, role, scope, now]).await.map(drop)
}

/// Whether anybody can sign in at all.
pub async fn any_account(db: &Db) -> Result<bool, DbError> {
    Ok(db.read().await?.one(ACCOUNT_ANY, args![]).await?.is_some())
}

pub(super) async fn grant_owner(
    tx: &mut ReadTx,
    id: RoleGrantId,
) -> Result<Option<(AccountId, Grant)>, DbError> {
    let Some(row) = tx.one(GRANT_BY_ID, args![id]).await? else { return Ok(None) };
    let grant = Grant { role: row.parsed("role")?, scope: row.parsed("scope")? };
    Ok(Some((row.id("account_id")?, grant)))
}

/// Whether `account` is the only administrator of the system who can sign in.
pub(super) async fn is_last_administrator(
    tx: &mut ReadTx,
    account: AccountId,
) -> Result<bool, DbError> {
    let rows = tx.all(ADMINISTRATORS, args![]).await?;
    Ok(rows.len() == 1 && rows[0].id::<base::noun::Account>("id")? == account)
}

/// Starts a session; gives its secret and its CSRF token.
pub async fn start_session(
    tx: &mut WriteTx,
    account: AccountId,
    secret: &str,
    csrf: &str,
    now: Instant,
) -> Result<(), DbError> {
    let expires = now + Duration::from_secs(SESSION_HOURS * 3_600);
    tx.run(SESSION_INSERT, args![secret_hash(secret), account, csrf, now, expires]).await.map(drop)
}

/// The live session of a cookie; its end moves with its use.
pub async fn session_by_secret(
    db: &Db,
    secret: &str,
    now: Instant,
) -> Result<Option<Session>, DbError> {
    let hash = secret_hash(secret);
    let mut tx = db.read().await?;
    let Some(row) = tx.one(SESSION_FIND, args![&hash, now]).await? else { return Ok(None) };
    let account = row.id("account_id")?;
    let session = Session {
        account,
        name: row.get("name")?,
        email: row.get("email")?,
        csrf: row.get("csrf")?,
        grants: plain(&grants(&mut tx, account).await?),
    };
    drop(tx);
    if now.since(row.instant("seen_at")?) > SEEN_STEP {
        let expires = now + Duration::from_secs(SESSION_HOURS * 3_600);
        let mut tx = db.write().await?;
        tx.run(SESSION_SEEN, args![hash, now, expires]).await?;
        tx.commit().await?;
    }
    Ok(Some(session))
}

/// Removes sessions that have ended.
pub async fn sweep_sessions(db: &Db, now: Instant) -> Result<u64, DbError> {
    let mut tx = db.write_bulk().await?;
    let swept = tx.run(SESSION_SWEEP, args![now]).await?;
    tx.commit().await?;
    Ok(swept)
}

/// Who a token is, and what it may do.
pub async fn token_actor(
    db: &Db,
    secret: &str,
    now: Instant,
) -> Result<Option<(Actor, Vec<Grant>)>, DbError> {
    let mut tx = db.read().await?;
    let Some(row) = tx.one(TOKEN_FIND, args![secret_hash(secret), now]).await? else {
        return Ok(None);
    };
    let token = read_token(&row)?;
    let actor = Actor { kind: ActorKind::Token, id: token.id.to_string(), name: token.name };
    Ok(Some((actor, vec![Grant { role: token.role, scope: token.scope }])))
}

/// Adds a token.
pub async fn add_token(tx: &mut WriteTx, token: &TokenView, secret: &str) -> Result<(), DbError> {
    let args = args![
        token.id,
        secret_hash(secret),
        &token.name,
        token.role.as_str(),
        token.scope.to_string(),
        &token.created_by,
        token.created_at,
        token.expires_at,
    ];
    tx.run(TOKEN_INSERT, args).await.map(drop)
}

pub(super) async fn token(tx: &mut ReadTx, id: ApiTokenId) -> Result<Option<TokenView>, DbError> {
    tx.one(TOKEN_BY_ID, args![id]).await?.as_ref().map(read_token).transpose()
}

pub(super) async fn token_list(
    tx: &mut ReadTx,
    after: Option<ApiTokenId>,
    fetch: i64,
) -> Result<Vec<TokenView>, DbError> {
    tx.all(TOKEN_LIST, args![after, fetch]).await?.iter().map(read_token).collect()
}

fn read_token(row: &Row) -> Result<TokenView, DbError> {
    Ok(TokenView {
        id: row.id("id")?,
        name: row.get("name")?,
        role: row.parsed("role")?,
        scope: row.parsed("scope")?,
        created_by: row.get("created_by")?,
        created_at: row.instant("created_at")?,
        expires_at: row.opt_instant("expires_at")?,
        revoked_at: row.opt_instant("revoked_at")?,
    })
}

/// A setting of the system, if it was made.
pub async fn setting(db: &Db, name: &str) -> Result<Option<String>, DbError> {
    let row = db.read().await?.one(SETTING_GET, args![name]).await?;
    row.map(|row| row.get("value")).transpose()
}

/// Makes a setting of the system.
pub async fn put_setting(tx: &mut WriteTx, name: &str, value: &str) -> Result<(), DbError> {
    tx.run(SETTING_PUT, args![name, value]).await.map(drop)
}
