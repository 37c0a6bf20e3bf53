// A map with text keys: n words, each joined from a stem and an ending when it is met, counted in a map.
// The checksum is the number of distinct words, and a hash of the words in sorted order, each with its count.
"use strict";

const MODULUS = 139968;

function run(n) {
  const stems = [];
  for (const first of "bdfgklmnprstvz") {
    for (const vowel of "aeiou") {
      for (const last of "klnrs") stems.push(first + vowel + last);
    }
  }
  const endings = [
    "", "s", "ed", "ing", "er", "est", "ly", "ness", "able", "ment", "ful", "less", "ish", "ist", "ion", "al",
  ];

  const seen = new Map();
  let seed = 42;
  for (let i = 0; i < n; i++) {
    seed = (seed * 3877 + 29573) % MODULUS;
    const stem = stems[Math.floor((seed * stems.length) / MODULUS)];
    seed = (seed * 3877 + 29573) % MODULUS;
    const word = stem + endings[Math.floor((seed * endings.length) / MODULUS)];
    seen.set(word, (seen.get(word) ?? 0) + 1);
  }

  const words = [...seen.keys()];
  words.sort();
  let hash = 0;
  for (const word of words) {
    for (let k = 0; k < word.length; k++) hash = (hash * 31 + word.charCodeAt(k)) % 16777213;
    hash = (hash * 31 + seen.get(word)) % 16777213;
  }
  return `${words.length}:${hash}`;
}

module.exports = run;
