// A small procedure called for each element: ten rounds of the power method for the spectral norm of an
// n by n matrix that is computed, never stored. The checksum is the square of the norm, in units of 1e-12,
// and the length of the last vector, squared, in units of 1e-6.
"use strict";

// One of two neighbours is even, so the quotient by 2 is exact.
function element(i, j) {
  const d = i + j;
  return 1.0 / (d * (d + 1) / 2 + i + 1);
}

function multiply(v, out) {
  const n = v.length;
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += element(i, j) * v[j];
    out[i] = sum;
  }
}

function multiplyTransposed(v, out) {
  const n = v.length;
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += element(j, i) * v[j];
    out[i] = sum;
  }
}

function run(n) {
  const u = new Float64Array(n).fill(1.0);
  const v = new Float64Array(n);
  const between = new Float64Array(n);
  for (let round = 0; round < 10; round++) {
    multiply(u, between);
    multiplyTransposed(between, v);
    multiply(v, between);
    multiplyTransposed(between, u);
  }
  let uv = 0.0;
  let vv = 0.0;
  for (let i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  return `${Math.trunc(uv / vv * 1e12)} ${Math.trunc(vv * 1e6)}`;
}

module.exports = run;
