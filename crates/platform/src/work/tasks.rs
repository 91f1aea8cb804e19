//! Where tasks run and how they end: intake stops first, then batches drain, then the rest.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long each stage of a shutdown may take.
const STAGE_TIMEOUT: Duration = Duration::from_secs(6);

/// When in a shutdown a task ends. Stages end in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// What takes data in: brokers, listeners.
    Intake,
    /// What works on data that is in: evaluation, batches.
    Drain,
    /// What must outlive the others: stores, sealing.
    Store,
}

const STAGES: [Stage; 3] = [Stage::Intake, Stage::Drain, Stage::Store];

/// The tasks of this process. Cheap to clone.
#[derive(Clone)]
pub struct Tasks {
    stages: Arc<[(CancellationToken, TaskTracker); 3]>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self::new()
    }
}

impl Tasks {
    /// No tasks yet.
    pub fn new() -> Self {
        Self { stages: Arc::new(STAGES.map(|_| (CancellationToken::new(), TaskTracker::new()))) }
    }

    fn stage(&self, stage: Stage) -> &(CancellationToken, TaskTracker) {
        &self.stages[stage as usize]
    }

    /// Runs `task`; it gets the token that tells it to end.
    pub fn spawn<F, Fut>(&self, stage: Stage, task: F)
    where
        F: FnOnce(CancellationToken) -> Fut,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let (token, tracker) = self.stage(stage);
        tracker.spawn(task(token.clone()));
    }

    /// Runs `step` every `period` until shutdown. A step that takes longer delays the next.
    pub fn every<F, Fut>(&self, stage: Stage, period: Duration, mut step: F)
    where
        F: FnMut() -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.spawn(stage, move |token| async move {
            let mut ticks = tokio::time::interval(period);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = token.cancelled() => break,
                    _ = ticks.tick() => step().await,
                }
            }
        });
    }

    /// The token of a stage, for parts that run their own loop.
    pub fn token(&self, stage: Stage) -> CancellationToken {
        self.stage(stage).0.clone()
    }

    /// Ends all tasks, stage by stage; tells the stages that did not end in time.
    pub async fn shutdown(&self) -> Vec<Stage> {
        let mut late = Vec::new();
        for stage in STAGES {
            let (token, tracker) = self.stage(stage);
            token.cancel();
            tracker.close();
            if tokio::time::timeout(STAGE_TIMEOUT, tracker.wait()).await.is_err() {
                late.push(stage);
            }
        }
        late
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[tokio::test]
    async fn stages_end_in_their_order() {
        let (tasks, ended) = (Tasks::new(), Arc::new(Mutex::new(Vec::new())));
        for stage in [Stage::Store, Stage::Intake, Stage::Drain] {
            let ended = Arc::clone(&ended);
            tasks.spawn(stage, move |token| async move {
                token.cancelled().await;
                ended.lock().unwrap().push(stage);
            });
        }
        assert_eq!(tasks.shutdown().await, vec![]);
        assert_eq!(*ended.lock().unwrap(), STAGES);
    }
}
