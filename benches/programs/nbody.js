// Float arithmetic on arrays: the sun and four planets, n steps of 0.01 years. Square roots are Newton's,
// from the distances of the step before, so that every language computes the same ones.
// The checksum is the energy at the end in units of 1e-12, and all positions, weighted, in units of 1e-9.
"use strict";

const DAYS = 365.24;
const SOLAR_MASS = 39.47841760435743; // 4 * pi * pi

function squareRoot(x) {
  let root = x;
  for (let k = 0; k < 20; k++) root = 0.5 * (root + x / root);
  return root;
}

// `far` holds the distance of each pair, in the order in which they are visited.
function distances(x, y, z, far) {
  const bodies = x.length;
  let pair = 0;
  for (let i = 0; i < bodies; i++) {
    for (let j = i + 1; j < bodies; j++) {
      const dx = x[i] - x[j];
      const dy = y[i] - y[j];
      const dz = z[i] - z[j];
      far[pair] = squareRoot(dx * dx + dy * dy + dz * dz);
      pair++;
    }
  }
}

function advance(steps, x, y, z, vx, vy, vz, mass, far) {
  const bodies = x.length;
  const dt = 0.01;
  for (let step = 0; step < steps; step++) {
    let pair = 0;
    for (let i = 0; i < bodies; i++) {
      const xi = x[i];
      const yi = y[i];
      const zi = z[i];
      const mi = mass[i];
      for (let j = i + 1; j < bodies; j++) {
        const dx = xi - x[j];
        const dy = yi - y[j];
        const dz = zi - z[j];
        const square = dx * dx + dy * dy + dz * dz;
        let distance = far[pair];
        distance = 0.5 * (distance + square / distance);
        distance = 0.5 * (distance + square / distance);
        far[pair] = distance;
        pair++;
        const pull = dt / (square * distance);
        const fromJ = mass[j] * pull;
        const fromI = mi * pull;
        vx[i] -= dx * fromJ;
        vy[i] -= dy * fromJ;
        vz[i] -= dz * fromJ;
        vx[j] += dx * fromI;
        vy[j] += dy * fromI;
        vz[j] += dz * fromI;
      }
    }
    for (let i = 0; i < bodies; i++) {
      x[i] += dt * vx[i];
      y[i] += dt * vy[i];
      z[i] += dt * vz[i];
    }
  }
}

function run(n) {
  const x = Float64Array.of(
    0.0, 4.841431442464721, 8.34336671824458, 12.894369562139131, 15.379697114850917,
  );
  const y = Float64Array.of(
    0.0, -1.1603200440274284, 4.124798564124305, -15.111151401698631, -25.919314609987964,
  );
  const z = Float64Array.of(
    0.0, -0.10362204447112311, -0.4035234171143214, -0.22330757889265573, 0.17925877295037118,
  );
  const vx = Float64Array.of(
    0.0, 0.001660076642744037, -0.002767425107264119, 0.002964601375647616, 0.0026806777249038932,
  );
  const vy = Float64Array.of(
    0.0, 0.007699011184197404, 0.004998528012349172, 0.0023784717395948095, 0.001628241700382423,
  );
  const vz = Float64Array.of(
    0.0, -6.90460016972063e-5, 2.3041729757376393e-5, -2.9658956854023756e-5, -9.515922545197159e-5,
  );
  const mass = Float64Array.of(
    1.0, 0.0009547919384243266, 0.0002858859806661308, 4.366244043351563e-5, 5.1513890204661145e-5,
  );
  const bodies = x.length;
  const far = new Float64Array(bodies * (bodies - 1) / 2);
  // The sun moves so that the whole stands still.
  for (let i = 0; i < bodies; i++) {
    vx[i] *= DAYS;
    vy[i] *= DAYS;
    vz[i] *= DAYS;
    vx[0] -= vx[i] * mass[i];
    vy[0] -= vy[i] * mass[i];
    vz[0] -= vz[i] * mass[i];
    mass[i] *= SOLAR_MASS;
  }
  distances(x, y, z, far);
  advance(n, x, y, z, vx, vy, vz, mass, far);
  distances(x, y, z, far);

  let energy = 0.0;
  let place = 0.0;
  let pair = 0;
  for (let i = 0; i < bodies; i++) {
    energy += 0.5 * mass[i] * (vx[i] * vx[i] + vy[i] * vy[i] + vz[i] * vz[i]);
    for (let j = i + 1; j < bodies; j++) {
      energy -= mass[i] * mass[j] / far[pair];
      pair++;
    }
    place += (i + 1) * (x[i] + 2.0 * y[i] + 3.0 * z[i]);
  }
  return `${Math.trunc(energy * 1e12)} ${Math.trunc(place * 1e9)}`;
}

module.exports = run;
