//! How far a list reaches: the complex or the tenant that the reader asked for, or the only one that
//! the reader may see.

use base::noun::{Complex, Establishment};
use base::{Action, Id, Scope, allows};
use platform::Ctx;
use platform::http::Problem;

/// The part of the world that a list shows; both absent is everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Only this complex.
    pub(crate) complex: Option<Id<Complex>>,
    /// Only this tenant.
    pub(crate) establishment: Option<Id<Establishment>>,
}

impl Reach {
    /// What `ctx` may see for `action` within what it asked for.
    pub(crate) fn of(
        ctx: &Ctx,
        action: Action,
        complex: Option<Id<Complex>>,
        establishment: Option<Id<Establishment>>,
    ) -> Result<Self, Problem> {
        if ctx.may(action, Scope::System)
            || complex.is_some_and(|id| ctx.may(action, Scope::Complex(id)))
        {
            return Ok(Self { complex, establishment });
        }
        ctx.require_somewhere(action)?;
        let mut within: Vec<Scope> = ctx
            .grants
            .iter()
            .filter(|grant| allows(std::slice::from_ref(*grant), action, grant.scope))
            .map(|grant| grant.scope)
            .filter(|scope| complex.is_none_or(|id| scope.complex() == Some(id)))
            .filter(|scope| match (scope, establishment) {
                (Scope::Establishment { id, .. }, Some(asked)) => *id == asked,
                _ => true,
            })
            .collect();
        within.sort_by_key(ToString::to_string);
        within.dedup();
        match within[..] {
            [Scope::Complex(id)] => Ok(Self { complex: Some(id), establishment }),
            [Scope::Establishment { id, complex }] => {
                Ok(Self { complex: Some(complex), establishment: Some(id) })
            }
            [] | [Scope::System | Scope::Organisation(_)] => {
                Err(Problem::forbidden("you hold no role for what you asked for"))
            }
            _ => {
                let names = within.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let detail = format!("you hold roles for several parts: name one of {names}");
                Err(Problem::invalid_field("/complex", detail))
            }
        }
    }
}
