//! Which crate may know which: the table of ARCHITECTURE.md, checked against every manifest.

use anyhow::{Context, Result, bail};

/// A crate, and our own crates that it may depend on. A new edge is an ADR.
const EDGES: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("platform", &["base"]),
    ("registry", &["base", "platform"]),
    ("telemetry", &["base", "platform", "registry"]),
    // Protocols of devices. The only crate beside the store that knows the way in.
    ("connect", &["base", "platform", "registry", "telemetry"]),
    ("control", &["base", "platform", "registry"]),
    // What bills, forecasts, savings and batteries come to: pure.
    ("energy_rules", &["base"]),
    ("energy", &["base", "platform", "registry", "telemetry", "energy_rules", "openadr"]),
    // Demand response over OpenADR, both sides: protocol, nothing of energy (ADR 0015, 0016).
    ("openadr", &["base", "platform"]),
    (
        "server",
        &["base", "platform", "registry", "telemetry", "connect", "control", "energy", "openadr"],
    ),
    // The simulator meets the platform over its public protocols only.
    ("sim", &["base"]),
    // Figures: it fills a store of its own, and talks to a server over HTTP.
    (
        "bench",
        &["base", "energy_rules", "platform", "registry", "telemetry", "control", "energy", "sim"],
    ),
    ("cli", &["base", "platform", "server", "sim", "bench", "energy", "energy_rules", "vrp"]),
    // The vehicle-routing solver: pure, knows nothing of the platform.
    ("vrp", &[]),
    // Feeds the decoders of outside bytes; nobody knows it.
    ("fuzz", &["base", "registry", "telemetry", "connect", "openadr", "vrp"]),
    ("xtask", &[]),
];

/// Crates of the outside world that only some of ours may name.
const GUARDED: &[(&str, &[&str])] = &[
    ("sqlx", &["platform"]),
    ("object_store", &["platform", "telemetry"]),
    ("datafusion", &["telemetry"]),
    ("rmqtt", &["telemetry", "connect"]),
    ("async-opcua-client", &["connect"]),
    ("async-opcua-crypto", &["connect"]),
    ("async-opcua-types", &["connect"]),
    ("tokio-modbus", &["connect"]),
    ("jaq-core", &["connect"]),
    ("prometheus-client", &["platform"]),
    ("argon2", &["platform"]),
];

pub(crate) fn check() -> Result<()> {
    let mut faults = Vec::new();
    for (name, allowed) in EDGES {
        let path = format!("crates/{name}/Cargo.toml");
        let manifest: toml::Table = std::fs::read_to_string(&path)
            .with_context(|| format!("{path} cannot be read"))?
            .parse()
            .with_context(|| format!("{path} is no TOML"))?;
        let Some(dependencies) = manifest.get("dependencies").and_then(toml::Value::as_table)
        else {
            continue;
        };
        for dependency in dependencies.keys() {
            let ours = EDGES.iter().any(|(ours, _)| ours == dependency);
            if ours && !allowed.contains(&dependency.as_str()) {
                faults.push(format!("{name} may not know {dependency}: a new edge is an ADR"));
            }
            for (guarded, owners) in GUARDED {
                if guarded == dependency && !owners.contains(name) {
                    faults.push(format!("{name} may not use {guarded}: go through {}", owners[0]));
                }
            }
        }
    }
    for entry in std::fs::read_dir("crates")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !EDGES.iter().any(|(ours, _)| *ours == name) {
            faults.push(format!("crate {name} stands in no table: add it to EDGES"));
        }
    }
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}
