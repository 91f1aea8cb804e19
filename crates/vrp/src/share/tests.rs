//! The vectors of the reference, and the closed form against every order of joining.

use proptest::prelude::*;

use super::coalition::worst;
use super::emission::{Basis, Fuel, Leg, Shipment, of_round, share};
use super::integer::Integer;
use super::rational::limit;
use super::shapley::{Route, Shares, of_route};
use super::*;

/// Costs between places, each given with the depot first; the depot is put at the end too.
fn closed(places: &[(i64, i64)]) -> Vec<i64> {
    let all: Vec<_> = places.iter().chain(&places[..1]).copied().collect();
    let cost = |a: (i64, i64), b: (i64, i64)| (a.0 - b.0).abs() + (a.1 - b.1).abs();
    all.iter().flat_map(|a| all.iter().map(|b| cost(*a, *b))).collect()
}

fn assert_fractions(shares: &Shares, wanted: &[(i128, i128)]) {
    assert_eq!(shares.numerators.len(), wanted.len());
    for (numerator, (n, d)) in shares.numerators.iter().zip(wanted) {
        let left = numerator.times(&Integer::from(*d));
        assert_eq!(left, shares.denominator.times(&Integer::from(*n)), "{n}/{d}");
    }
}

/// V1 to V3 and V5: small routes whose shares can be found by hand.
#[test]
fn vectors_of_the_reference() {
    let case = |places: &[(i64, i64)], owners: &[usize], cost: i64, wanted: &[i128]| {
        let costs = closed(places);
        let route = Route { owners, costs: &costs };
        assert_eq!(route.cost(), cost);
        let wanted: Vec<_> = wanted.iter().map(|share| (*share, 1)).collect();
        assert_fractions(&of_route(&route).unwrap(), &wanted);
    };
    case(&[(0, 0), (10, 0), (20, 0)], &[0, 1], 40, &[10, 30]);
    case(&[(0, 0), (4, 0), (4, 3), (0, 3)], &[0, 1, 2], 14, &[4, 7, 3]);
    case(&[(0, 0), (4, 0), (4, 3), (0, 3), (-4, 3)], &[0, 1, 0, 2], 22, &[6, 6, 10]);
    let line = [(0, 0), (-10, 0), (10, 0), (-10, 0), (10, 0)];
    case(&line, &[0, 1, 0, 1], 80, &[40, 40]);
    assert_eq!(limit(&[40, 40], &[20, 20]), Err(ShareError::DoNotPool { cost: 80, alone: 40 }));
}

/// V4: asymmetric costs, thirds and sixths, and 100,000 won to the last won.
#[test]
fn asymmetric_costs_and_the_won() {
    let square = [[0, 10, 25, 40], [12, 0, 9, 30], [26, 10, 0, 15], [38, 29, 14, 0]];
    let at = |place: usize| if place == 4 { 0 } else { place };
    let costs: Vec<i64> = (0..5)
        .flat_map(|a| (0..5).map(move |b| (a, b)))
        .map(|(a, b)| square[at(a)][at(b)])
        .collect();
    let route = Route { owners: &[0, 1, 2], costs: &costs };
    assert_eq!(route.cost(), 72);
    let shares = of_route(&route).unwrap();
    assert_fractions(&shares, &[(13, 3), (113, 6), (293, 6)]);
    let won = remainder::to_won(100_000, &shares.numerators).unwrap();
    assert_eq!(won, [6_019, 26_157, 67_824]);
}

/// A route of up to 7 stops of up to 4 owners, asymmetric.
fn routes() -> impl Strategy<Value = (Vec<usize>, Vec<i64>)> {
    (1_usize..8).prop_flat_map(|stops| {
        let places = (stops + 2) * (stops + 2);
        let owners = prop::collection::vec(0_usize..4, stops);
        let owners = owners.prop_map(|mut owners| {
            // Numbers without a gap, so that every owner has a stop.
            let mut seen: Vec<usize> = Vec::new();
            for owner in &mut owners {
                let at = seen.iter().position(|known| known == owner);
                *owner = at.unwrap_or_else(|| {
                    seen.push(*owner);
                    seen.len() - 1
                });
            }
            owners
        });
        (owners, prop::collection::vec(0_i64..1_000, places))
    })
}

