//! One round with a server: name ourselves, read programs and events, propose, report.

use std::collections::BTreeMap;

use openadr::client::{ClientError, Settings, VenClient};
use openadr::wire::{Event, Program, Received};
use platform::Ctx;
use platform::http::Problem;

use super::status::Heard as Status;
use super::{VtnConnection, rules};
use crate::Energy;
use crate::dr_proposal::rules::{Offers, offers};
use crate::dr_proposal::take::Heard;
use crate::dr_proposal::{PROPOSALS_PER_CONTRACT_MAX, ProposalSource};
use crate::electricity_contract::{self, ElectricityContract};

/// The longest words of one status, characters.
const WORDS_MAX: usize = 300;

/// Why a round failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) words: String,
    /// Asking again soon is of no use.
    pub(crate) is_lasting: bool,
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self { words: error.to_string(), is_lasting: error.is_lasting() }
    }
}

impl Failure {
    fn lasting(words: &str) -> Self {
        Self { words: words.to_owned(), is_lasting: true }
    }

    fn own(cause: impl Into<Problem>) -> Self {
        let cause = cause.into().detail;
        tracing::error!(cause, "what a demand response server said could not be kept");
        let words = "what the server said could not be kept: look into the log of the platform";
        Self { words: words.to_owned(), is_lasting: false }
    }
}

/// Follows the server of one connection.
pub(crate) struct Follower {
    pub(super) energy: Energy,
    pub(super) connection: VtnConnection,
    /// Nothing where the secret does not open.
    client: Option<VenClient>,
    is_named: bool,
}

impl Follower {
    pub(crate) fn new(energy: &Energy, connection: VtnConnection, sealed: &str) -> Self {
        let terms = &connection.terms;
        let secret = energy.platform.seal.open(&rules::purpose(&connection), sealed);
        let client = secret.and_then(|secret| {
            let settings = Settings {
                base_url: terms.base_url.clone(),
                token_url: terms.token_url.clone(),
                client_id: terms.client_id.clone(),
                secret,
            };
            VenClient::new(settings).ok()
        });
        Self { energy: energy.clone(), connection, client, is_named: false }
    }

    pub(crate) fn interval_s(&self) -> u32 {
        self.connection.terms.interval_s
    }

    /// One round.
    pub(crate) async fn poll(&mut self) -> Result<Status, Failure> {
        let task = format!("vtn_connection:{}", self.connection.id);
        let ctx = Ctx::system(&self.energy.platform.clock, &task);
        let terms = self.connection.terms.clone();
        // The operator may have closed a way since.
        rules::check(&terms, None, &self.energy.vtn_hosts)
            .map_err(|error| Failure::lasting(&error.to_string()))?;
        let Some(client) = &mut self.client else {
            let words = "the secret does not open with the key of this platform (secret.key in its data \
                         folder): enter it again";
            return Err(Failure::lasting(words));
        };
        if !self.is_named {
            client.register(ctx.now, &terms.ven_name).await?;
            self.is_named = true;
        }
        let programs = client.programs(ctx.now).await?;
        let followed: BTreeMap<_, _> = programs
            .objects
            .iter()
            .filter(|program| is_followed(terms.program.as_deref(), program))
            .map(|program| (program.id.as_str(), &program.content))
            .collect();
        if let Some(name) = terms.program.as_ref().filter(|_| followed.is_empty()) {
            let words =
                format!("the server shows no program '{name}': check its name, or follow all");
            return Err(Failure::lasting(&words));
        }
        let one = terms.program.as_ref().and_then(|_| followed.keys().next().copied());
        let events = client.events(ctx.now, one.filter(|_| followed.len() == 1)).await?;
        let pairs = events.objects.iter().filter_map(|event| {
            let program: &Program = followed.get(event.content.program_id.as_str())?;
            Some((program, event))
        });
        let pairs: Vec<(&Program, &Received<Event>)> = pairs.collect();
        let count = pairs.len();
        let found = offers(pairs.into_iter(), ctx.now);
        let contract = self.contract().await?;
        let unread: Vec<_> = programs.unread.iter().chain(&events.unread).collect();
        let is_whole = unread.is_empty();
        let is_full = self.propose(&ctx, &contract, (&found, is_whole)).await?;
        if terms.sends_reports {
            self.report(&ctx, &contract).await?;
        }
        let mut words: Vec<String> = unread.into_iter().chain(&found.unread).cloned().collect();
        if is_full {
            words
                .push(format!("the contract has {PROPOSALS_PER_CONTRACT_MAX} proposals, the most"));
        }
        Ok(Status { events: count, other_events: found.others, unread: short(&words) })
    }

    async fn contract(&self) -> Result<ElectricityContract, Failure> {
        let mut tx = self.energy.platform.db.read().await.map_err(Failure::own)?;
        let found = electricity_contract::store::find(&mut tx, self.connection.contract_id).await;
        let found = found.map_err(Failure::own)?;
        found.ok_or_else(|| Failure::lasting("the contract of this connection is gone: delete it"))
    }

    async fn propose(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        (offers, is_whole): (&Offers, bool),
    ) -> Result<bool, Failure> {
        let source = ProposalSource::Connection(self.connection.id);
        let source_name = &self.connection.terms.name;
        let heard = Heard { source, source_name, offers, is_whole };
        self.energy.take_offers(ctx, contract, &heard).await.map_err(Failure::own)
    }

    async fn report(&mut self, ctx: &Ctx, contract: &ElectricityContract) -> Result<(), Failure> {
        let due = self.energy.due_reports(ctx, &self.connection, contract).await;
        for (mut proposal, kind, report) in due.map_err(Failure::own)? {
            let Some(client) = &mut self.client else { return Ok(()) };
            client.report(ctx.now, &report).await?;
            proposal.reported.push(kind);
            self.energy.note_reported(ctx, proposal).await.map_err(Failure::own)?;
            self.energy.vtn_statuses.reported(self.connection.id);
        }
        Ok(())
    }
}

fn is_followed(wanted: Option<&str>, program: &Received<Program>) -> bool {
    wanted.is_none_or(|name| program.id == name || program.content.program_name == name)
}

fn short(words: &[String]) -> Option<String> {
    let all = words.join("; ");
    (!all.is_empty()).then(|| all.chars().take(WORDS_MAX).collect())
}
