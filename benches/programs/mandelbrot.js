// Float arithmetic without memory: the Mandelbrot set on n by n points, at most 50 steps each.
// The checksum is all steps taken, and a hash of each point's steps in order.
"use strict";

const LIMIT = 50;

function run(n) {
  let total = 0;
  let hash = 0;
  for (let row = 0; row < n; row++) {
    const ci = 2.0 * row / n - 1.0;
    for (let column = 0; column < n; column++) {
      const cr = 2.0 * column / n - 1.5;
      let zr = 0.0;
      let zi = 0.0;
      let zr2 = 0.0;
      let zi2 = 0.0;
      let steps = 0;
      while (steps < LIMIT && zr2 + zi2 <= 4.0) {
        zi = 2.0 * zr * zi + ci;
        zr = zr2 - zi2 + cr;
        zr2 = zr * zr;
        zi2 = zi * zi;
        steps++;
      }
      total += steps;
      hash = (hash * 31 + steps) % 1000003;
    }
  }
  return `${total} ${hash}`;
}

module.exports = run;
