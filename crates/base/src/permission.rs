//! The one table of role × action. A handler asks [`allows`]; nothing else decides.

use crate::{Grant, Role, Scope};

/// What a handler asks permission for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See what exists: complexes, devices, points, health; never a tenant's values.
    ReadRegistry,
    /// Register and change devices, points, places, companies; imports of these.
    WriteRegistry,
    /// See readings of points that the complex itself runs.
    ReadValues,
    /// See readings of points that belong to a tenant.
    ReadTenantValues,
    /// Send readings.
    WriteReadings,
    /// Import a tenant's interval files, keep column mappings.
    ImportReadings,
    /// Put another value in the place of a reading, or strike it out; only where one may also see it.
    CorrectReadings,
    /// Keep electricity contracts, measures and sharing grants; only where one may also see the values.
    ManageEnergy,
    /// See alarms and their history.
    ReadAlarms,
    /// Acknowledge, shelve, reset alarms; command devices.
    Operate,
    /// Write and change alarm rules.
    WriteRules,
    /// Read the audit ledger.
    ReadAudit,
    /// People, roles, tokens.
    Administer,
}

/// Whether any of `grants` allows `action` on a thing that belongs to `scope`.
pub fn allows(grants: &[Grant], action: Action, scope: Scope) -> bool {
    grants.iter().any(|grant| grant.scope.covers(scope) && role_allows(grant, action))
}

/// Whether the holder of `grants` may give somebody a role in `scope`. An administrator of a complex may
/// not make roles for a tenant's site in it: with one he could read the tenant's values. The system's
/// administrator and the site's own may.
pub fn may_grant(grants: &[Grant], scope: Scope) -> bool {
    grants.iter().any(|grant| {
        grant.role == Role::Administrator
            && match scope {
                Scope::Establishment { .. } => grant.scope == Scope::System || grant.scope == scope,
                Scope::System | Scope::Complex(_) | Scope::Organisation(_) => {
                    grant.scope.covers(scope)
                }
            }
    })
}

fn role_allows(grant: &Grant, action: Action) -> bool {
    use Action as A;
    use Role as R;
    match action {
        A::ReadRegistry => grant.role != R::Ingest,
        A::WriteRegistry => matches!(grant.role, R::Engineer | R::Administrator),
        A::ReadValues => matches!(
            grant.role,
            R::Operator
                | R::Environment
                | R::EnergyManager
                | R::EnergyOffice
                | R::Engineer
                | R::ProgrammeManager
                | R::Administrator
        ),
        // The operator and the energy office see metering health, not a tenant's values: only a role
        // held for the establishment itself does. (A grant of sharing comes with the energy platform.)
        A::ReadTenantValues => {
            matches!(grant.scope, Scope::Establishment { .. })
                && matches!(grant.role, R::EnergyManager | R::Administrator)
        }
        A::WriteReadings => matches!(grant.role, R::Ingest | R::Engineer | R::Administrator),
        A::ImportReadings => matches!(
            grant.role,
            R::EnergyManager | R::EnergyOffice | R::Engineer | R::Administrator
        ),
        A::CorrectReadings => {
            matches!(grant.role, R::Environment | R::EnergyManager | R::Engineer | R::Administrator)
        }
        A::ManageEnergy => {
            matches!(grant.role, R::EnergyManager | R::EnergyOffice | R::Administrator)
        }
        A::ReadAlarms => matches!(
            grant.role,
            R::Operator
                | R::Environment
                | R::EnergyManager
                | R::EnergyOffice
                | R::Engineer
                | R::ProgrammeManager
                | R::Auditor
                | R::Administrator
        ),
        A::Operate => matches!(grant.role, R::Operator | R::Environment | R::Administrator),
        A::WriteRules => matches!(grant.role, R::Environment | R::Engineer | R::Administrator),
        A::ReadAudit => matches!(grant.role, R::Auditor | R::Administrator),
        A::Administer => grant.role == R::Administrator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Id, Instant};

    fn id<T>(n: u8) -> Id<T> {
        Id::v7(Instant::from_micros(0), [n; 10])
    }

    #[test]
    fn an_operator_of_one_complex_does_not_operate_another() {
        let grants = [Grant { role: Role::Operator, scope: Scope::Complex(id(1)) }];
        assert!(allows(&grants, Action::Operate, Scope::Complex(id(1))));
        assert!(!allows(&grants, Action::Operate, Scope::Complex(id(2))));
        assert!(!allows(&grants, Action::Operate, Scope::System));
    }

    #[test]
    fn nobody_but_the_tenant_reads_a_tenants_values() {
        let site = Scope::Establishment { id: id(3), complex: id(1) };
        for role in Role::ALL {
            for scope in [Scope::System, Scope::Complex(id(1))] {
                let grants = [Grant { role, scope }];
                assert!(!allows(&grants, Action::ReadTenantValues, site), "{role} at {scope}");
            }
        }
        let own = [Grant { role: Role::EnergyManager, scope: site }];
        assert!(allows(&own, Action::ReadTenantValues, site));
        let other = Scope::Establishment { id: id(4), complex: id(1) };
        assert!(!allows(&own, Action::ReadTenantValues, other));
    }

    #[test]
    fn an_administrator_of_a_complex_makes_no_roles_for_a_tenants_site() {
        let site = Scope::Establishment { id: id(3), complex: id(1) };
        let administrator = |scope| [Grant { role: Role::Administrator, scope }];
        assert!(!may_grant(&administrator(Scope::Complex(id(1))), site));
        assert!(may_grant(&administrator(Scope::Complex(id(1))), Scope::Complex(id(1))));
        assert!(!may_grant(&administrator(Scope::Complex(id(1))), Scope::System));
        assert!(may_grant(&administrator(Scope::System), site));
        assert!(may_grant(&administrator(site), site));
        let operator = [Grant { role: Role::Operator, scope: Scope::System }];
        assert!(!may_grant(&operator, Scope::System));
    }

    #[test]
    fn an_auditor_changes_nothing() {
        let grants = [Grant { role: Role::Auditor, scope: Scope::System }];
        for action in [
            Action::WriteRegistry,
            Action::WriteReadings,
            Action::ImportReadings,
            Action::CorrectReadings,
            Action::Operate,
            Action::WriteRules,
            Action::Administer,
        ] {
            assert!(!allows(&grants, action, Scope::System), "{action:?}");
        }
        assert!(allows(&grants, Action::ReadAudit, Scope::System));
    }

    #[test]
    fn no_grant_allows_nothing() {
        assert!(!allows(&[], Action::ReadRegistry, Scope::System));
    }

    #[test]
    fn a_scope_survives_text() {
        for scope in [
            Scope::System,
            Scope::Complex(id(1)),
            Scope::Establishment { id: id(2), complex: id(1) },
            Scope::Organisation(id(3)),
        ] {
            assert_eq!(scope.to_string().parse::<Scope>(), Ok(scope));
        }
        assert!("complex".parse::<Scope>().unwrap_err().contains("use system"));
    }
}
