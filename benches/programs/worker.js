// The worker of Node: worker.js PROGRAM_FILE SIZE REPEATS, in a fresh process.
// Prints `checksum TEXT` once, then `repeat NANOSECONDS` for each call of the program's `run(SIZE)`: CPU time
// of the process, and `peak BYTES`, most that was resident.
// Anything wrong is one line on standard error and exit code 1, with no figures printed.
"use strict";

const path = require("node:path");

class Failure extends Error {}

// Anything can be thrown; only its first line is told.
function message(error) {
  try {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return text.split(/[\r\n]/, 1)[0];
  } catch {
    return "an error that has no text";
  }
}

function whole(name, text, least) {
  const value = /^[0-9]+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= 2147483647)) {
    throw new Failure(`${name} must be a whole number from ${least} to 2147483647, not '${text}'`);
  }
  return value;
}

function loadProgram(file) {
  let run;
  try {
    run = require(path.resolve(file));
  } catch (error) {
    throw new Failure(`cannot load the program: ${message(error)}`);
  }
  if (typeof run !== "function") {
    throw new Failure(`${file} must export its function run, not a ${typeof run}`);
  }
  return run;
}

// User and system time of all threads: what the compiler's and the collector's helpers use counts as well.
function cpuNanoseconds(before) {
  const used = process.cpuUsage(before);
  return (used.user + used.system) * 1000;
}

function measure(file, size, repeats) {
  const run = loadProgram(file);
  const lines = [];
  let checksum = null;
  for (let round = 1; round <= repeats; round++) {
    // No collection is forced between rounds, unlike in worker.lua: Node would shrink its young generation
    // and forget types it has seen, and the next round would be slower than any that a user meets. Nothing of
    // the round before is referred to, and dead objects cost a moving collector next to nothing.
    const before = process.cpuUsage();
    let result;
    try {
      result = run(size);
    } catch (error) {
      throw new Failure(`${file} failed: ${message(error)}`);
    }
    const spent = cpuNanoseconds(before);
    if (typeof result !== "string" || /[\r\n]/.test(result)) {
      const kind = typeof result;
      const gave = `a ${kind}: ${message(result)}`;
      throw new Failure(`${file} must give its checksum as one line of text, but gave ${gave}`);
    }
    if (checksum === null) {
      checksum = result;
    } else if (result !== checksum) {
      throw new Failure(`${file} gave '${result}' in repeat ${round} but '${checksum}' before`);
    }
    lines.push(`repeat ${spent}`);
  }
  return [`checksum ${checksum}`, ...lines, `peak ${process.resourceUsage().maxRSS * 1024}`];
}

function main(parameters) {
  if (parameters.length !== 3) throw new Failure("usage: worker.js PROGRAM_FILE SIZE REPEATS");
  const [file, size, repeats] = parameters;
  return measure(file, whole("SIZE", size, 0), whole("REPEATS", repeats, 1));
}

function fail(text) {
  process.stderr.write(`worker.js: ${text}\n`);
  process.exitCode = 1;
}

process.stdout.on("error", (error) => fail(`cannot write the figures: ${message(error)}`));
try {
  process.stdout.write(`${main(process.argv.slice(2)).join("\n")}\n`);
} catch (error) {
  fail(message(error instanceof Failure ? error.message : error));
}
