//! Readers: what is refused, where, and with which words.

use proptest::prelude::*;

use super::*;

const SOLOMON: &str = "R1

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      40         50          0          0       1236          0
    1      45         68          6        912        967         90
    2      45.5       70          4        825        870         90
";

const LILIM: &str = "2\t10\t1
0\t0\t0\t0\t0\t100\t0\t0\t0
1\t1\t0\t6\t0\t100\t0\t0\t2
2\t2\t0\t-6\t0\t100\t0\t1\t0
";

const VRPLIB: &str = "NAME : small
TYPE : CVRP
DIMENSION : 3
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
DEMAND_SECTION
1 0
2 5
3 6
DEPOT_SECTION
1
-1
EOF
";

/// A change of a good text, and the error that must follow.
fn refused(format: Format, text: &str, from: &str, to: &str, error: &str) {
    assert!(text.contains(from), "`{from}` is not in the text");
    let wrong = format.read(&text.replacen(from, to, 1)).unwrap_err();
    assert_eq!(wrong.to_string(), error);
}

#[test]
fn good_texts_are_read() {
    for (format, text, nodes) in
        [(Format::Solomon, SOLOMON, 3), (Format::Lilim, LILIM, 3), (Format::Vrplib, VRPLIB, 3)]
    {
        assert_eq!(Format::guess(text), format);
        let unix = format.read(text).unwrap();
        assert_eq!(unix.nodes.len(), nodes);
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(format.read(&windows).unwrap(), unix, "CRLF and a byte order mark");
    }
    let instance = Format::Solomon.read(SOLOMON).unwrap();
    assert_eq!((instance.vehicles(), instance.fleet[0].capacity), (Some(2), 10));
    assert!((instance.nodes[2].x - 45.5).abs() < 1e-12);
    let unlimited = Format::Vrplib.read(VRPLIB).unwrap();
    assert_eq!(unlimited.vehicles(), None);
    assert!(unlimited.vehicle(1_000).is_some());
}

#[test]
fn solomon_names_the_line() {
    let refused = |from, to, error| refused(Format::Solomon, SOLOMON, from, to, error);
    let columns = "line 11: 6 values, 7 are expected: \
                   number, x, y, demand, ready time, due date, service time";
    refused("VEHICLE", "VAN", "line 3: `VAN` where VEHICLE is expected");
    refused("  2         10", "2", "line 5: 1 values, 2 are expected: number, capacity");
    refused(
        "  1      45",
        "  7      45",
        "line 11: row has number 7, 1 is expected: rows count up",
    );
    refused("45.5", "nan", "line 12: x `nan` is not a number");
    refused("45.5", "1e300", "line 12: x `1e300` is beyond 1e9");
    refused(" 912 ", " 999 ", "line 11: ready time 999 is after due date 967");
    refused(" 912 ", " ", columns);
    refused("          6 ", "         -6 ", "line 11: demand -6 is negative");
    refused("          6 ", "         6.5 ", "line 11: demand `6.5` is not a whole number");
    refused("50          0", "50          1", "line 10: the depot has a demand");
    let short = Format::Solomon.read("R1\nVEHICLE\n").unwrap_err();
    assert_eq!(short.to_string(), "line 3: the file ends where NUMBER CAPACITY is expected");
}

#[test]
fn lilim_names_the_line_and_the_pair() {
    let refused = |from, to, error| refused(Format::Lilim, LILIM, from, to, error);
    refused("\t1\t0\n", "\t0\t0\n", "line 4: row 2 has neither pickup nor delivery");
    refused("\t1\t0\n", "\t1\t1\n", "line 4: row 2 has both pickup and delivery");
    refused("\t0\t2\n", "\t0\t9\n", "line 3: row 1 is paired with row 9, which is none");
    refused(
        "\t1\t0\n",
        "\t2\t0\n",
        "line 3: row 1 is paired with row 2, which is paired otherwise",
    );
    let sign = "line 3: demands 6 and -5 of the pair 1, 2: pickup +q, delivery -q";
    refused("\t-6\t", "\t-5\t", sign);
    let long = LILIM.to_owned() + "3\t1\t0\t6\t0\t100\t0\t0\t2\n";
    let wrong = Format::Lilim.read(&long).unwrap_err().to_string();
    assert_eq!(wrong, "line 5: row 3 is paired with row 2, which is paired otherwise");
}

