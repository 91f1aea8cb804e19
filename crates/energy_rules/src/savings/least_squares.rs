//! Ordinary least squares by orthogonalisation, each column against those before it, twice.

/// A column that keeps less than this share of its length is a combination of those before it.
const DEPENDENT: f64 = 1e-9;

/// Coefficients that make the sum of squares least.
pub(super) struct Solution {
    /// One a column; `None` for a column that depends on those before it.
    pub(super) coefficients: Vec<Option<f64>>,
    /// The diagonal of `(X'X)^-1` for the columns that count, 0 for the others.
    pub(super) variances: Vec<f64>,
}

/// Solves `columns * coefficients = target` in the least-squares sense.
pub(super) fn solve(columns: &[Vec<f64>], target: &[f64]) -> Solution {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    // Row `i`, column `j` of the triangle: what basis vector `i` holds of kept column `j`.
    let mut triangle: Vec<Vec<f64>> = Vec::new();
    let mut kept = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let length = dot(column, column).sqrt();
        let mut rest = column.clone();
        let mut shares = vec![0.0; basis.len()];
        for _ in 0..2 {
            for (share, vector) in shares.iter_mut().zip(&basis) {
                let part = dot(vector, &rest);
                subtract(&mut rest, vector, part);
                *share += part;
            }
        }
        let left = dot(&rest, &rest).sqrt();
        if left <= DEPENDENT * length || left == 0.0 {
            continue;
        }
        for value in &mut rest {
            *value /= left;
        }
        shares.push(left);
        basis.push(rest);
        triangle.push(shares);
        kept.push(place);
    }
    let sides: Vec<f64> = basis.iter().map(|vector| dot(vector, target)).collect();
    spread(&back_substitute(&triangle, &sides), &inverse_rows(&triangle), &kept, columns.len())
}

/// Coefficients of the kept columns; `triangle[j][i]` is row `i`, column `j`.
fn back_substitute(triangle: &[Vec<f64>], sides: &[f64]) -> Vec<f64> {
    let mut found = sides.to_vec();
    for row in (0..sides.len()).rev() {
        for later in row + 1..sides.len() {
            found[row] -= triangle[later][row] * found[later];
        }
        found[row] /= triangle[row][row];
    }
    found
}

/// The squared length of each row of the inverse of the triangle: the diagonal of `(X'X)^-1`.
fn inverse_rows(triangle: &[Vec<f64>]) -> Vec<f64> {
    let size = triangle.len();
    let mut squares = vec![0.0; size];
    for column in 0..size {
        let mut unit = vec![0.0; size];
        unit[column] = 1.0;
        for (square, value) in squares.iter_mut().zip(back_substitute(triangle, &unit)) {
            *square += value * value;
        }
    }
    squares
}

fn spread(found: &[f64], squares: &[f64], kept: &[usize], columns: usize) -> Solution {
    let mut coefficients = vec![None; columns];
    let mut variances = vec![0.0; columns];
    for ((place, value), square) in kept.iter().zip(found).zip(squares) {
        coefficients[*place] = Some(*value);
        variances[*place] = *square;
    }
    Solution { coefficients, variances }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn subtract(from: &mut [f64], vector: &[f64], times: f64) {
    for (value, part) in from.iter_mut().zip(vector) {
        *value -= times * part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_and_a_repeated_column_is_not_counted() {
        let ones = vec![1.0; 4];
        let x = vec![0.0, 1.0, 2.0, 3.0];
        let twice = x.iter().map(|x| 2.0 * x).collect();
        let found = solve(&[ones, x, twice], &[1.0, 3.0, 5.0, 7.0]);
        let [Some(base), Some(slope), None] = found.coefficients[..] else {
            panic!("{:?}", found.coefficients)
        };
        assert!((base - 1.0).abs() < 1e-12 && (slope - 2.0).abs() < 1e-12);
        // Textbook: 1 / sum (x - mean)^2 = 1 / 5 for the slope; 1/4 + 1.5^2 / 5 for the base.
        assert!((found.variances[1] - 0.2).abs() < 1e-12);
        assert!((found.variances[0] - 0.7).abs() < 1e-12);
    }
}
