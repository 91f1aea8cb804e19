//! The demonstration complex: invented, marked 「시연 데이터」, entered with one click.

use base::{Grant, Role, Scope};
use energy::saving_measure::DemoMeasure;
use platform::Ctx;
use platform::http::{ApiResult, Problem};
use platform::sign_in::{self, Password};

use crate::{App, StartError};

/// Whose name the visitor bears.
const EMAIL: &str = "visitor@demo.invalid";

/// Loads the demonstration into an empty system; one that has people of its own is left alone.
pub(crate) async fn ensure(app: &App) -> Result<(), StartError> {
    let failed = |problem: Problem| StartError::Demo(problem.detail);
    let db = &app.platform.db;
    let loaded = sign_in::store::setting(db, sign_in::api::DEMO_ACCOUNT).await?.is_some();
    if loaded {
        return Ok(());
    }
    if sign_in::store::any_account(db).await? {
        return Err(StartError::Demo(
            "this system is in use; start --demo on an empty --data folder".into(),
        ));
    }
    let ctx = Ctx::system(&app.platform.clock, "demo");
    load(app, &ctx).await.map_err(failed)
}

/// Lays the demonstration down: registry, rules, and the visitor's account.
pub(crate) async fn load(app: &App, ctx: &Ctx) -> ApiResult<()> {
    let broken = |error: serde_json::Error| {
        tracing::error!(cause = %error, "the demonstration's seed does not fit");
        Problem::new(base::ErrorKind::Internal, "demo.seed", "the demonstration is broken")
    };
    let seed = serde_json::from_value((app.options.demo_seed)()).map_err(broken)?;
    let meters = serde_json::from_value((app.options.demo_meters)()).map_err(broken)?;
    let measure = (app.options.demo_measure)(ctx.now.as_millis());
    let measure: Option<DemoMeasure> = serde_json::from_value(measure).map_err(broken)?;
    registry::seed::apply(&app.platform, &ctx.actor, seed).await?;
    app.registry.directory().refresh().await?;
    let snapshot = app.registry.directory().snapshot();
    for complex in snapshot.complexes() {
        app.control.write_default_rules(ctx, complex.id).await?;
    }
    app.energy.write_demo_meters(ctx, meters).await?;
    let mut grants = vec![Grant { role: Role::Administrator, scope: Scope::System }];
    // The visitor is also the energy manager of one tenant, to see what a tenant sees.
    let tenants = snapshot.devices().filter(|device| device.establishment.is_some());
    let tenant = tenants.min_by(|a, b| a.key.cmp(&b.key)).and_then(|device| {
        let id = device.establishment?;
        Some(Scope::Establishment { id, complex: device.complex })
    });
    if let Some(Scope::Establishment { id, complex }) = tenant {
        app.energy.write_demo_contract(ctx, complex, id).await?;
        grants.extend(tenant.map(|scope| Grant { role: Role::EnergyManager, scope }));
        // Besides, of the office that reads what is granted to it.
        app.energy.write_demo_sharing(ctx, complex, id).await?;
        grants.push(Grant { role: Role::EnergyOffice, scope: Scope::Complex(complex) });
        // And of a second tenant, whose industry is large enough to be compared, and which saved something.
        if let Some((measure, id)) = measure.and_then(|measure| {
            let owner = app.energy.demo_measure_owner(&measure)?;
            Some((measure, owner))
        }) {
            let scope = Scope::Establishment { id, complex };
            grants.push(Grant { role: Role::EnergyManager, scope });
            app.energy.write_demo_measure(ctx, measure).await?;
        }
    }
    let secret = sign_in::new_secret(app.platform.clock.as_ref(), "");
    let password = Password::new(secret).map_err(sign_in::SignInError::from)?;
    let id =
        sign_in::api::create(&app.platform, ctx, EMAIL, "시연 방문자", password, &grants).await?;
    let mut tx = app.platform.db.write().await?;
    sign_in::store::put_setting(&mut tx, sign_in::api::DEMO_ACCOUNT, &id.to_string()).await?;
    Ok(tx.commit().await?)
}
