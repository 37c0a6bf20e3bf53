// Bytes: a text like JSON in an array of n bytes, scanned four times by a state machine, a branch per state.
// The checksum is what it counted (strings, numbers, words, escapes, gaps, depth) and a hash over all tokens.
"use strict";

const BETWEEN = 0;
const STRING = 1;
const ESCAPE = 2;
const CODE = 3;
const NUMBER = 4;
const WORD = 5;

const QUOTE = 34;
const BACKSLASH = 92;
const LOWER_U = 117;
const MINUS = 45;
const PLUS = 43;
const DOT = 46;
const LOWER_E = 101;

const RECORD = 200;
const ROUNDS = 4;

function put(target, at, piece) {
  for (let i = 0; i < piece.length; i++) target[at + i] = piece[i];
  return at + piece.length;
}

function putNumber(target, at, value) {
  let power = 1;
  while (Math.floor(value / power) >= 10) power *= 10;
  while (power > 0) {
    target[at] = 48 + (Math.floor(value / power) % 10);
    at += 1;
    power = Math.floor(power / 10);
  }
  return at;
}

// One array of records, and spaces up to the end.
function make(n) {
  const bytes = (text) => new TextEncoder().encode(text);
  const head = bytes('{"id": ');
  const name = bytes(', "name": "a \\"quoted\\" caf\\u00e9 no. ');
  const size = bytes('\\n", "size": -');
  const tags = bytes('e-2, "tags": ["new", [1, 2.5, [null, []]], "\\\\"], "ok": true, "sub": {"left": ');
  const tail = bytes(', "right": false}},\n');
  const text = new Uint8Array(n).fill(32);
  let seed = 42;
  let at = 0;
  while (at + RECORD <= n) {
    seed = (seed * 3877 + 29573) % 139968;
    at = put(text, at, head);
    at = putNumber(text, at, seed);
    at = put(text, at, name);
    at = putNumber(text, at, seed % 1000);
    at = put(text, at, size);
    at = putNumber(text, at, seed % 77);
    at = put(text, at, tags);
    at = putNumber(text, at, seed % 12345);
    at = put(text, at, tail);
  }
  return text;
}

// Adds what is in the text to the tally; its last entry is the hash.
function scan(text, tally) {
  let strings = 0;
  let numbers = 0;
  let words = 0;
  let escapes = 0;
  let gaps = 0;
  let depth = 0;
  let deepest = 0;
  let hash = tally[6];
  let state = BETWEEN;
  let value = 0;
  let left = 0;

  for (let at = 0; at < text.length; at++) {
    const b = text[at];
    switch (state) {
      case STRING:
        if (b === QUOTE) {
          strings += 1;
          hash = (hash * 31 + value) % 16777213;
          state = BETWEEN;
        } else if (b === BACKSLASH) {
          state = ESCAPE;
        } else {
          value += b;
        }
        continue;
      case ESCAPE:
        escapes += 1;
        if (b === LOWER_U) {
          left = 4;
          state = CODE;
        } else {
          value += b;
          state = STRING;
        }
        continue;
      case CODE:
        value += b;
        left -= 1;
        if (left === 0) state = STRING;
        continue;
      case NUMBER:
        if ((b >= 48 && b <= 57) || b === DOT || b === LOWER_E || b === MINUS || b === PLUS) {
          value = value * 3 + b;
          continue;
        }
        numbers += 1;
        hash = (hash * 31 + value) % 16777213;
        state = BETWEEN;
        break;
      case WORD:
        if (b >= 97 && b <= 122) {
          value = value * 3 + b;
          continue;
        }
        words += 1;
        hash = (hash * 31 + value) % 16777213;
        state = BETWEEN;
        break;
    }
    // The byte that ended a number or a word is looked at like any other between tokens.
    if (b === QUOTE) {
      state = STRING;
      value = 0;
    } else if (b === 123 || b === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (b === 125 || b === 93) {
      depth -= 1;
    } else if ((b >= 48 && b <= 57) || b === MINUS) {
      state = NUMBER;
      value = b;
    } else if (b >= 97 && b <= 122) {
      state = WORD;
      value = b;
    } else {
      gaps += 1;
    }
  }

  tally[0] += strings;
  tally[1] += numbers;
  tally[2] += words;
  tally[3] += escapes;
  tally[4] += gaps;
  tally[5] += deepest;
  tally[6] = hash;
}

function run(n) {
  const text = make(n);
  const tally = new Int32Array(7);
  for (let round = 0; round < ROUNDS; round++) scan(text, tally);
  return tally.join(":");
}

module.exports = run;
