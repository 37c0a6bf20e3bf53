// Allocation: full binary trees, many short-lived ones beside one that stays, each counted node by node.
// n is the depth of the largest short-lived trees; the checksum is the number of nodes found at every depth.
"use strict";

const SMALLEST = 4;

class Node {
  constructor(left, right) {
    this.left = left;
    this.right = right;
  }
}

function build(depth) {
  if (depth === 0) return new Node(null, null);
  return new Node(build(depth - 1), build(depth - 1));
}

function nodes(tree) {
  let total = 1;
  if (tree.left !== null) total += nodes(tree.left);
  if (tree.right !== null) total += nodes(tree.right);
  return total;
}

function run(n) {
  const deepest = Math.max(n, SMALLEST + 2);
  let out = `${nodes(build(deepest + 1))}`;
  const lasting = build(deepest);

  for (let depth = SMALLEST; depth <= deepest; depth += 2) {
    const trees = 1 << (deepest - depth + SMALLEST);
    let total = 0;
    for (let i = 0; i < trees; i++) total += nodes(build(depth));
    out += `:${total}`;
  }
  return `${out}:${nodes(lasting)}`;
}

module.exports = run;
