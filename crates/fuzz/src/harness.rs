//! The work of one process: inputs for one target until its time is up.

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant as Tick};

use anyhow::{Context as _, Result};

use crate::Target;
use crate::corpus::{self, INPUTS_MAX, KEPT_BYTES_MAX};
use crate::mutate::{Dice, INPUT_BYTES_MAX, mutate};

/// Bytes of the inputs that are changed further; beyond, older ones are forgotten.
const POOL_BYTES_MAX: usize = 128 << 20;
/// Bytes of stack that a decoder gets: as much as a worker of the server has.
const STACK_BYTES: usize = 2 << 20;

/// What a run did.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    /// Inputs that were run.
    pub inputs: u64,
    /// Signatures that were seen.
    pub signatures: usize,
    /// The slowest input.
    pub slowest: Duration,
}

/// Feeds `target` for `time`; `now_file` always holds the input that is being run.
pub fn work(target: &'static Target, time: Duration, seed: u64, now_file: &Path) -> Result<Tally> {
    let seeds = corpus::load(target.name)?;
    // Decoders may catch a panic of a library; what is not caught shows when the input is replayed.
    std::panic::set_hook(Box::new(|_| {}));
    let mut noted = Noted::create(now_file)?;
    let work = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let mut run =
            Run { target, noted: &mut noted, seen: HashSet::new(), tally: Tally::default() };
        run.explore(seeds.into_iter().map(|(_, input)| input).collect(), time, seed)?;
        Ok(run.tally)
    })?;
    work.join().map_err(|_| anyhow::anyhow!("the target panicked"))?
}

struct Run<'a> {
    target: &'static Target,
    noted: &'a mut Noted,
    seen: HashSet<u64>,
    tally: Tally,
}

impl Run<'_> {
    fn explore(&mut self, mut pool: Vec<Vec<u8>>, time: Duration, seed: u64) -> Result<()> {
        let mut kept = pool.len();
        for input in &pool {
            self.is_new(input)?;
        }
        pool.push(Vec::new());
        let mut bytes: usize = pool.iter().map(Vec::len).sum();
        let (begin, mut dice) = (Tick::now(), Dice::new(seed));
        while begin.elapsed() < time {
            // The newest inputs are tried most: what they reach is least known.
            let half = pool.len() / 2;
            let place = if dice.below(2) == 0 { half } else { 0 };
            let place = place + dice.below(pool.len() - place);
            let other = dice.below(pool.len());
            let input = mutate(&mut dice, &pool[place], &pool[other], self.target.words);
            if self.is_new(&input)? {
                if kept < INPUTS_MAX && input.len() <= KEPT_BYTES_MAX {
                    corpus::keep(&corpus::folder(self.target.name), &input)?;
                    kept += 1;
                }
                bytes += input.len();
                pool.push(input);
            }
            while bytes > POOL_BYTES_MAX {
                // An older one goes; what it showed is in `seen`.
                bytes -= pool.swap_remove(dice.below(pool.len() / 2)).len();
            }
        }
        Ok(())
    }

    fn is_new(&mut self, input: &[u8]) -> Result<bool> {
        self.noted.note(input)?;
        let begin = Tick::now();
        let signature = (self.target.run)(input);
        self.tally.slowest = self.tally.slowest.max(begin.elapsed());
        self.tally.inputs += 1;
        let new = self.seen.insert(signature);
        self.tally.signatures = self.seen.len();
        Ok(new)
    }
}

/// The file of the input that is being run: `[number u64][length u32][bytes]`.
struct Noted {
    file: File,
    number: u64,
}

impl Noted {
    fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("{} not made", path.display()))?;
        Ok(Self { file, number: 0 })
    }

    fn note(&mut self, input: &[u8]) -> Result<()> {
        self.number += 1;
        let mut bytes = Vec::with_capacity(12 + input.len());
        bytes.extend_from_slice(&self.number.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(input.len())?.to_le_bytes());
        bytes.extend_from_slice(input);
        Ok(self.file.write_all_at(&bytes, 0)?)
    }
}

/// Number and bytes of the input that a process works on, or died of.
pub fn noted(path: &Path) -> Option<(u64, Vec<u8>)> {
    let bytes = std::fs::read(path).ok()?;
    let number = u64::from_le_bytes(*bytes.first_chunk()?);
    let len = u32::from_le_bytes(*bytes.get(8..)?.first_chunk()?) as usize;
    debug_assert!(len <= INPUT_BYTES_MAX || number == 0, "inputs have a limit");
    Some((number, bytes.get(12..12 + len)?.to_vec()))
}
