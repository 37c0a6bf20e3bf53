//! Float arithmetic without memory: the Mandelbrot set on n by n points, at most 50 steps each.
//! The checksum is all steps taken, and a hash of each point's steps in order.

const LIMIT: i32 = 50;

/// The checksum at size `n`.
pub fn run(n: i32) -> String {
    let size = f64::from(n);
    let mut total = 0_i32;
    let mut hash = 0;
    for row in 0..n {
        let ci = 2.0 * f64::from(row) / size - 1.0;
        for column in 0..n {
            let cr = 2.0 * f64::from(column) / size - 1.5;
            let (mut zr, mut zi) = (0.0, 0.0);
            let (mut zr2, mut zi2) = (0.0, 0.0);
            let mut steps = 0;
            while steps < LIMIT && zr2 + zi2 <= 4.0 {
                zi = 2.0 * zr * zi + ci;
                zr = zr2 - zi2 + cr;
                zr2 = zr * zr;
                zi2 = zi * zi;
                steps += 1;
            }
            total = total.wrapping_add(steps);
            hash = (hash * 31 + steps) % 1_000_003;
        }
    }
    format!("{total} {hash}")
}