/// Marginal costs over every order in which the owners can join, times the number of orders.
fn by_definition(route: &Route<'_>, owners: usize) -> (Vec<i128>, i128) {
    let mut sums = vec![0; owners];
    let mut orders = 0;
    let mut order: Vec<usize> = (0..owners).collect();
    permute(&mut order, 0, &mut |order| {
        orders += 1;
        for at in 0..order.len() {
            let cost = |of: &[usize]| i128::from(route.cost_of(|owner| of.contains(&owner)));
            sums[order[at]] += cost(&order[..=at]) - cost(&order[..at]);
        }
    });
    (sums, orders)
}

fn permute(order: &mut Vec<usize>, from: usize, each: &mut impl FnMut(&[usize])) {
    if from == order.len() {
        return each(order);
    }
    for at in from..order.len() {
        order.swap(from, at);
        permute(order, from + 1, each);
        order.swap(from, at);
    }
}

proptest! {
    /// The closed form is the mean marginal cost over all orders, exactly, and sums to the cost.
    #[test]
    fn the_closed_form_is_the_definition((owners, costs) in routes()) {
        let route = Route { owners: &owners, costs: &costs };
        let shares = of_route(&route).unwrap();
        let (sums, orders) = by_definition(&route, shares.numerators.len());
        let wanted: Vec<_> = sums.iter().map(|sum| (*sum, orders)).collect();
        assert_fractions(&shares, &wanted);
        let all = shares.numerators.iter().fold(Integer::ZERO, |sum, next| sum.plus(next));
        let cost = Integer::from(i128::from(route.cost()));
        prop_assert_eq!(all, shares.denominator.times(&cost));
    }

    /// Whole numbers of any size agree with i128 where both reach.
    #[test]
    fn integers_are_integers(a in any::<i64>(), b in any::<i64>(), c in 1_u32..) {
        let (x, y) = (Integer::from(i128::from(a)), Integer::from(i128::from(b)));
        let (a, b) = (i128::from(a), i128::from(b));
        prop_assert_eq!(x.plus(&y), Integer::from(a + b));
        prop_assert_eq!(x.minus(&y), Integer::from(a - b));
        prop_assert_eq!(x.times(&y), Integer::from(a * b));
        prop_assert_eq!(x.over(c), Integer::from(a / i128::from(c)));
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        let divisor = Integer::from(i128::from(c));
        let (floor, rest) = x.floor(&divisor).unwrap();
        prop_assert_eq!(i128::from(floor), a.div_euclid(i128::from(c)));
        prop_assert_eq!(rest, Integer::from(a.rem_euclid(i128::from(c))));
    }

    /// Largest remainder: exact balance, and nobody is a won away from the exact part.
    #[test]
    fn remainders_balance(
        total in 0_i64..1_000_000_000,
        weights in prop::collection::vec(0_i128..1_000_000, 1..20),
    ) {
        prop_assume!(weights.iter().sum::<i128>() > 0);
        let shares = remainder::by(total, &weights).unwrap();
        prop_assert_eq!(shares.iter().sum::<i64>(), total);
        let whole: i128 = weights.iter().sum();
        for (share, weight) in shares.iter().zip(&weights) {
            let off = i128::from(*share) * whole - weight * i128::from(total);
            prop_assert!(off.abs() < whole);
        }
    }

    /// Nobody pays more than alone, and the payments balance; or pooling is refused.
    #[test]
    fn nobody_pays_more_than_alone(
        pairs in prop::collection::vec((-1_000_i64..100_000, 0_i64..100_000), 1..12),
    ) {
        let (shares, alone): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let cost: i64 = shares.iter().sum();
        match limit(&shares, &alone) {
            Ok(payments) => {
                prop_assert_eq!(payments.iter().map(|payment| payment.pays).sum::<i64>(), cost);
                prop_assert!(payments.iter().all(|payment| payment.pays <= payment.alone));
            }
            Err(wrong) => {
                let alone = alone.iter().sum();
                prop_assert_eq!(wrong, ShareError::DoNotPool { cost, alone });
                prop_assert!(alone < cost);
            }
        }
    }

    /// Grams balance whatever the shipments are.
    #[test]
    fn grams_balance(
        grams in 0_i64..1_000_000_000,
        shipments in prop::collection::vec((0_i64..30_000, 0_i64..500_000), 1..20),
    ) {
        let shipments: Vec<_> =
            shipments.into_iter().map(|(kg, metres)| Shipment { kg, metres }).collect();
        match share(grams, &shipments) {
            Ok((parts, _)) => prop_assert_eq!(parts.iter().sum::<i64>(), grams),
            Err(_) => prop_assert!(shipments.iter().all(|shipment| shipment.kg == 0)),
        }
    }
}

