//! Parcels, buildings, units, firms and their sites.

use super::{
    Building, Company, Establishment, Organisation, Parcel, Plan, Trade, Unit, name::Names,
};
use crate::dice::Dice;
use crate::geometry::{Lot, LotUse, Spot, centroid};

/// Tenants of complex 1 by trade, the two anchor plants apart: 91.
const FIRST: [(Trade, usize); 8] = [
    (Trade::Paper, 11),
    (Trade::Fibre, 9),
    (Trade::Carbon, 11),
    (Trade::Hydrogen, 6),
    (Trade::Machinery, 23),
    (Trade::Food, 14),
    (Trade::Printing, 9),
    (Trade::Solar, 8),
];
/// Tenants of complex 2 outside the factory building: 7.
const SECOND: [(Trade, usize); 4] =
    [(Trade::Machinery, 3), (Trade::Food, 2), (Trade::Carbon, 1), (Trade::Printing, 1)];
/// The firms of the factory building: 21.
const BUILDING_FIRMS: [(Trade, usize); 4] =
    [(Trade::Machinery, 8), (Trade::Printing, 6), (Trade::Food, 4), (Trade::Carbon, 3)];
/// So many firms of complex 1 have a second site.
const SECOND_SITES: usize = 5;

pub(crate) const FACTORY_BUILDING: &str = "윤솔지식산업센터(시연)";

/// Whom the control room calls. Names say what they are, numbers reach nobody.
pub(crate) const ORGANISATIONS: [Organisation; 6] = [
    Organisation { name: "산단 관리기관(시연)", kind: "manager", phone: "063-000-0100" },
    Organisation {
        name: "스마트그린산단 사업단(시연)",
        kind: "programme_office",
        phone: "063-000-0200",
    },
    Organisation { name: "시청 환경부서(시연)", kind: "government", phone: "063-000-0300" },
    Organisation { name: "관할 소방서(시연)", kind: "fire", phone: "063-000-0119" },
    Organisation { name: "관할 경찰서(시연)", kind: "police", phone: "063-000-0112" },
    Organisation {
        name: "입주기업협의회(시연)", kind: "association", phone: "063-000-0400"
    },
];

/// Fills the plan with places and people.
pub(crate) fn settle(plan: &mut Plan) {
    let mut names = Names::new(plan.seed);
    let mut dice = Dice::new(plan.seed, "tenants");
    for complex in 0..plan.complexes.len() {
        build(plan, complex);
    }
    settle_first(plan, &mut names, &mut dice);
    let second = lots(plan, 1, LotUse::Factory);
    for (k, trade) in dealt(&SECOND, &mut dice).into_iter().enumerate() {
        let company = found(plan, &mut names, trade);
        move_in(plan, 1, second[k % second.len()], company, trade, contract_kw(trade, &mut dice));
    }
    let shared = lots(plan, 1, LotUse::FactoryBuilding);
    for trade in dealt(&BUILDING_FIRMS, &mut dice) {
        let company = found(plan, &mut names, trade);
        // Small workshops: what the landlord's contract leaves for each.
        move_in(plan, 1, shared[0], company, trade, dice.between(15.0, 60.0).round());
    }
}

fn settle_first(plan: &mut Plan, names: &mut Names, dice: &mut Dice) {
    let anchors = lots(plan, 0, LotUse::Anchor);
    let plants = [(Trade::Paper, 14_000.0), (Trade::Fibre, 8_500.0)];
    for ((trade, kw), lot) in plants.into_iter().zip(anchors) {
        let company = found(plan, names, trade);
        move_in(plan, 0, lot, company, trade, kw);
    }
    let mut free = lots(plan, 0, LotUse::Factory);
    dice.shuffle(&mut free);
    // Seventy lots for ninety firms: many share, as in the register.
    free.truncate(70);
    let trades = dealt(&FIRST, dice);
    let last = trades.len() - SECOND_SITES;
    for (k, trade) in trades.iter().copied().enumerate() {
        let (company, trade) = if k < last {
            (found(plan, names, trade), trade)
        } else {
            // The second site of a firm that came early; skip the anchors.
            let first = &plan.establishments[2 + k - last];
            (first.company, first.trade)
        };
        // Two thirds stand alone; the rest crowd onto the first lots.
        let lot = if k < free.len() { free[k] } else { free[(k - free.len()) / 3] };
        move_in(plan, 0, lot, company, trade, contract_kw(trade, dice));
    }
}

/// Parcels, buildings of every lot that is built on.
fn build(plan: &mut Plan, complex: usize) {
    let layout = plan.complexes[complex].layout.clone();
    for lot in &layout.lots {
        let parcel = plan.parcels.len();
        plan.parcels.push(parcel_of(complex, lot));
        for (k, building) in lot.buildings.iter().enumerate() {
            let name = match lot.used_for {
                LotUse::FactoryBuilding => FACTORY_BUILDING.to_owned(),
                LotUse::Support => format!("산단지원센터(시연) {}관", k + 1),
                _ => format!("{}번지 {}동", main_number(lot), k + 1),
            };
            plan.buildings.push(Building { parcel, name, spot: centroid(&building.ring) });
        }
    }
}

