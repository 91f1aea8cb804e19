//! Who asks, when, and what for: made once for each request, task run or command.

use std::sync::Arc;

use base::{Action, Actor, Clock, Grant, Id, Instant, Scope, allows};

use crate::http::Problem;

/// The actor of a request with its grants and its one `now`.
#[derive(Clone)]
pub struct Ctx {
    /// Who.
    pub actor: Actor,
    /// What it may do.
    pub grants: Arc<[Grant]>,
    /// When, read once.
    pub now: Instant,
    /// The request, for the log and the ledger.
    pub request_id: String,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Ctx {
    /// The platform itself, doing `task`; may do everything.
    pub fn system(clock: &Arc<dyn Clock>, task: &str) -> Self {
        let role = base::Role::Administrator;
        Self {
            actor: Actor::system(task),
            grants: [Grant { role, scope: Scope::System }].into(),
            now: clock.now(),
            request_id: format!("task:{task}"),
            clock: Arc::clone(clock),
        }
    }

    /// A context made by hand: for tests and for devices.
    pub fn new(
        actor: Actor,
        grants: Vec<Grant>,
        clock: Arc<dyn Clock>,
        request_id: String,
    ) -> Self {
        Self { actor, grants: grants.into(), now: clock.now(), request_id, clock }
    }

    /// Whether the actor may do `action` in `scope`.
    pub fn may(&self, action: Action, scope: Scope) -> bool {
        allows(&self.grants, action, scope)
    }

    /// Refuses with 403 and words unless the actor may do `action` in `scope`.
    pub fn require(&self, action: Action, scope: Scope) -> Result<(), Problem> {
        if self.may(action, scope) {
            return Ok(());
        }
        Err(Problem::forbidden(format!(
            "{} may not do {action:?} in {scope}; an administrator of it can grant a role that may",
            self.actor.name
        )))
    }

    /// Refuses with 403 and words unless the actor may give somebody a role in `scope`.
    pub fn require_grant(&self, scope: Scope) -> Result<(), Problem> {
        if base::may_grant(&self.grants, scope) {
            return Ok(());
        }
        Err(Problem::forbidden(format!(
            "{} may not give roles in {scope}: for a tenant's site that takes an administrator of the \
             system or of that site, elsewhere one of {scope}",
            self.actor.name
        )))
    }

    /// Refuses unless the actor may do `action` *somewhere*; lists then show what is within reach.
    pub fn require_somewhere(&self, action: Action) -> Result<(), Problem> {
        let somewhere = self
            .grants
            .iter()
            .any(|grant| allows(std::slice::from_ref(grant), action, grant.scope));
        if somewhere {
            return Ok(());
        }
        Err(Problem::forbidden(format!(
            "{} holds no role that may do {action:?}; an administrator can grant one",
            self.actor.name
        )))
    }

    /// A new identifier.
    pub fn new_id<T>(&self) -> Id<T> {
        self.clock.new_id()
    }
}
