//! Quantiles of Student's t, from the incomplete beta function by its continued fraction
//! (Abramowitz and Stegun 26.5.8 and 26.7.1).

/// Rounds of the continued fraction; it converges in far fewer.
const ROUNDS: usize = 300;
/// Rounds of bisection: from 1e3 down to 1e-12.
const BISECTIONS: usize = 60;
/// Above this the normal distribution's fifth decimal is reached.
const T_MAX: f64 = 1000.0;

/// The t that a two-sided interval of a confidence (0 to 1) reaches, with `degrees` of freedom.
pub(super) fn two_sided(confidence: f64, degrees: f64) -> f64 {
    let (mut low, mut high) = (0.0, T_MAX);
    for _ in 0..BISECTIONS {
        let middle = f64::midpoint(low, high);
        if within(middle, degrees) < confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The share of Student's distribution between `-t` and `t`.
fn within(t: f64, degrees: f64) -> f64 {
    1.0 - incomplete_beta(degrees / (degrees + t * t), degrees / 2.0, 0.5)
}

/// The regularised incomplete beta function.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let scale = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln();
    if x < (a + 1.0) / (a + b + 2.0) {
        scale.exp() * fraction(x, a, b) / a
    } else {
        1.0 - scale.exp() * fraction(1.0 - x, b, a) / b
    }
}

/// Lentz's evaluation of the continued fraction.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let tiny = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut above = 1.0;
    let mut below = 1.0 / tiny(1.0 - (a + b) * x / (a + 1.0));
    let mut product = below;
    for round in 1..ROUNDS {
        let m = round as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            below = 1.0 / tiny(1.0 + term * below);
            above = tiny(1.0 + term / above);
            product *= below * above;
        }
        if (below * above - 1.0).abs() < 1e-15 {
            break;
        }
    }
    product
}

/// The logarithm of the gamma function for `x > 0` (Stirling's series after a shift above 10).
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series =
        (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::two_sided;

    #[test]
    fn quantiles_agree_with_printed_tables() {
        for (confidence, degrees, expect) in [
            (0.95, 1.0, 12.706),
            (0.95, 10.0, 2.228),
            (0.90, 10.0, 1.812),
            (0.80, 30.0, 1.310),
            (0.95, 362.0, 1.9665),
            (0.68, 1e6, 0.9945),
        ] {
            let found = two_sided(confidence, degrees);
            assert!((found - expect).abs() < 6e-4, "{confidence} {degrees}: {found}");
        }
    }
}
