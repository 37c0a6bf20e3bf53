// Building text: characters appended one by one, integers formatted, pieces joined, lines appended to one text.
// n is the number of lines; the checksum is the length of the text and a rolling hash of all its characters.
"use strict";

function run(n) {
  let out = "";
  let seed = 42;
  for (let line = 0; line < n; line++) {
    seed = (seed * 3877 + 29573) % 139968;
    let name = "";
    const letters = 4 + (seed % 9);
    for (let k = 0; k < letters; k++) {
      name += String.fromCharCode(97 + ((seed + k * 7) % 26));
    }
    const pieces = [name, String(line).padStart(6, "0"), seed.toString(16), `(${line - seed})`];
    out += pieces.join(", ");
    out += "\n";
  }

  let hash = 0;
  for (let i = 0; i < out.length; i++) {
    hash = (hash * 31 + out.charCodeAt(i)) % 16777213;
  }
  return `${out.length}:${hash}`;
}

module.exports = run;