/// What is cut off goes to the others by what they save.
#[test]
fn the_excess_is_borne_by_savings() {
    let payments = limit(&[50, 30, 20], &[40, 60, 30]).unwrap();
    let pays: Vec<i64> = payments.iter().map(|payment| payment.pays).collect();
    // 10 to bear; savings 30 and 10: 7.5 and 2.5, the tie goes to the lower number.
    assert_eq!(pays, [40, 38, 22]);
}

/// The worst coalition of a small game is found, complete; of a large one by climbing.
#[test]
fn blocking_coalitions_are_found() {
    // Owners 0 and 1 together cost 10 apart but pay 16.
    let apart = |coalition: &[bool]| {
        let members = coalition.iter().filter(|member| **member).count();
        let members = i64::try_from(members).unwrap();
        if coalition[0] && coalition[1] && members == 2 { 10 } else { 9 * members }
    };
    for owners in [4, 40] {
        let found = worst(&vec![8; owners], &[vec![0, 1], vec![2, 3]], 7, apart);
        let blocking = found.worst.unwrap();
        assert_eq!((blocking.owners.as_slice(), blocking.gain()), (&[0, 1][..], 6));
        assert_eq!(found.complete, owners == 4);
        assert!(found.seen <= 1_000 * (owners + 1));
    }
    let stable = worst(&[8; 5], &[], 7, |coalition| {
        9 * i64::try_from(coalition.iter().filter(|member| **member).count()).unwrap()
    });
    assert_eq!((stable.worst, stable.complete, stable.seen), (None, true, 31));
}

/// The vector of the reference: 50 kg, 2 t over 10 km and 1 t over 30 km.
#[test]
fn emissions_by_tonne_kilometres() {
    let shipments =
        [Shipment { kg: 2_000, metres: 10_000 }, Shipment { kg: 1_000, metres: 30_000 }];
    let shared = share(50_000, &shipments).unwrap();
    assert_eq!(shared, (vec![20_000, 30_000], Basis::TonneKilometres));
    let nowhere = shipments.map(|shipment| Shipment { metres: 0, ..shipment });
    assert_eq!(share(3, &nowhere).unwrap(), (vec![2, 1], Basis::Mass));
}

/// Empty running counts: out half full, back empty.
#[test]
fn a_round_emits_on_its_empty_leg_too() {
    let fuel =
        Fuel { empty_ml: 20_000, full_ml: 30_000, payload_kg: 10_000, grams_per_litre: 3_000 };
    let legs = [Leg { metres: 100_000, load_kg: 5_000 }, Leg { metres: 100_000, load_kg: 0 }];
    // 25 l and 20 l, at 3 kg a litre (a round factor, not a real one).
    assert_eq!(of_round(&fuel, &legs), Ok(135_000));
    let wrong = Fuel { payload_kg: 0, ..fuel };
    assert_eq!(of_round(&wrong, &legs), Err(ShareError::NothingToShareBy));
}

/// 200 owners on one route: exact, and quick enough to answer a click.
#[test]
fn two_hundred_owners() {
    let places: Vec<(i64, i64)> =
        (0..401_i64).map(|n| ((n * 7_919) % 1_000, (n * 104_729) % 1_000)).collect();
    let costs = closed(&places);
    let owners: Vec<usize> = (0..400).map(|stop| stop % 200).collect();
    let route = Route { owners: &owners, costs: &costs };
    let shares = of_route(&route).unwrap();
    let won = remainder::to_won(route.cost(), &shares.numerators).unwrap();
    assert_eq!(won.iter().sum::<i64>(), route.cost());
}

#[test]
fn bad_routes_are_refused() {
    let route = Route { owners: &[0], costs: &[0; 8] };
    assert_eq!(of_route(&route), Err(ShareError::Matrix { found: 8, wanted: 9 }));
    let costs = [0, 1, 0, 0, 0, -1, 0, 0, 0];
    assert_eq!(of_route(&Route { owners: &[0], costs: &costs }), Err(ShareError::Value(-1)));
    assert_eq!(of_route(&Route { owners: &[200], costs: &[0; 9] }), Err(ShareError::Owners(201)));
}