#[test]
fn vrplib_names_the_line() {
    let refused = |from, to, error| refused(Format::Vrplib, VRPLIB, from, to, error);
    refused("CVRP", "TSP", "line 2: TYPE `TSP` is not supported");
    refused("EUC_2D", "GEO", "line 4: EDGE_WEIGHT_TYPE `GEO` is not supported");
    refused("CAPACITY : 10\n", "", "line 0: key `CAPACITY` is missing");
    refused("NAME", "COLOUR", "line 1: key `COLOUR` is not supported");
    refused("NAME : small", "TYPE : CVRP", "line 2: key `TYPE` stands twice");
    refused(
        "DEMAND_SECTION",
        "PROFIT_SECTION",
        "line 10: section `PROFIT_SECTION` is not supported",
    );
    refused("3 6 8\n", "", "line 6: NODE_COORD_SECTION has 2 rows, 3 are expected");
    refused("3 6 8", "4 6 8", "line 9: row has number 4, 3 is expected");
    refused("DIMENSION : 3", "DIMENSION : 0", "line 3: DIMENSION 0: 1 to 100000 are expected");
    refused("2 5", "2 -5", "line 12: value `-5` is negative");
    refused("1 0\n2 5", "1 1\n2 5", "line 11: the depot has a demand");
    refused("SECTION\n1\n-1", "SECTION\n2\n-1", "line 15: depot `2`: depots are the first nodes");
    refused("EOF\n", "EOF\n1 2\n", "line 18: something follows EOF");
}

#[test]
fn a_matrix_of_the_file_is_used() {
    let lower = VRPLIB
        .replace("EUC_2D", "EXPLICIT\nEDGE_WEIGHT_FORMAT : LOWER_ROW")
        .replace("NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n", "EDGE_WEIGHT_SECTION\n7\n8 9\n");
    let instance = Format::Vrplib.read(&lower).unwrap();
    assert_eq!(instance.matrix, Some(vec![0.0, 7.0, 8.0, 7.0, 0.0, 9.0, 8.0, 9.0, 0.0]));
    let short = Format::Vrplib.read(&lower.replace("8 9\n", "8\n")).unwrap_err();
    assert_eq!(short.to_string(), "line 7: 2 weights, 3 are expected");
}

#[test]
fn solutions_are_read_strictly() {
    let text = "Route #1: 1 2 \nRoute #2:\nRoute #3: 4 0 5\nCost: 12.50\nOptimal: True\n";
    let solution = Solution::read(text).unwrap();
    assert_eq!(solution.routes, [vec![1, 2], vec![], vec![4, 0, 5]]);
    assert_eq!(solution.cost, Some((12.5, true)));
    for (text, error) in [
        ("Route #2: 1\n", "line 1: route #2 where #1 is expected"),
        ("Route #1: x\n", "line 1: customer `x` is not a number"),
        ("Tour 1\n", "line 1: `Tour 1`: `Route #k: …` or `Cost c` is expected"),
        ("Cost low\n", "line 1: cost `low` is no number"),
    ] {
        assert_eq!(Solution::read(text).unwrap_err().to_string(), error);
    }
}

#[test]
fn plans_are_read_strictly() {
    let plan = PlanFile::read(r#"{"routes":[[1,2]],"unserved":[3],"distance":1.5,"vehicles":1}"#);
    assert_eq!(plan.unwrap().solution(), Solution::in_order(vec![vec![1, 2]]));
    for text in ["{}", "[", r#"{"routes":[[-1]],"distance":1,"vehicles":1}"#] {
        assert!(PlanFile::read(text).is_err(), "{text}");
    }
    let two = r#"{"routes":[[1]],"distance":1,"vehicles":1,"route_vehicles":[1,2]}"#;
    let wrong = PlanFile::read(two).unwrap_err().to_string();
    assert_eq!(wrong, "1 routes have 2 vehicles in `route_vehicles`");
}

/// Any text, and any cut and change of a good text, is read or refused: no reader panics.
fn any_text() -> impl Strategy<Value = String> {
    let good = prop::sample::select(vec![SOLOMON, LILIM, VRPLIB]);
    let words = prop::sample::select(vec!["-1", "0", "9999999999", "1e308", ":", "\n", "é", "EOF"]);
    let changed = (good, any::<prop::sample::Index>(), words, 0_usize..4).prop_map(
        |(text, at, word, cut)| {
            let mut at = at.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let rest = text[at..].chars().skip(cut).collect::<String>();
            format!("{}{word}{rest}", &text[..at])
        },
    );
    prop_oneof![changed, ".{0,200}"]
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in any_text()) {
        for format in [Format::Solomon, Format::Lilim, Format::Vrplib] {
            if let Ok(instance) = format.read(&text) {
                let alone = instance.customers().map(|customer| vec![customer]).collect();
                let solution = Solution::in_order(alone);
                crate::check::routes(&instance, &solution, instance.family.convention());
            }
        }
        let _ = (Solution::read(&text), PlanFile::read(&text));
    }
}
