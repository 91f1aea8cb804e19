//! From the keys and sections of a VRPLIB file to an instance.

use super::lines::{Line, short};
use super::vrplib::Raw;
use super::{Family, Group, Instance, MATRIX_NODES_MAX, Node, ReadError};

pub(super) fn build(raw: &Raw<'_>) -> Result<Instance, ReadError> {
    let family = family(raw)?;
    let (nodes, vehicles) = raw.sizes()?;
    let depots = depots(raw, nodes)?;
    Ok(Instance {
        name: raw.key("NAME").map(|(_, name)| name.to_owned()).unwrap_or_default(),
        family,
        nodes: read_nodes(raw, nodes, depots)?,
        depots,
        fleet: fleet(raw, family, vehicles, depots)?,
        matrix: matrix(raw, nodes)?,
    })
}

fn family(raw: &Raw<'_>) -> Result<Family, ReadError> {
    let (line, value) = raw.expect("TYPE")?;
    match value {
        "CVRP" | "DCVRP" => Ok(Family::Cvrp),
        "VRPTW" => Ok(Family::Vrptw),
        "HFVRP" => Ok(Family::Hfvrp),
        "MTVRPTWR" => Ok(Family::Mtvrptwr),
        "MDVRPTW" => Ok(Family::Mdvrptw),
        "VRPB" => Ok(Family::Vrpb),
        _ => Err(line.wrong(format!("TYPE `{}` is not supported", short(value)))),
    }
}

/// The depots must be the first nodes, so that a number of a `.sol` file means one thing.
fn depots(raw: &Raw<'_>, nodes: usize) -> Result<usize, ReadError> {
    let missing = || ReadError { line: 0, what: "section `DEPOT_SECTION` is missing".to_owned() };
    let (at, lines) = raw.lines("DEPOT_SECTION").ok_or_else(missing)?;
    let mut found = 0;
    for (index, line) in lines.iter().enumerate() {
        let word = line.words(1, "number of a depot")?[0];
        if word == "-1" {
            if index + 1 == lines.len() {
                break;
            }
            return Err(line.wrong("a depot follows -1"));
        }
        if usize::try_from(line.count(word, "number of a depot")?) != Ok(found + 1) {
            return Err(line.wrong(format!("depot `{word}`: depots are the first nodes")));
        }
        found += 1;
    }
    if found == 0 || found > nodes {
        return Err(at.wrong(format!("{found} depots among {nodes} nodes")));
    }
    Ok(found)
}

fn read_nodes(raw: &Raw<'_>, count: usize, depots: usize) -> Result<Vec<Node>, ReadError> {
    let xy = raw.rows("NODE_COORD_SECTION", count, "x, y", |line, words| {
        Ok((line.number(words[0], "x")?, line.number(words[1], "y")?))
    })?;
    if xy.is_none() && !raw.has("EDGE_WEIGHT_SECTION") {
        let what = "section `NODE_COORD_SECTION` is missing".to_owned();
        return Err(ReadError { line: 0, what });
    }
    let amount =
        |name: &str| raw.rows(name, count, "value", |line, words| line.amount(words[0], "value"));
    let whole = |name: &str| {
        raw.rows(name, count, "value", |line, words| Ok((line, line.count(words[0], "value")?)))
    };
    let demand = whole("DEMAND_SECTION")?;
    let backhaul = whole("BACKHAUL_SECTION")?;
    let service = amount("SERVICE_TIME_SECTION")?;
    let every = raw.amount("SERVICE_TIME")?.unwrap_or(0.0);
    let release = amount("RELEASE_TIME_SECTION")?;
    let windows = raw.rows("TIME_WINDOW_SECTION", count, "ready, due", window)?;
    let load = |of: &Option<Vec<(Line<'_>, i64)>>, at: usize| match of {
        Some(rows) if at < depots && rows[at].1 != 0 => {
            Err(rows[at].0.wrong("the depot has a demand"))
        }
        Some(rows) => Ok(rows[at].1),
        None => Ok(0),
    };
    (0..count)
        .map(|at| {
            let (x, y) = xy.as_ref().map_or((0.0, 0.0), |rows| rows[at]);
            let (ready, due) = windows.as_ref().map_or((0.0, f64::INFINITY), |rows| rows[at]);
            let constant = if at < depots { 0.0 } else { every };
            Ok(Node {
                x,
                y,
                demand: load(&demand, at)?,
                backhaul: load(&backhaul, at)?,
                ready,
                due,
                service: service.as_ref().map_or(constant, |rows| rows[at]),
                release: release.as_ref().map_or(0.0, |rows| rows[at]),
                mate: None,
            })
        })
        .collect()
}

fn window(line: Line<'_>, words: &[&str]) -> Result<(f64, f64), ReadError> {
    let ready = line.amount(words[0], "ready")?;
    let due = line.amount(words[1], "due")?;
    if ready > due {
        return Err(line.wrong(format!("ready {ready} is after due {due}")));
    }
    Ok((ready, due))
}

