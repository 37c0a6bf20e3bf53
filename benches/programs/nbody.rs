//! Float arithmetic on arrays: the sun and four planets, n steps of 0.01 years. Square roots are Newton's,
//! from the distances of the step before, so that every language computes the same ones.
//! The checksum is the energy at the end in units of 1e-12, and all positions, weighted, in units of 1e-9.

const DAYS: f64 = 365.24;
const SOLAR_MASS: f64 = 39.47841760435743; // 4 * pi * pi

struct Bodies {
    x: Vec<f64>,
    y: Vec<f64>,
    z: Vec<f64>,
    vx: Vec<f64>,
    vy: Vec<f64>,
    vz: Vec<f64>,
    mass: Vec<f64>,
    /// The distance of each pair, in the order in which they are visited.
    far: Vec<f64>,
}

fn square_root(x: f64) -> f64 {
    let mut root = x;
    for _ in 0..20 {
        root = 0.5 * (root + x / root);
    }
    root
}

impl Bodies {
    fn new() -> Self {
        Self {
            x: vec![0.0, 4.841431442464721, 8.34336671824458, 12.894369562139131, 15.379697114850917],
            y: vec![0.0, -1.1603200440274284, 4.124798564124305, -15.111151401698631, -25.919314609987964],
            z: vec![
                0.0,
                -0.10362204447112311,
                -0.4035234171143214,
                -0.22330757889265573,
                0.17925877295037118,
            ],
            vx: vec![
                0.0,
                0.001660076642744037,
                -0.002767425107264119,
                0.002964601375647616,
                0.0026806777249038932,
            ],
            vy: vec![
                0.0,
                0.007699011184197404,
                0.004998528012349172,
                0.0023784717395948095,
                0.001628241700382423,
            ],
            vz: vec![
                0.0,
                -6.90460016972063e-5,
                2.3041729757376393e-5,
                -2.9658956854023756e-5,
                -9.515922545197159e-5,
            ],
            mass: vec![
                1.0,
                0.0009547919384243266,
                0.0002858859806661308,
                4.366244043351563e-5,
                5.1513890204661145e-5,
            ],
            far: vec![0.0; 10],
        }
    }

    fn distances(&mut self) {
        let Self { x, y, z, far, .. } = self;
        let mut pair = 0;
        for i in 0..x.len() {
            for j in i + 1..x.len() {
                let (dx, dy, dz) = (x[i] - x[j], y[i] - y[j], z[i] - z[j]);
                far[pair] = square_root(dx * dx + dy * dy + dz * dz);
                pair += 1;
            }
        }
    }

    fn advance(&mut self, steps: i32) {
        let Self { x, y, z, vx, vy, vz, mass, far } = self;
        let bodies = x.len();
        let dt = 0.01;
        for _ in 0..steps {
            let mut pair = 0;
            for i in 0..bodies {
                let (xi, yi, zi, mi) = (x[i], y[i], z[i], mass[i]);
                for j in i + 1..bodies {
                    let dx = xi - x[j];
                    let dy = yi - y[j];
                    let dz = zi - z[j];
                    let square = dx * dx + dy * dy + dz * dz;
                    let mut distance = far[pair];
                    distance = 0.5 * (distance + square / distance);
                    distance = 0.5 * (distance + square / distance);
                    far[pair] = distance;
                    pair += 1;
                    let pull = dt / (square * distance);
                    let from_j = mass[j] * pull;
                    let from_i = mi * pull;
                    vx[i] -= dx * from_j;
                    vy[i] -= dy * from_j;
                    vz[i] -= dz * from_j;
                    vx[j] += dx * from_i;
                    vy[j] += dy * from_i;
                    vz[j] += dz * from_i;
                }
            }
            for i in 0..bodies {
                x[i] += dt * vx[i];
                y[i] += dt * vy[i];
                z[i] += dt * vz[i];
            }
        }
    }
}

/// The checksum at size `n`.
pub fn run(n: i32) -> String {
    let mut all = Bodies::new();
    // The sun moves so that the whole stands still.
    for i in 0..all.x.len() {
        all.vx[i] *= DAYS;
        all.vy[i] *= DAYS;
        all.vz[i] *= DAYS;
        all.vx[0] -= all.vx[i] * all.mass[i];
        all.vy[0] -= all.vy[i] * all.mass[i];
        all.vz[0] -= all.vz[i] * all.mass[i];
        all.mass[i] *= SOLAR_MASS;
    }
    all.distances();
    all.advance(n);
    all.distances();

    let Bodies { x, y, z, vx, vy, vz, mass, far } = &all;
    let (mut energy, mut place) = (0.0, 0.0);
    let mut pair = 0;
    for i in 0..x.len() {
        energy += 0.5 * mass[i] * (vx[i] * vx[i] + vy[i] * vy[i] + vz[i] * vz[i]);
        for j in i + 1..x.len() {
            energy -= mass[i] * mass[j] / far[pair];
            pair += 1;
        }
        place += (i + 1) as f64 * (x[i] + 2.0 * y[i] + 3.0 * z[i]);
    }
    format!("{} {}", (energy * 1e12) as i64, (place * 1e9) as i64)
}
