//! One round with a server: name ourselves, read programs and events, propose, report.

use std::collections::{BTreeMap, BTreeSet};

use openadr::client::{ClientError, Settings, VenClient};
use openadr::wire::{Event, Program, Received};
use platform::Ctx;
use platform::http::Problem;

use super::status::Heard as Status;
use super::{VtnConnection, rules};
use crate::Energy;
use crate::dr_proposal::rules::{Offers, offers};
use crate::dr_proposal::take::Heard;
use crate::dr_proposal::{PROPOSALS_PER_SOURCE_MAX, ProposalSource};
use crate::electricity_contract::{self, ElectricityContract};

/// The longest words of one status, characters.
const WORDS_MAX: usize = 300;

/// The secret does not open.
const SEALED: &str = "the secret does not open with the key of this platform (secret.key in its data \
                      folder): enter it again";

/// What one reading of the server held.
struct Answer {
    offers: Offers,
    /// Events of the programs that are followed.
    events: usize,
    /// Objects that could not be read, in words.
    unread: Vec<String>,
}

impl Answer {
    /// The same, where an event of the reading before that is missing now says nothing yet.
    fn after(mut self, before: &Self) -> Self {
        let held: BTreeSet<_> = self.offers.asked.iter().map(|one| one.event_id.clone()).collect();
        let missed = before.offers.asked.iter().map(|one| one.event_id.clone());
        self.offers.untold.extend(missed.filter(|event| !held.contains(event)));
        self
    }
}

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
            return Err(Failure::lasting(SEALED));
        };
        if !self.is_named {
            client.register(ctx.now, &terms.ven_name).await?;
            self.is_named = true;
        }
        let contract = self.contract().await?;
        let mut answer = self.hear(&ctx).await?;
        if self.takes_back_decided(&ctx, &contract, &answer).await? {
            // Something that was deleted while the pages were read hides something else: what a person decided on goes
            // only once it is missing twice.
            answer = self.hear(&ctx).await?.after(&answer);
        }
        let is_full = self.propose(&ctx, &contract, &answer).await?;
        let mut words: Vec<String> =
            answer.unread.iter().chain(&answer.offers.unread).cloned().collect();
        if is_full {
            words.push(format!(
                "the contract has {PROPOSALS_PER_SOURCE_MAX} proposals of this server, the most"
            ));
        }
        if terms.sends_reports {
            // A report that is not taken does not stop the next round.
            words.extend(self.report(&ctx, &contract).await);
        }
        let (events, other_events) = (answer.events, answer.offers.others);
        Ok(Status { events, other_events, unread: short(&words) })
    }

    /// Reads programs and events.
    async fn hear(&mut self, ctx: &Ctx) -> Result<Answer, Failure> {
        let wanted = self.connection.terms.program.as_deref();
        let Some(client) = &mut self.client else { return Err(Failure::lasting(SEALED)) };
        let programs = client.programs(ctx.now).await?;
        let followed: BTreeMap<_, _> = programs
            .objects
            .iter()
            .filter(|program| is_followed(wanted, program))
            .map(|program| (program.id.as_str(), &program.content))
            .collect();
        if let Some(name) = wanted.filter(|_| followed.is_empty()) {
            let words =
                format!("the server shows no program '{name}': check its name, or follow all");
            return Err(Failure::lasting(&words));
        }
        let one = wanted.and_then(|_| followed.keys().next().copied());
        let events = client.events(ctx.now, one.filter(|_| followed.len() == 1)).await?;
        let pairs = events.objects.iter().filter_map(|event| {
            let program: &Program = followed.get(event.content.program_id.as_str())?;
            Some((program, event))
        });
        let pairs: Vec<(&Program, &Received<Event>)> = pairs.collect();
        let count = pairs.len();
        let offers = offers(pairs.into_iter(), ctx.now);
        let unread = programs.unread.iter().chain(&events.unread).cloned().collect();
        Ok(Answer { offers, events: count, unread })
    }

    async fn contract(&self) -> Result<ElectricityContract, Failure> {
        let mut tx = self.energy.platform.db.read().await.map_err(Failure::own)?;
        let found = electricity_contract::store::find(&mut tx, self.connection.contract_id).await;
        let found = found.map_err(Failure::own)?;
        found.ok_or_else(|| Failure::lasting("the contract of this connection is gone: delete it"))
    }

    fn heard<'a>(&'a self, answer: &'a Answer) -> Heard<'a> {
        Heard {
            source: ProposalSource::Connection(self.connection.id),
            source_name: &self.connection.terms.name,
            offers: &answer.offers,
            is_whole: answer.unread.is_empty(),
        }
    }

    async fn takes_back_decided(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        answer: &Answer,
    ) -> Result<bool, Failure> {
        let found = self.energy.takes_back_decided(ctx, contract, &self.heard(answer)).await;
        found.map_err(Failure::own)
    }

    async fn propose(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        answer: &Answer,
    ) -> Result<bool, Failure> {
        let taken = self.energy.take_offers(ctx, contract, &self.heard(answer)).await;
        taken.map_err(Failure::own)
    }

    /// Sends the reports that are due; tells in words what did not go.
    async fn report(&mut self, ctx: &Ctx, contract: &ElectricityContract) -> Vec<String> {
        let due = match self.energy.due_reports(ctx, &self.connection, contract).await {
            Ok(due) => due,
            Err(problem) => return vec![Failure::own(problem).words],
        };
        let mut words = Vec::new();
        for (proposal, kind, report) in due {
            let Some(client) = &mut self.client else { break };
            let is_taken = match client.report(ctx.now, &report).await {
                Ok(()) => true,
                Err(error) if error.is_final() => {
                    words.push(format!("the report {kind} is refused and not sent again: {error}"));
                    false
                }
                Err(error) => {
                    // The others wait for the next round.
                    words.push(format!("the report {kind} waits: {error}"));
                    break;
                }
            };
            if let Err(problem) = self.energy.note_reported(ctx, proposal, (kind, is_taken)).await {
                words.push(Failure::own(problem).words);
                break;
            }
            if is_taken {
                self.energy.vtn_statuses.reported(self.connection.id);
            }
        }
        words
    }
}

fn is_followed(wanted: Option<&str>, program: &Received<Program>) -> bool {
    wanted.is_none_or(|name| program.id == name || program.content.program_name == name)
}

fn short(words: &[String]) -> Option<String> {
    let all = words.join("; ");
    (!all.is_empty()).then(|| all.chars().take(WORDS_MAX).collect())
}
