//! Signing in: accounts with argon2id passwords, sessions in a cookie, API tokens for programs.
//!
//! Secrets (sessions, tokens) are 256 random bits, shown once and stored as SHA-256. Attempts to sign in
//! are limited by account and by peer. Deliberately absent: password reset by e-mail (no outbound call);
//! an administrator sets a new one.

mod password;
mod rate;
mod secret;

pub mod api;
pub mod store;

#[cfg(test)]
mod tests;

use base::{AccountId, Actor, ActorKind, Coded, ErrorKind, Grant, Id, Instant};
use serde::Serialize;

pub use password::{Password, PasswordError};
pub use rate::Attempts;

pub use secret::{new_secret, secret_hash};

/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "sandan_session";
/// Hours that a session lasts without use.
pub const SESSION_HOURS: u64 = 12;

/// Marks ids of role grants.
#[derive(Debug, Clone, Copy)]
pub struct RoleGrant;
/// Marks ids of API tokens.
#[derive(Debug, Clone, Copy)]
pub struct ApiToken;
/// Id of a role grant.
pub type RoleGrantId = Id<RoleGrant>;
/// Id of an API token.
pub type ApiTokenId = Id<ApiToken>;

/// An account without its secrets.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// The name to sign in with.
    pub email: String,
    /// The name to show.
    pub name: String,
    /// A disabled account cannot sign in.
    pub disabled: bool,
    /// To give back with a change.
    pub version: i64,
    /// When it was made.
    pub created_at: Instant,
    /// What it may do.
    pub grants: Vec<GrantView>,
}

/// One role of an account.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct GrantView {
    /// Its id.
    pub id: RoleGrantId,
    /// The role.
    pub role: base::Role,
    /// What it reaches.
    pub scope: base::Scope,
}

/// A session that was found by its cookie.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who signed in.
    pub account: AccountId,
    /// The name to show.
    pub name: String,
    /// The e-mail.
    pub email: String,
    /// What the browser must send back with each change.
    pub csrf: String,
    /// What the account may do.
    pub grants: Vec<Grant>,
}

impl Session {
    /// The person of this session.
    pub fn actor(&self) -> Actor {
        let (id, name) = (self.account.to_string(), self.name.clone());
        Actor { kind: ActorKind::Person, id, name }
    }
}

/// Why signing in, or a change to accounts, was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// No such account, wrong password, or disabled: all the same words, so that nobody can probe.
    #[error("the e-mail or the password is wrong; after five wrong attempts there is a pause")]
    Refused,
    /// Too many attempts.
    #[error("too many attempts: wait {0} seconds and try again")]
    TooManyAttempts(u64),
    /// The e-mail is taken.
    #[error("there is an account with e-mail {0} already")]
    EmailTaken(String),
    /// The e-mail cannot be one.
    #[error("'{0}' is no e-mail address")]
    Email(String),
    /// The password is too weak.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The last administrator would lose the role.
    #[error("this is the last administrator of the system: make another one first")]
    LastAdministrator,
}

impl Coded for SignInError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused => ErrorKind::Unauthenticated,
            Self::TooManyAttempts(_) => ErrorKind::TooMany,
            Self::EmailTaken(_) | Self::LastAdministrator => ErrorKind::Conflict,
            Self::Email(_) | Self::Password(_) => ErrorKind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Refused => "sign_in.refused",
            Self::TooManyAttempts(_) => "sign_in.too_many_attempts",
            Self::EmailTaken(_) => "account.email_taken",
            Self::Email(_) => "account.email",
            Self::Password(_) => "account.password",
            Self::LastAdministrator => "account.last_administrator",
        }
    }
}

/// The e-mail in the one spelling that is stored.
pub fn parse_email(text: &str) -> Result<String, SignInError> {
    let email = text.trim().to_lowercase();
    let well_formed = email.len() <= 200
        && !email.contains(char::is_whitespace)
        && email.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.contains('@')
        });
    if well_formed { Ok(email) } else { Err(SignInError::Email(text.chars().take(200).collect())) }
}
