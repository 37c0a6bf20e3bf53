//! A small procedure called for each element: ten rounds of the power method for the spectral norm of an
//! n by n matrix that is computed, never stored. The checksum is the square of the norm, in units of 1e-12,
//! and the length of the last vector, squared, in units of 1e-6.

fn element(i: i32, j: i32) -> f64 {
    let d = i + j;
    1.0 / f64::from(d * (d + 1) / 2 + i + 1)
}

fn multiply(v: &[f64], out: &mut [f64]) {
    for (i, place) in out.iter_mut().enumerate() {
        let mut sum = 0.0;
        for (j, x) in v.iter().enumerate() {
            sum += element(i as i32, j as i32) * x;
        }
        *place = sum;
    }
}

fn multiply_transposed(v: &[f64], out: &mut [f64]) {
    for (i, place) in out.iter_mut().enumerate() {
        let mut sum = 0.0;
        for (j, x) in v.iter().enumerate() {
            sum += element(j as i32, i as i32) * x;
        }
        *place = sum;
    }
}

/// The checksum at size `n`.
pub fn run(n: i32) -> String {
    let n = n as usize;
    let mut u = vec![1.0; n];
    let mut v = vec![0.0; n];
    let mut between = vec![0.0; n];
    for _ in 0..10 {
        multiply(&u, &mut between);
        multiply_transposed(&between, &mut v);
        multiply(&v, &mut between);
        multiply_transposed(&between, &mut u);
    }
    let mut uv = 0.0;
    let mut vv = 0.0;
    for (a, b) in u.iter().zip(&v) {
        uv += a * b;
        vv += b * b;
    }
    format!("{} {}", (uv / vv * 1e12) as i64, (vv * 1e6) as i64)
}