/// Lot numbers from 9001 on: no register of these dongs is known to go so far.
fn main_number(lot: &Lot) -> u16 {
    9_000 + lot.number
}

fn parcel_of(complex: usize, lot: &Lot) -> Parcel {
    // Legal dongs: 팔복동2가, 3가 and 4가.
    let (dong, dong_name) = match (complex, lot.number % 2) {
        (0, 0) => ("5211310900", "팔복동2가"),
        (0, _) => ("5211311000", "팔복동3가"),
        (_, _) => ("5211313300", "팔복동4가"),
    };
    let (main, sub) = (main_number(lot), lot.number % 3);
    let tail = if sub == 0 { String::new() } else { format!("-{sub}") };
    Parcel {
        complex,
        lot: lot.number,
        pnu: format!("{dong}1{main:04}{sub:04}"),
        lot_address: format!("전북특별자치도 전주시 덕진구 {dong_name} {main}{tail}"),
        area_m2: lot.area_m2,
    }
}

/// Indices of the parcels of one use.
fn lots(plan: &Plan, complex: usize, used_for: LotUse) -> Vec<usize> {
    let of_use = |lot: u16| {
        let mut lots = plan.complexes[complex].layout.lots.iter();
        lots.any(|l| l.number == lot && l.used_for == used_for && !l.buildings.is_empty())
    };
    let parcels = plan.parcels.iter().enumerate();
    parcels.filter(|(_, p)| p.complex == complex && of_use(p.lot)).map(|(k, _)| k).collect()
}

/// The trades of a list, shuffled.
fn dealt(list: &[(Trade, usize)], dice: &mut Dice) -> Vec<Trade> {
    let each = list.iter().flat_map(|(trade, count)| std::iter::repeat_n(*trade, *count));
    let mut trades = each.collect::<Vec<_>>();
    dice.shuffle(&mut trades);
    trades
}

/// Founds a company and returns its index.
fn found(plan: &mut Plan, names: &mut Names, trade: Trade) -> usize {
    let bare = names.deal(trade);
    let index = plan.companies.len();
    // Every ninth row of the register lacks its number; 000 begins no number of a tax office.
    let number = (index % 9 != 4).then(|| format!("000{:07}", 1_013 * (index + 1)));
    plan.companies.push(Company { name: names.registered(&bare), registration_number: number });
    index
}

/// Contract power: most firms are small, a few are not.
fn contract_kw(trade: Trade, dice: &mut Dice) -> f64 {
    let (usual, spread) = match trade {
        Trade::Paper => (900.0, 2.2),
        Trade::Fibre => (800.0, 2.0),
        Trade::Carbon => (600.0, 2.0),
        Trade::Hydrogen => (700.0, 1.8),
        Trade::Machinery => (220.0, 2.2),
        Trade::Food => (300.0, 2.0),
        Trade::Printing => (120.0, 1.8),
        Trade::Solar => (250.0, 2.0),
    };
    // Between usual / spread^1.5 and usual * spread^1.5, smaller ones more often.
    let exponent = 1.5 * (dice.unit() + dice.unit() - 1.0);
    (usual * f64::powf(spread, exponent) / 10.0).round() * 10.0
}

fn move_in(
    plan: &mut Plan,
    complex: usize,
    parcel: usize,
    company: usize,
    trade: Trade,
    contract_kw: f64,
) {
    let on_lot = plan
        .establishments
        .iter()
        .filter(|other| plan.buildings[plan.units[other.unit].building].parcel == parcel);
    let before = on_lot.count();
    let houses = plan.buildings.iter().enumerate().filter(|(_, b)| b.parcel == parcel);
    let houses = houses.map(|(k, _)| k).collect::<Vec<_>>();
    let building = houses[before % houses.len()];
    let storey = before / houses.len();
    let (floor, name) = if plan.buildings[building].name == FACTORY_BUILDING {
        (storey / 5 + 1, format!("{}0{}호", storey / 5 + 1, storey % 5 + 1))
    } else {
        (1, format!("{}호", 101 + storey))
    };
    let unit = plan.units.len();
    plan.units.push(Unit { building, floor: floor.to_string(), name });
    let sites = plan.establishments.iter().filter(|other| other.company == company).count();
    let bare = strip(&plan.companies[company].name);
    let name = if sites == 0 { bare } else { format!("{bare} 제{}공장", sites + 1) };
    let middle = plan.buildings[building].spot;
    // Neighbours behind one door stand a few metres apart, so that a map can show them.
    let shift = storey as f64;
    let spot = Spot::new(middle.x + (shift % 5.0) * 6.0, middle.y + (shift / 5.0).floor() * 6.0);
    plan.establishments.push(Establishment {
        complex,
        company,
        name,
        trade,
        unit,
        contract_kw,
        spot,
    });
}

/// The name without the mark of a corporation.
fn strip(name: &str) -> String {
    let marks = ["(주)", "㈜", "주식회사"];
    marks.iter().fold(name.to_owned(), |name, mark| name.replace(mark, "")).trim().to_owned()
}
