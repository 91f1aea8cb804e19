//! The hand-written files of the repository.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// No hand-written file is longer.
const LINES_MAX: usize = 800;

/// Every Rust file below `folder`.
pub(crate) fn rust(folder: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(Path::new(folder), &["rs"], &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !["target", "node_modules", "dist"].contains(&name.as_ref()) {
                collect(&path, extensions, found)?;
            }
        } else if path.extension().is_some_and(|e| extensions.iter().any(|known| e == *known)) {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether every file is short enough to be read at one sitting.
pub(crate) fn check() -> Result<()> {
    let mut found = rust("crates")?;
    for folder in ["web/src", "web/e2e"] {
        if Path::new(folder).is_dir() {
            collect(Path::new(folder), &["ts", "tsx"], &mut found)?;
        }
    }
    let mut faults = Vec::new();
    for path in found {
        let lines = std::fs::read_to_string(&path)?.lines().count();
        let generated = path.ends_with("schema.d.ts");
        if lines > LINES_MAX && !generated {
            faults.push(format!("{}: {lines} lines, at most {LINES_MAX}", path.display()));
        }
    }
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}
