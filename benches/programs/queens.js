// Backtracking: every way to put n queens on an n by n board so that none attacks another.
// The checksum is their number, and a hash of how many of them use each square.
"use strict";

function place(row, at, columns, rising, falling, squares) {
  const n = at.length;
  if (row === n) {
    for (let r = 0; r < n; r++) squares[r * n + at[r]] += 1;
    return 1;
  }
  let found = 0;
  for (let column = 0; column < n; column++) {
    const up = row + column;
    const down = row - column + n - 1;
    if (columns[column] || rising[up] || falling[down]) continue;
    at[row] = column;
    columns[column] = 1;
    rising[up] = 1;
    falling[down] = 1;
    found += place(row + 1, at, columns, rising, falling, squares);
    columns[column] = 0;
    rising[up] = 0;
    falling[down] = 0;
  }
  return found;
}

function run(n) {
  const squares = new Int32Array(n * n);
  const found = place(
    0,
    new Int32Array(n),
    new Uint8Array(n),
    new Uint8Array(2 * n - 1),
    new Uint8Array(2 * n - 1),
    squares,
  );
  let hash = 0;
  for (let i = 0; i < squares.length; i++) {
    hash = (hash * 31 + squares[i]) % 16777213;
  }
  return `${found}:${hash}`;
}

module.exports = run;
