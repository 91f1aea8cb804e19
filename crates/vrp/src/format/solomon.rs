//! Solomon (1987), and Gehring & Homberger (1999): one depot, equal vehicles, time windows.

use super::lines::{Line, Lines, short};
use super::{Family, Group, Instance, Node, ReadError};

const COLUMNS: &str = "number, x, y, demand, ready time, due date, service time";

pub(super) fn read(text: &str) -> Result<Instance, ReadError> {
    let mut lines = Lines::new(text);
    let name = lines.expect("the name")?;
    keyword(lines.expect("VEHICLE")?, "VEHICLE")?;
    keyword(lines.expect("NUMBER CAPACITY")?, "NUMBER")?;
    let fleet = lines.expect("number and capacity of the vehicles")?;
    let group = group(fleet, &fleet.words(2, "number, capacity")?)?;
    keyword(lines.expect("CUSTOMER")?, "CUSTOMER")?;
    keyword(lines.expect("the names of the columns")?, "CUST")?;
    let mut nodes = vec![row(lines.expect("the depot")?, 0)?];
    for line in lines {
        nodes.push(row(line, nodes.len())?);
    }
    Ok(Instance {
        name: name.text.to_owned(),
        family: Family::Vrptw,
        nodes,
        depots: 1,
        fleet: vec![group],
        matrix: None,
    })
}

fn keyword(line: Line<'_>, wanted: &str) -> Result<(), ReadError> {
    if line.text.split_whitespace().next() == Some(wanted) {
        return Ok(());
    }
    Err(line.wrong(format!("`{}` where {wanted} is expected", short(line.text))))
}

/// Equal vehicles of the depot 0 from `number, capacity`.
pub(super) fn group(line: Line<'_>, words: &[&str]) -> Result<Group, ReadError> {
    let count = line.count(words[0], "number of vehicles")?;
    Ok(Group {
        count: Some(usize::try_from(count).expect("not negative and at most 1e9")),
        capacity: line.count(words[1], "capacity")?,
        depot: 0,
        fixed: 0,
        per_distance: 1,
        max_duration: None,
        max_distance: None,
        reload: false,
    })
}

fn row(line: Line<'_>, at: usize) -> Result<Node, ReadError> {
    let words = line.words(7, COLUMNS)?;
    let node = node(line, &words, at)?;
    if node.demand < 0 {
        return Err(line.wrong(format!("demand {} is negative", node.demand)));
    }
    Ok(node)
}

/// The columns that Solomon and Li & Lim have in common.
pub(super) fn node(line: Line<'_>, words: &[&str], at: usize) -> Result<Node, ReadError> {
    line.position(words[0], at)?;
    let node = Node {
        x: line.number(words[1], "x")?,
        y: line.number(words[2], "y")?,
        demand: line.whole(words[3], "demand")?,
        backhaul: 0,
        ready: line.amount(words[4], "ready time")?,
        due: line.amount(words[5], "due date")?,
        service: line.amount(words[6], "service time")?,
        release: 0.0,
        mate: None,
    };
    if node.ready > node.due {
        let what = format!("ready time {} is after due date {}", node.ready, node.due);
        return Err(line.wrong(what));
    }
    if at == 0 && node.demand != 0 {
        return Err(line.wrong("the depot has a demand"));
    }
    Ok(node)
}
