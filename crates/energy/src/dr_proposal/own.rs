//! The complex's own server: what it announces to a tenant is proposed for the tenant's contracts, without a call over
//! the net.

use std::collections::BTreeSet;
use std::time::Duration;

use openadr::inside::Announced;
use platform::Ctx;
use platform::http::ApiResult;
use platform::work::Stage;

use super::take::Heard;
use super::{ProposalSource, SOURCE, rules, store};
use crate::Energy;
use crate::electricity_contract;

/// How often the complexes' own servers are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// Contracts read at once.
const PAGE: i64 = 500;

impl Energy {
    /// Starts looking at the complexes' own servers.
    pub(crate) fn follow_own_servers(&self) {
        let energy = self.clone();
        self.platform.tasks.every(Stage::Drain, LOOK_EVERY, move || {
            let energy = energy.clone();
            async move {
                if let Err(problem) = energy.take_own_events().await {
                    tracing::warn!(
                        cause = problem.detail,
                        "events of the own server are not proposed; tried again"
                    );
                }
            }
        });
    }

    /// Proposes what the complexes' own servers announce, and closes what is over.
    pub(crate) async fn take_own_events(&self) -> ApiResult<()> {
        let ctx = Ctx::system(&self.platform.clock, SOURCE);
        self.close_proposals(&ctx).await?;
        let mut tx = self.platform.db.read().await?;
        let waiting = store::contracts_of_source(&mut tx, ProposalSource::Own, ctx.now).await?;
        let waiting: BTreeSet<_> = waiting.into_iter().collect();
        drop(tx);
        let complexes: Vec<_> =
            self.directory.snapshot().complexes().iter().map(|one| one.id).collect();
        for complex in complexes {
            let mut tx = self.platform.db.read().await?;
            let announced = Announced::read(&mut tx, complex).await?;
            drop(tx);
            if announced.is_empty() && waiting.is_empty() {
                continue;
            }
            let mut after = None;
            loop {
                let mut tx = self.platform.db.read().await?;
                let page =
                    electricity_contract::store::list(&mut tx, complex, None, after, PAGE).await?;
                drop(tx);
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                for contract in &page {
                    let Some(establishment) = contract.establishment_id else { continue };
                    let events = announced.for_establishment(establishment);
                    if events.is_empty() && !waiting.contains(&contract.id) {
                        continue;
                    }
                    let pairs = events.iter().map(|one| (&one.program, &one.event));
                    let offers = rules::offers(pairs, ctx.now);
                    let source = ProposalSource::Own;
                    let heard = Heard { source, source_name: "", offers: &offers, is_whole: true };
                    self.take_offers(&ctx, contract, &heard).await?;
                }
            }
        }
        Ok(())
    }
}