/// One group a row, then equal neighbours together.
fn fleet(
    raw: &Raw<'_>,
    family: Family,
    vehicles: Option<usize>,
    depots: usize,
) -> Result<Vec<Group>, ReadError> {
    let count = vehicles.unwrap_or(1);
    let column =
        |name: &str| raw.rows(name, count, "value", |line, words| line.count(words[0], "value"));
    let depot_rows = |name: &str| {
        raw.rows(name, count, "depot", |line, words| {
            let depot = usize::try_from(line.count(words[0], "depot")?).unwrap_or(usize::MAX);
            if (1..=depots).contains(&depot) {
                return Ok(depot - 1);
            }
            Err(line.wrong(format!("depot {depot}: 1 to {depots} are expected")))
        })
    };
    for name in ["CAPACITY_SECTION", "VEHICLES_DEPOT_SECTION", "VEHICLES_RELOAD_DEPOT_SECTION"] {
        if let (Some((line, _)), None) = (raw.lines(name), vehicles) {
            return Err(line.wrong(format!("{name} without the key VEHICLES")));
        }
    }
    let capacity = column("CAPACITY_SECTION")?;
    let every = match raw.count("CAPACITY")? {
        None if capacity.is_none() => {
            return Err(ReadError { line: 0, what: "key `CAPACITY` is missing".to_owned() });
        }
        every => i64::try_from(every.unwrap_or_default()).expect("at most 1e9"),
    };
    let fixed = column("VEHICLES_FIXED_COST_SECTION")?;
    let unit = column("VEHICLES_UNIT_DISTANCE_COST_SECTION")?;
    let depot = depot_rows("VEHICLES_DEPOT_SECTION")?;
    let reload = reloads(raw, depot_rows("VEHICLES_RELOAD_DEPOT_SECTION")?, depot.as_deref())?;
    let group = |at: usize| Group {
        count: vehicles.map(|_| 1),
        capacity: capacity.as_ref().map_or(every, |rows| rows[at]),
        depot: depot.as_ref().map_or(0, |rows| rows[at]),
        fixed: fixed.as_ref().map_or(0, |rows| rows[at]),
        per_distance: unit.as_ref().map_or(1, |rows| rows[at]),
        max_duration: None,
        max_distance: None,
        reload,
    };
    let max_duration = raw.amount("VEHICLES_MAX_DURATION")?;
    let max_distance = raw.amount("DISTANCE")?;
    let mut groups: Vec<Group> = Vec::new();
    for at in 0..count {
        let next = Group { max_duration, max_distance, ..group(at) };
        match groups.last_mut() {
            Some(last) if (Group { count: next.count, ..last.clone() }) == next => {
                last.count = last.count.map(|n| n + 1);
            }
            _ => groups.push(next),
        }
    }
    debug_assert!(family != Family::Hfvrp || !groups.is_empty() || vehicles == Some(0));
    Ok(groups)
}

/// A vehicle reloads where it starts: no published set asks for more.
fn reloads(
    raw: &Raw<'_>,
    rows: Option<Vec<usize>>,
    start: Option<&[usize]>,
) -> Result<bool, ReadError> {
    let Some(rows) = rows else { return Ok(false) };
    for (at, reload) in rows.iter().enumerate() {
        if start.map_or(0, |rows| rows[at]) != *reload {
            let (line, _) = raw.lines("VEHICLES_RELOAD_DEPOT_SECTION").expect("its rows were read");
            let what = format!("vehicle {} reloads at another depot than its own", at + 1);
            return Err(line.wrong(what));
        }
    }
    Ok(true)
}

fn matrix(raw: &Raw<'_>, nodes: usize) -> Result<Option<Vec<f64>>, ReadError> {
    let (line, kind) = raw.expect("EDGE_WEIGHT_TYPE")?;
    let section = raw.lines("EDGE_WEIGHT_SECTION");
    match (kind, section) {
        ("EUC_2D", None) => Ok(None),
        ("EUC_2D", Some((at, _))) => Err(at.wrong("EUC_2D has no EDGE_WEIGHT_SECTION")),
        ("EXPLICIT", None) => Err(line.wrong("EXPLICIT without EDGE_WEIGHT_SECTION")),
        ("EXPLICIT", Some((at, lines))) => explicit(raw, at, lines, nodes).map(Some),
        _ => Err(line.wrong(format!("EDGE_WEIGHT_TYPE `{}` is not supported", short(kind)))),
    }
}

fn explicit(
    raw: &Raw<'_>,
    at: Line<'_>,
    lines: &[Line<'_>],
    nodes: usize,
) -> Result<Vec<f64>, ReadError> {
    let (line, format) = raw.expect("EDGE_WEIGHT_FORMAT")?;
    if nodes > MATRIX_NODES_MAX {
        return Err(line.wrong(format!("a matrix of {nodes} nodes, at most {MATRIX_NODES_MAX}")));
    }
    let lower = match format {
        "FULL_MATRIX" => false,
        "LOWER_ROW" => true,
        _ => {
            return Err(
                line.wrong(format!("EDGE_WEIGHT_FORMAT `{}` is not supported", short(format)))
            );
        }
    };
    let wanted = if lower { nodes * (nodes - 1) / 2 } else { nodes * nodes };
    let mut values = Vec::with_capacity(wanted);
    for line in lines {
        for word in line.text.split_whitespace() {
            if values.len() == wanted {
                return Err(line.wrong(format!("more than {wanted} weights")));
            }
            values.push(line.amount(word, "weight")?);
        }
    }
    if values.len() < wanted {
        return Err(at.wrong(format!("{} weights, {wanted} are expected", values.len())));
    }
    if !lower {
        return Ok(values);
    }
    let mut full = vec![0.0; nodes * nodes];
    let mut next = values.into_iter();
    for row in 1..nodes {
        for column in 0..row {
            let value = next.next().expect("counted above");
            full[row * nodes + column] = value;
            full[column * nodes + row] = value;
        }
    }
    Ok(full)
}
