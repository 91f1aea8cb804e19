//! Inputs on the disk: `fuzz/corpus/<target>/`, small and few, kept with the sources.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Most inputs of one target.
pub const INPUTS_MAX: usize = 50;
/// Most bytes of one input.
pub const KEPT_BYTES_MAX: usize = 4 * 1024;

/// The folder of a target.
pub fn folder(target: &str) -> PathBuf {
    root().join("corpus").join(target)
}

/// Where inputs lie that ended a decoder, until it is put right.
pub fn findings(target: &str) -> PathBuf {
    root().join("findings").join(target)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The inputs of a target by name.
pub fn load(target: &str) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let folder = folder(target);
    let mut found = Vec::new();
    let entries = std::fs::read_dir(&folder)
        .with_context(|| format!("{} cannot be read: add inputs there", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        found.push((path, bytes));
    }
    found.sort();
    Ok(found)
}

/// Keeps an input under the name of its hash; answers where.
pub fn keep(folder: &Path, input: &[u8]) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(name(input));
    std::fs::write(&path, input).with_context(|| format!("{} not written", path.display()))?;
    Ok(path)
}

fn name(input: &[u8]) -> String {
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
