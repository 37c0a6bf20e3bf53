// Floats in rows of arrays: the product of two n by n matrices, the second one transposed first.
// The checksum is a hash of all elements of the product in order; each is exact, a multiple of 1/16.
"use strict";

function zeros(n) {
  const rows = [];
  for (let i = 0; i < n; i++) rows.push(new Float64Array(n));
  return rows;
}

function matrix(n, a, b) {
  const rows = zeros(n);
  for (let i = 0; i < n; i++) {
    const row = rows[i];
    for (let j = 0; j < n; j++) row[j] = (i * a + j * b) % 11 * 0.25;
  }
  return rows;
}

function transpose(m) {
  const n = m.length;
  const out = zeros(n);
  for (let j = 0; j < n; j++) {
    const row = out[j];
    for (let i = 0; i < n; i++) row[i] = m[i][j];
  }
  return out;
}

function multiply(a, b) {
  const n = a.length;
  const columns = transpose(b);
  const out = zeros(n);
  for (let i = 0; i < n; i++) {
    const row = a[i];
    const into = out[i];
    for (let j = 0; j < n; j++) {
      const column = columns[j];
      let sum = 0.0;
      for (let k = 0; k < n; k++) sum += row[k] * column[k];
      into[j] = sum;
    }
  }
  return out;
}

function run(n) {
  const product = multiply(matrix(n, 3, 7), matrix(n, 5, 2));
  let hash = 0;
  for (let i = 0; i < n; i++) {
    const row = product[i];
    for (let j = 0; j < n; j++) hash = (hash * 31 + row[j] * 16) % 1000003;
  }
  return `${hash}`;
}

module.exports = run;
