// Dynamic values: expression trees of nested lists over integers, floats and text, evaluated with operators
// that find out at run time what they work on; the results are kept, changed and weighed as mixed lists.
// n is the number of rounds; the checksum is a hash of all weights and the weight of what is kept, in quarters.
"use strict";

const DEPTH = 6;
const KEPT = 16;
const LIMIT = 8191;
const MODULUS = 16777213;

function draw(state, below) {
  state[0] = (state[0] * 3877 + 29573) % 139968;
  return Math.floor((state[0] * below) / 139968);
}

// An expression whose value is a number.
function number(state, depth) {
  if (depth === 0) {
    const leaf = draw(state, 3);
    if (leaf === 0) return draw(state, 1000);
    if (leaf === 1) return draw(state, 1000) / 4.0;
    return ["name", draw(state, 2)];
  }
  const kind = draw(state, 4);
  if (kind === 0) return ["add", number(state, depth - 1), number(state, depth - 1)];
  if (kind === 1) return ["scale", number(state, depth - 1), draw(state, 9) + 1];
  if (kind === 2) return ["max", number(state, depth - 1), number(state, depth - 1)];
  return ["size", phrase(state, depth - 1)];
}

// An expression whose value is text.
function phrase(state, depth) {
  if (depth === 0) {
    if (draw(state, 3) > 0) return `t${draw(state, 100)}`;
    return ["name", 2];
  }
  if (draw(state, 3) > 0) return ["join", phrase(state, depth - 1), phrase(state, depth - 1)];
  return ["pick", number(state, depth - 1), phrase(state, depth - 1), phrase(state, depth - 1)];
}

function evaluate(node, names) {
  if (Array.isArray(node)) {
    const op = node[0];
    if (op === "add") return (evaluate(node[1], names) + evaluate(node[2], names)) % LIMIT;
    if (op === "scale") return (evaluate(node[1], names) * evaluate(node[2], names)) % LIMIT;
    if (op === "max") {
      const a = evaluate(node[1], names);
      const b = evaluate(node[2], names);
      if (a < b) return b;
      return a;
    }
    if (op === "join") return evaluate(node[1], names) + evaluate(node[2], names);
    if (op === "pick") {
      if (evaluate(node[1], names) < 500) return evaluate(node[2], names);
      return evaluate(node[3], names);
    }
    if (op === "size") return weigh(evaluate(node[1], names));
    return names[node[1]];
  }
  return node;
}

// A number weighs itself, text its length and its middle character, a list what its parts weigh together.
function weigh(value) {
  if (typeof value === "string") return value.length + value.charCodeAt(Math.floor(value.length / 2));
  if (Array.isArray(value)) {
    let sum = 0;
    for (const part of value) sum += weigh(part);
    return sum;
  }
  return value;
}

// Numbers double, text gets a mark, lists are made anew of what their parts become.
function changed(value) {
  if (typeof value === "string") return value + "!";
  if (Array.isArray(value)) {
    const out = [];
    for (const part of value) out.push(changed(part));
    return out;
  }
  return value * 2 + 1;
}

function run(n) {
  const state = [42];
  const tree = number(state, DEPTH);
  const text = phrase(state, DEPTH);
  const names = [0, 0, ""];
  const kept = [];
  for (let slot = 0; slot < KEPT; slot++) kept.push(slot);

  let total = 0.0;
  for (let round = 0; round < n; round++) {
    names[0] = round % 1000;
    names[2] = `r${round % 100}`;
    names[1] = evaluate(tree, names);
    const item = [names[1], evaluate(text, names), [round % 7, 0.25]];
    const slot = round % KEPT;
    kept[slot] = changed(item);
    total = (total * 31 + weigh(kept[slot])) % MODULUS;
  }

  return `${total * 4}:${weigh(kept) * 4}`;
}

module.exports = run;
