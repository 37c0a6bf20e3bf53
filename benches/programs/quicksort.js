// Sorting: an array of n pseudo-random numbers, a hand-written quicksort that leaves short ranges to insertion.
// The checksum is a rolling hash of the sorted array, its smallest and its largest number.
"use strict";

const SHORT = 12;

// Sorts xs from low up to high, high excluded.
function sortRange(xs, low, high) {
  if (high - low <= SHORT) {
    for (let at = low + 1; at < high; at++) {
      const x = xs[at];
      let hole = at;
      while (hole > low && xs[hole - 1] > x) {
        xs[hole] = xs[hole - 1];
        hole -= 1;
      }
      xs[hole] = x;
    }
    return;
  }
  const pivot = xs[Math.floor((low + high) / 2)];
  let i = low;
  let j = high;
  while (i < j) {
    while (xs[i] < pivot) i += 1;
    while (xs[j - 1] > pivot) j -= 1;
    if (i < j) {
      const x = xs[i];
      xs[i] = xs[j - 1];
      xs[j - 1] = x;
      i += 1;
      j -= 1;
    }
  }
  sortRange(xs, low, j);
  sortRange(xs, i, high);
}

function run(n) {
  const xs = new Int32Array(n);
  let seed = 42;
  for (let i = 0; i < n; i++) {
    seed = (seed * 16807) % 2147483647;
    xs[i] = seed;
  }

  sortRange(xs, 0, n);

  let hash = 0;
  for (let i = 0; i < n; i++) {
    hash = (hash * 31 + xs[i]) % 1000000007;
  }
  return `${hash}:${xs[0]}:${xs[n - 1]}`;
}

module.exports = run;
