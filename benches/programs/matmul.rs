//! Floats in rows of arrays: the product of two n by n matrices, the second one transposed first.
//! The checksum is a hash of all elements of the product in order; each is exact, a multiple of 1/16.

fn matrix(n: i32, a: i32, b: i32) -> Vec<Vec<f64>> {
    (0..n).map(|i| (0..n).map(|j| f64::from((i * a + j * b) % 11) * 0.25).collect()).collect()
}

fn transpose(m: &[Vec<f64>]) -> Vec<Vec<f64>> {
    (0..m.len()).map(|j| m.iter().map(|row| row[j]).collect()).collect()
}

fn multiply(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = a.len();
    let columns = transpose(b);
    let mut out = vec![vec![0.0; n]; n];
    for (row, into) in a.iter().zip(&mut out) {
        for (column, place) in columns.iter().zip(into) {
            let mut sum = 0.0;
            for (x, y) in row.iter().zip(column) {
                sum += x * y;
            }
            *place = sum;
        }
    }
    out
}

/// The checksum at size `n`.
pub fn run(n: i32) -> String {
    let product = multiply(&matrix(n, 3, 7), &matrix(n, 5, 2));
    let mut hash = 0;
    for row in &product {
        for x in row {
            hash = (hash * 31 + (x * 16.0) as i32) % 1_000_003;
        }
    }
    hash.to_string()
}
