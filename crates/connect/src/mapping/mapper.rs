//! The platform's side: a few worker processes, each with a thread that feeds it, watches the clock and
//! starts it anew.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Instant;
use platform::Platform;
use platform::metrics::{Counter, Family, Label};
use tokio::sync::oneshot;

use super::worker::{Answer, Request, read_frame, write_frame};
use super::{MappingError, MappingFault, PAYLOAD_BYTES_MAX};

/// Worker processes.
const WORKERS: usize = 2;
/// Messages that wait for one.
const QUEUE_MAX: usize = 1_000;
/// How long an expression may take for one message.
pub(super) const DEADLINE: Duration = Duration::from_millis(500);

/// Runs expressions. Cheap to clone; workers start with the first message.
#[derive(Clone)]
pub struct Mapper {
    jobs: SyncSender<Job>,
    mapped: Family<Label, Counter>,
}

struct Job {
    request: Request,
    answer: oneshot::Sender<Answer>,
}

impl Mapper {
    /// Workers are started as `program arguments…`: the platform's own executable with its hidden command.
    pub fn new(platform: &Platform, program: &Path, arguments: &[&str]) -> Self {
        let mapped = platform.metrics.register(
            "connect_message_mapped",
            "Messages mapped by the expression of a profile, by outcome",
            Family::<Label, Counter>::default(),
        );
        let (jobs, waiting) = sync_channel(QUEUE_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..WORKERS {
            let waiting = Arc::clone(&waiting);
            let mut worker = Worker {
                program: program.to_owned(),
                arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
                running: None,
            };
            let thread = std::thread::Builder::new().name(format!("mapper-{number}"));
            if let Err(cause) = thread.spawn(move || worker.work(&waiting)) {
                tracing::error!(%cause, "a thread for mappings could not be started");
            }
        }
        Self { jobs, mapped }
    }

    /// The JSON list of readings that `mapping` makes of a message.
    pub async fn map(&self, mapping: &str, payload: &[u8], arrived: Instant) -> Answer {
        let answer = self.ask(mapping, payload, arrived).await;
        let kind = match &answer {
            Ok(_) => "ok",
            Err(error) => match error.what {
                MappingFault::Syntax => "syntax",
                MappingFault::Payload => "payload",
                MappingFault::Failed => "failed",
                MappingFault::Result => "result",
                MappingFault::Ended => "ended",
                MappingFault::Busy => "busy",
            },
        };
        self.mapped.get_or_create(&Label { kind: kind.to_owned() }).inc();
        answer
    }

    async fn ask(&self, mapping: &str, payload: &[u8], arrived: Instant) -> Answer {
        let refused = |detail: &str| MappingError::new(MappingFault::Payload, detail);
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(refused("the message is longer than 256 KiB: split it"));
        }
        let payload = std::str::from_utf8(payload)
            .map_err(|_| refused("the message is no UTF-8 text, so no JSON"))?;
        let (answer, answered) = oneshot::channel();
        let request = Request {
            mapping: mapping.to_owned(),
            payload: payload.to_owned(),
            arrived_ms: arrived.as_millis(),
        };
        let busy = "too many messages wait for their mapping: send it again later";
        self.jobs.try_send(Job { request, answer }).map_err(|error| match error {
            TrySendError::Full(_) => MappingError::new(MappingFault::Busy, busy),
            TrySendError::Disconnected(_) => MappingError::new(MappingFault::Busy, "no worker"),
        })?;
        answered.await.unwrap_or_else(|_| Err(ended("the worker of mappings ended")))
    }
}

fn ended(detail: &str) -> MappingError {
    MappingError::new(MappingFault::Ended, detail)
}

/// One thread and its process.
struct Worker {
    program: PathBuf,
    arguments: Vec<String>,
    running: Option<Running>,
}

struct Running {
    child: Child,
    /// Frames of its answers; ends with it.
    answers: Receiver<Vec<u8>>,
}

impl Worker {
    fn work(&mut self, waiting: &Mutex<Receiver<Job>>) {
        loop {
            let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            // Every handle is gone: the platform ends.
            let Ok(Job { request, answer }) = job else { break };
            if answer.is_closed() {
                continue;
            }
            // Who asked may have gone meanwhile.
            let _ = answer.send(self.answer(&request));
        }
        self.kill();
    }

    fn answer(&mut self, request: &Request) -> Answer {
        match self.exchange(request) {
            Ok(answer) => answer,
            Err(detail) => {
                self.kill();
                Err(ended(&detail))
            }
        }
    }

    /// Asks the process; an error leaves it in an unknown state.
    fn exchange(&mut self, request: &Request) -> Result<Answer, String> {
        let lost = |cause: &dyn std::fmt::Display| {
            format!("the expression ended its process ({cause}): it recurses or grows too far")
        };
        let running =
            match &mut self.running {
                Some(running) => running,
                none => none.insert(start(&self.program, &self.arguments).map_err(|cause| {
                    format!("no process for mappings could be started: {cause}")
                })?),
            };
        let stdin = running.child.stdin.as_mut().ok_or("the process takes no input")?;
        let frame = serde_json::to_vec(request).map_err(|cause| lost(&cause))?;
        write_frame(stdin, &frame).map_err(|cause| lost(&cause))?;
        let frame = running.answers.recv_timeout(DEADLINE).map_err(|error| match error {
            std::sync::mpsc::RecvTimeoutError::Timeout => format!(
                "the expression took longer than {} ms for one message and was ended: look for \
                 loops without end",
                DEADLINE.as_millis()
            ),
            std::sync::mpsc::RecvTimeoutError::Disconnected => lost(&"it is gone"),
        })?;
        serde_json::from_slice(&frame).map_err(|cause| lost(&cause))
    }

    fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            // It may have ended by itself.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

fn start(program: &Path, arguments: &[String]) -> std::io::Result<Running> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut stdout = child.stdout.take().ok_or_else(|| std::io::Error::other("no output"))?;
    let (frames, answers) = sync_channel(1);
    std::thread::Builder::new().name("mapper-answers".into()).spawn(move || {
        while let Ok(Some(frame)) = read_frame(&mut stdout) {
            if frames.send(frame).is_err() {
                break;
            }
        }
    })?;
    Ok(Running { child, answers })
}
