// Calls: the Fibonacci numbers by naive recursion, about 1.6 times the work for each step of n.
// The checksum is the n-th number.
"use strict";

function fib(n) {
  if (n < 2) return n;
  return fib(n - 1) + fib(n - 2);
}

function run(n) {
  return `${fib(n)}`;
}

module.exports = run;
