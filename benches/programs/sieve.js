// Writes to an array of bools, far apart: the sieve of Eratosthenes up to n.
// The checksum is how many primes there are, and their sum.
"use strict";

function run(n) {
  const composite = new Uint8Array(n + 1);
  let root = 1;
  while ((root + 1) * (root + 1) <= n) root++;
  let count = 0;
  let sum = 0;
  for (let i = 2; i <= n; i++) {
    if (composite[i] !== 0) continue;
    count++;
    sum += i;
    if (i <= root) {
      for (let k = i * i; k <= n; k += i) composite[k] = 1;
    }
  }
  return `${count} ${sum}`;
}

module.exports = run;
