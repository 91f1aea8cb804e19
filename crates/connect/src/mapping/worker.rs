//! The worker process: reads requests from standard input, writes answers to standard output, and may be
//! killed at any time.
//!
//! Frames: length (u32, little-endian), then JSON.

use std::collections::HashMap;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use super::{MappingError, Program, compile};

/// Longest frame.
const FRAME_BYTES_MAX: u32 = 64 << 20;
/// Compiled expressions that are kept.
const PROGRAMS_MAX: usize = 256;
/// Stack for expressions that recurse.
const STACK_BYTES: usize = 64 << 20;
/// What the kernel is to kill first when memory runs out.
const OOM_SCORE: &str = "1000";

/// One message to be mapped.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) mapping: String,
    pub(super) payload: String,
    pub(super) arrived_ms: i64,
}

/// The JSON list of readings, or why there is none.
pub(super) type Answer = Result<String, MappingError>;

/// Serves requests until standard input ends. For the hidden command of the executable.
pub fn run() -> io::Result<()> {
    // Where this is not Linux, nothing is lost but the order of killing.
    let _ = std::fs::write("/proc/self/oom_score_adj", OOM_SCORE);
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let thread = thread.spawn(|| serve(&mut io::stdin().lock(), &mut io::stdout().lock()))?;
    thread.join().unwrap_or_else(|_| Err(io::Error::other("an expression ended the worker")))
}

/// Answers every request of `input`.
pub(super) fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut programs = HashMap::<String, Result<Program, MappingError>>::new();
    while let Some(frame) = read_frame(input)? {
        let request: Request = serde_json::from_slice(&frame)?;
        if programs.len() >= PROGRAMS_MAX && !programs.contains_key(&request.mapping) {
            programs.clear();
        }
        let Request { mapping, payload, arrived_ms } = request;
        let compiled = |text: &String| compile(text);
        let program = programs.entry(mapping).or_insert_with_key(compiled);
        let answer: Answer = match program {
            Ok(program) => program.run(&payload, arrived_ms),
            Err(error) => Err(error.clone()),
        };
        write_frame(output, &serde_json::to_vec(&answer)?)?;
    }
    Ok(())
}

/// One frame; `None` at the end of the stream.
pub(super) fn read_frame(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length);
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::other("a frame is too long"));
    }
    let mut frame = vec![0; length as usize];
    input.read_exact(&mut frame)?;
    Ok(Some(frame))
}

/// Writes one frame.
pub(super) fn write_frame(output: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).ok().filter(|length| *length <= FRAME_BYTES_MAX);
    let length = length.ok_or_else(|| io::Error::other("a frame is too long"))?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(frame)?;
    output.flush()
}
