//! Li & Lim (2003): pairs of a pickup and a delivery, one depot, equal vehicles, time windows.

use super::lines::{Line, Lines};
use super::{Family, Instance, Node, ReadError, solomon};

const COLUMNS: &str = "number, x, y, demand, ready time, due date, service time, pickup, delivery";

pub(super) fn read(text: &str) -> Result<Instance, ReadError> {
    let mut lines = Lines::new(text);
    let first = lines.expect("vehicles, capacity, speed")?;
    let words = first.words(3, "vehicles, capacity, speed")?;
    let group = solomon::group(first, &words)?;
    // Some files have 0 here. Every list of results takes a unit of distance for one of time.
    first.amount(words[2], "speed")?;
    let depot = lines.expect("the depot")?;
    let mut rows = vec![(depot, row(depot, 0)?)];
    for line in lines {
        rows.push((line, row(line, rows.len())?));
    }
    pair(&mut rows)?;
    Ok(Instance {
        name: String::new(),
        family: Family::Pdptw,
        nodes: rows.into_iter().map(|(_, (node, _))| node).collect(),
        depots: 1,
        fleet: vec![group],
        matrix: None,
    })
}

/// A node with the columns `pickup` and `delivery`.
type Row = (Node, (usize, usize));

fn row(line: Line<'_>, at: usize) -> Result<Row, ReadError> {
    let words = line.words(9, COLUMNS)?;
    let node = solomon::node(line, &words, at)?;
    let end = |word: &str, of: &str| {
        line.count(word, of).map(|value| usize::try_from(value).expect("not negative"))
    };
    Ok((node, (end(words[7], "pickup")?, end(words[8], "delivery")?)))
}

fn pair(rows: &mut [(Line<'_>, Row)]) -> Result<(), ReadError> {
    if rows[0].1.1 != (0, 0) {
        return Err(rows[0].0.wrong("the depot belongs to a pair"));
    }
    let mates = (1..rows.len()).map(|at| mate(&rows[at], at)).collect::<Result<Vec<_>, _>>()?;
    for at in 1..rows.len() {
        let (line, (node, ends)) = &rows[at];
        let mate = mates[at - 1];
        let Some((_, (other, back))) = rows.get(mate).filter(|_| mate != at) else {
            return Err(line.wrong(format!("row {at} is paired with row {mate}, which is none")));
        };
        if *back != if ends.0 == 0 { (at, 0) } else { (0, at) } {
            let what = format!("row {at} is paired with row {mate}, which is paired otherwise");
            return Err(line.wrong(what));
        }
        let loads = ends.0 == 0;
        if node.demand + other.demand != 0 || (node.demand > 0) != loads {
            let (here, there) = (node.demand, other.demand);
            return Err(line.wrong(format!(
                "demands {here} and {there} of the pair {at}, {mate}: pickup +q, delivery -q"
            )));
        }
        rows[at].1.0.mate = Some(mate);
    }
    Ok(())
}

/// The other end of row `at`, as the row says it.
fn mate((line, (_, ends)): &(Line<'_>, Row), at: usize) -> Result<usize, ReadError> {
    match *ends {
        (0, 0) => Err(line.wrong(format!("row {at} has neither pickup nor delivery"))),
        (0, mate) | (mate, 0) => Ok(mate),
        _ => Err(line.wrong(format!("row {at} has both pickup and delivery"))),
    }
}
