// Small arrays permuted and reversed: pancake flips over all permutations of n numbers (n from 3 to 12).
// The checksum is the flips added and subtracted in turn, and the longest run of flips.
"use strict";

function run(n) {
  const current = new Int32Array(n);
  const flipped = new Int32Array(n);
  const left = new Int32Array(n); // how often each prefix has still to be rotated
  for (let i = 0; i < n; i++) {
    current[i] = i;
    left[i] = i;
  }
  let sum = 0;
  let longest = 0;
  let even = true;
  while (true) {
    let first = current[0];
    if (first !== 0) {
      for (let i = 1; i < n; i++) flipped[i] = current[i];
      let flips = 1;
      let next = flipped[first];
      while (next !== 0) {
        flipped[first] = first;
        let low = 1;
        let high = first - 1;
        while (low < high) {
          const kept = flipped[low];
          flipped[low] = flipped[high];
          flipped[high] = kept;
          low++;
          high--;
        }
        flips++;
        first = next;
        next = flipped[first];
      }
      if (even) sum += flips;
      else sum -= flips;
      if (flips > longest) longest = flips;
    }
    // The next permutation: swaps of the first pair and the second in turn, then a longer rotation.
    if (even) {
      const kept = current[0];
      current[0] = current[1];
      current[1] = kept;
      even = false;
    } else {
      const kept = current[1];
      current[1] = current[2];
      current[2] = kept;
      even = true;
      let last = 2;
      while (left[last] === 0) {
        if (last === n - 1) return `${sum} ${longest}`;
        left[last] = last;
        last++;
        const head = current[0];
        for (let i = 0; i < last; i++) current[i] = current[i + 1];
        current[last] = head;
      }
      left[last]--;
    }
  }
}

module.exports = run;
