//! What of the registry an actor may see and change, for lists as well as for single things.
//!
//! A tenant's device belongs to its establishment, everything else to its complex. A tenant sees its
//! own establishment and the names of the complex around it, nothing of its neighbours.

use base::{Action, Id, Scope, allows, noun};
use platform::Ctx;
use platform::http::Problem;

/// Whom a thing belongs to.
pub(crate) fn scope_of(
    complex: Id<noun::Complex>,
    establishment: Option<Id<noun::Establishment>>,
) -> Scope {
    match establishment {
        Some(id) => Scope::Establishment { id, complex },
        None => Scope::Complex(complex),
    }
}

/// The complexes and establishments within reach, as one text that a portable statement can search:
/// `*` for everything, else the identifiers one after the other.
///
/// Statements test it with `($1 = '*' OR $1 LIKE '%' || complex_id || '%' OR …)`; identifiers hold no
/// wildcard characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach(String);

impl Reach {
    /// What the actor may see of complexes and establishments.
    pub(crate) fn of(ctx: &Ctx) -> Self {
        Self::by(ctx, |scope| if let Scope::System = scope { "*".to_owned() } else { id_of(scope) })
    }

    /// The complexes that the actor may know of: its own, and those around its establishments.
    pub(crate) fn complexes(ctx: &Ctx) -> Self {
        Self::by(ctx, |scope| match scope {
            Scope::System => "*".to_owned(),
            _ => scope.complex().map(|id| id.to_string()).unwrap_or_default(),
        })
    }

    /// Whose people the actor may see: all of those where it writes, and its own.
    pub(crate) fn people(ctx: &Ctx) -> Self {
        Self::by(ctx, |scope| match scope {
            Scope::System if ctx.may(Action::WriteRegistry, scope) => "*".to_owned(),
            Scope::Complex(_) if ctx.may(Action::WriteRegistry, scope) => id_of(scope),
            Scope::System | Scope::Complex(_) => String::new(),
            Scope::Establishment { .. } | Scope::Organisation(_) => id_of(scope),
        })
    }

    /// Whether this complex, establishment or organisation is within reach.
    pub(crate) fn holds<T>(&self, id: Id<T>) -> bool {
        self.0 == "*" || self.0.contains(&id.to_string())
    }

    /// The text for the statement.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    fn by(ctx: &Ctx, name: impl Fn(Scope) -> String) -> Self {
        let mut names = Vec::new();
        for grant in ctx.grants.iter() {
            if allows(std::slice::from_ref(grant), Action::ReadRegistry, grant.scope) {
                names.push(name(grant.scope));
            }
        }
        if names.iter().any(|name| name == "*") {
            Self("*".to_owned())
        } else {
            Self(names.join(" "))
        }
    }
}

fn id_of(scope: Scope) -> String {
    match scope {
        Scope::System => "*".to_owned(),
        Scope::Complex(id) => id.to_string(),
        Scope::Establishment { id, .. } => id.to_string(),
        Scope::Organisation(id) => id.to_string(),
    }
}

/// Refuses with 404 what the actor may not see, so that nobody learns what stands.
pub(crate) fn see(
    ctx: &Ctx,
    scope: Scope,
    noun: &str,
    id: impl std::fmt::Display,
) -> Result<(), Problem> {
    let seen = ctx.may(Action::ReadRegistry, scope);
    if seen { Ok(()) } else { Err(Problem::not_found(noun, id)) }
}

/// The same for what everybody of the complex may see: its land and buildings.
pub(crate) fn see_land(
    ctx: &Ctx,
    complex: Id<noun::Complex>,
    noun: &str,
    id: impl std::fmt::Display,
) -> Result<(), Problem> {
    let seen = Reach::complexes(ctx).holds(complex);
    if seen { Ok(()) } else { Err(Problem::not_found(noun, id)) }
}

/// Refuses a list that asks for a complex of which the actor may see nothing.
pub(crate) fn require_complex(
    ctx: &Ctx,
    complex: Option<Id<noun::Complex>>,
) -> Result<(), Problem> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let Some(complex) = complex else { return Ok(()) };
    let within = ctx.grants.iter().any(|grant| grant.scope.complex() == Some(complex));
    if within { Ok(()) } else { ctx.require(Action::ReadRegistry, Scope::Complex(complex)) }
}

/// The pattern of a search text for `LIKE … ESCAPE '!'`, in lower case; absent when there is none.
pub(crate) fn pattern(q: Option<&str>) -> Option<String> {
    let q = q.map(str::trim).filter(|q| !q.is_empty())?;
    let mut pattern = String::from("%");
    for letter in q.chars().take(100).flat_map(char::to_lowercase) {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base::{Actor, Grant, Role};

    use super::*;

    fn id<T>(n: u8) -> Id<T> {
        Id::v7(base::Instant::from_micros(0), [n; 10])
    }

    fn ctx(grants: &[(Role, Scope)]) -> Ctx {
        let grants = grants.iter().map(|&(role, scope)| Grant { role, scope }).collect();
        let clock: Arc<dyn base::Clock> = platform::testing::test_clock();
        Ctx::new(Actor::system("test"), grants, clock, "test".into())
    }

    #[test]
    fn a_tenant_reaches_its_establishment_and_knows_its_complex() {
        let scope = Scope::Establishment { id: id(2), complex: id(1) };
        let ctx = ctx(&[(Role::EnergyManager, scope)]);
        assert_eq!(Reach::of(&ctx).text(), id::<()>(2).to_string());
        assert_eq!(Reach::complexes(&ctx).text(), id::<()>(1).to_string());
        assert!(require_complex(&ctx, Some(id(1))).is_ok());
        assert!(require_complex(&ctx, Some(id(3))).is_err());
    }

    #[test]
    fn people_are_shown_to_writers_and_to_their_own_house() {
        let operator = ctx(&[(Role::Operator, Scope::Complex(id(1)))]);
        assert_eq!(Reach::people(&operator).text(), "");
        let engineer = ctx(&[(Role::Engineer, Scope::Complex(id(1)))]);
        assert_eq!(Reach::people(&engineer).text(), id::<()>(1).to_string());
        let own = ctx(&[(Role::EnergyManager, Scope::Establishment { id: id(2), complex: id(1) })]);
        assert_eq!(Reach::people(&own).text(), id::<()>(2).to_string());
    }

    #[test]
    fn an_ingest_token_reaches_nothing() {
        let ctx = ctx(&[(Role::Ingest, Scope::System)]);
        assert_eq!(Reach::of(&ctx).text(), "");
        assert!(require_complex(&ctx, None).is_err());
    }

    #[test]
    fn a_search_text_matches_its_wildcards_literally() {
        assert_eq!(pattern(Some(" 100%_A! ")).as_deref(), Some("%100!%!_a!!%"));
        assert_eq!(pattern(Some("  ")), None);
    }
}
