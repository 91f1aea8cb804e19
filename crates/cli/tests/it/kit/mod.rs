//! A running `sandan` for tests: the real binary, on free ports and a folder of its own.
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The binary under test.
pub(crate) fn sandan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandan"));
    // What the caller's shell sets must not reach the tests.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SANDAN_")) {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end, with `input` on standard input.
pub(crate) fn run(args: &[&str], input: &str) -> Output {
    let mut child = sandan()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    child.stdin.take().expect("stdin is piped").write_all(input.as_bytes()).expect("stdin is read");
    child.wait_with_output().expect("the binary ends")
}

/// Standard output of a command that must succeed.
pub(crate) fn ok(args: &[&str], input: &str) -> String {
    let output = run(args, input);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "sandan {args:?}: {err}");
    out
}

/// The words of a command that must fail.
pub(crate) fn refused(args: &[&str], input: &str) -> String {
    let output = run(args, input);
    assert!(!output.status.success(), "sandan {args:?} went through");
    text(&output.stderr)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running platform; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) http: String,
    pub(crate) mqtt: SocketAddr,
    pub(crate) set_up: Option<String>,
}

impl Server {
    /// Starts `sandan serve` on `data` and waits until it listens.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        let mut child = sandan()
            .args(["serve", "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--log", "warn"])
            .arg("--data")
            .arg(data)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let (mut http, mut mqtt) = (None, None);
        let mut lines = BufReader::new(stdout).lines();
        while mqtt.is_none() {
            let line = lines.next().expect("the server says where it listens").expect("text");
            if let Some(address) = line.strip_prefix("console  ") {
                http = Some(address.to_owned());
            } else if let Some(address) = line.strip_prefix("devices  mqtt://") {
                mqtt = Some(address.parse().expect("an address"));
            }
        }
        // The set-up link of a new system comes right behind; a thread keeps the pipe from filling.
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(link) = line.strip_prefix("set up   ") {
                    let _ = tell.send(link.to_owned());
                }
            }
        });
        let set_up = told.recv_timeout(Duration::from_millis(500)).ok();
        let (http, mqtt) = (http.expect("it names the console"), mqtt.expect("and the broker"));
        Self { child, http, mqtt, set_up }
    }

    /// Kills the process as a power cut of the process would: no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("the server is gone");
    }

    /// Asks the process to end and waits for it.
    pub(crate) fn stop(mut self) {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        let until = Instant::now() + PATIENCE;
        while self.child.try_wait().expect("the server can be asked").is_none() {
            assert!(Instant::now() < until, "the server did not end after SIGTERM");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An API client with a token.
pub(crate) struct Api {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Api {
    pub(crate) fn new(server: &Server, token: &str) -> Self {
        let (base, token) = (server.http.clone(), token.trim().to_owned());
        Self { client: reqwest::Client::new(), base, token }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.try_get(path).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub(crate) async fn try_get(&self, path: &str) -> (u16, Value) {
        let request = self.client.get(format!("{}/api/v1{path}", self.base));
        answer(request.bearer_auth(&self.token)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.try_post(path, body).await;
        assert!((200..300).contains(&status), "POST {path}: {status} {answer}");
        answer
    }

    pub(crate) async fn try_post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.client.post(format!("{}/api/v1{path}", self.base));
        answer(request.bearer_auth(&self.token).json(&body)).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("the server answers");
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}

/// Asks until `found` says yes.
pub(crate) async fn eventually<T>(what: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = found().await {
            return value;
        }
        assert!(Instant::now() < until, "{what} did not happen within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// All readings of a point as (time, value), as many pages as it takes.
pub(crate) async fn readings(api: &Api, point: &str, from_ms: i64, to_ms: i64) -> Vec<(i64, f64)> {
    let instant = |ms: i64| base::Instant::from_millis(ms).expect("a time of this century");
    let to = instant(to_ms.min(from_ms + 400 * 86_400_000));
    let (mut found, mut from) = (Vec::new(), from_ms);
    loop {
        let from_text = instant(from);
        let path = format!("/points/{point}/readings?from={from_text}&to={to}&limit=10000");
        let page = api.get(&path).await;
        let items = page["items"].as_array().expect("a list");
        found.extend(items.iter().map(|item| {
            let at: base::Instant = item["at"].as_str().expect("a time").parse().expect("a time");
            (at.as_millis(), item["value"].as_f64().expect("a number"))
        }));
        match (page["truncated"].as_bool(), found.last()) {
            (Some(true), Some((last, _))) => from = last + 1,
            _ => return found,
        }
    }
}

/// The shared data sets, where they are; says so where not.
pub(crate) fn shared(file: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder =
        std::env::var_os("SANDAN_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let path = folder.join("data").join(file);
    if path.is_file() {
        return Some(path);
    }
    eprintln!(
        "skipped: {file} of the shared data sets is not here (SANDAN_SHARED names their folder)"
    );
    None
}
