//! Long calculations: beside the async threads, a few at a time, so that plans never starve bills.

use std::sync::Arc;

use base::ErrorKind;
use platform::http::{ApiResult, Problem};
use tokio::sync::Semaphore;

/// Calculations that run at once; others wait until the request's own time limit.
const AT_ONCE: usize = 2;

/// The places at the calculator. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Calculations(Arc<Semaphore>);

impl Default for Calculations {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Calculations {
    /// Runs `work` on a thread of its own. Who stops waiting does not stop the work: its inputs are
    /// limited, and its place is taken until it ends.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> ApiResult<T> {
        let broken = || {
            let detail = "the calculation broke off on our side; try again";
            Problem::new(ErrorKind::Internal, "calculation.broken", detail)
        };
        let place = self.0.clone().acquire_owned().await.map_err(|_| broken())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        done.await.map_err(|_| broken())
    }
}
