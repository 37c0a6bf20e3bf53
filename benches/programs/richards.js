// Objects behind an interface: a scheduler gives nine tasks of five kinds their turns, round after round, while
// they send each other packets. n is the number of rounds; the checksum is the number of packets sent and a
// hash of what every task has seen.
"use strict";

const PACKETS = 6; // for each producer
const CAPACITY = 16; // of an inbox: more than all packets there are
const WORDS = 4; // in a packet
const MODULUS = 16777213;

// Who is who: the scheduler's table of tasks, in order.
const PRODUCER = 1; // and 2; the ticker is 0
const ROUTER = 3;
const DEVICE = 4; // and 5, 6
const FILTER = 7; // and 8
const TASKS = 9;

class Packet {
  constructor() {
    this.kind = 0;
    this.hops = 0;
    this.data = new Int32Array(WORDS);
  }
}

// A queue of packets in a ring.
class Inbox {
  constructor() {
    this.slots = new Array(CAPACITY).fill(null);
    this.head = 0;
    this.count = 0;
  }

  put(packet) {
    this.slots[(this.head + this.count) % CAPACITY] = packet;
    this.count += 1;
  }

  take() {
    if (this.count === 0) return null;
    const packet = this.slots[this.head];
    this.slots[this.head] = null;
    this.head = (this.head + 1) % CAPACITY;
    this.count -= 1;
    return packet;
  }
}

class Machine {
  constructor() {
    this.inboxes = Array.from({ length: TASKS }, () => new Inbox());
    this.awake = new Array(TASKS).fill(true);
    this.sent = 0;
  }

  send(to, packet) {
    packet.hops += 1;
    this.sent += 1;
    this.inboxes[to].put(packet);
    this.awake[to] = true;
  }

  receive(id) {
    return this.inboxes[id].take();
  }
}

// A task has two methods. `turn(machine)` is one turn, and answers whether the task wants another one before a
// packet comes for it; `digest()` is what the task has seen so far, as one number.

// Wakes the other tasks one after another, each after a pause.
class Ticker {
  constructor(pause) {
    this.pause = pause;
    this.left = pause;
    this.next = 1;
    this.ticks = 0;
  }

  turn(machine) {
    this.left -= 1;
    if (this.left === 0) {
      this.left = this.pause;
      this.ticks += 1;
      machine.awake[this.next] = true;
      this.next = (this.next % (TASKS - 1)) + 1;
    }
    return true;
  }

  digest() {
    return this.ticks % MODULUS;
  }
}

// Fills the packets that come back to it, and sends them out again.
class Producer {
  constructor(id, seed) {
    this.id = id;
    this.seed = seed;
  }

  turn(machine) {
    const packet = machine.receive(this.id);
    if (packet === null) return false;
    for (let i = 0; i < WORDS; i++) {
      this.seed = (this.seed * 3877 + 29573) % 139968;
      packet.data[i] = this.seed;
    }
    packet.kind = this.seed % 3;
    machine.send(ROUTER, packet);
    return true;
  }

  digest() {
    return this.seed;
  }
}

// Hands every packet to the device of its kind.
class Router {
  constructor(id) {
    this.id = id;
    this.hash = 0;
  }

  turn(machine) {
    const packet = machine.receive(this.id);
    if (packet === null) return false;
    this.hash = (this.hash * 31 + packet.hops) % MODULUS;
    machine.send(DEVICE + packet.kind, packet);
    return true;
  }

  digest() {
    return this.hash;
  }
}

// Holds one packet at a time for a number of turns, then lets it go.
class Device {
  constructor(id, delay) {
    this.id = id;
    this.delay = delay;
    this.left = 0;
    this.held = null;
    this.served = 0;
  }

  turn(machine) {
    if (this.held !== null) {
      if (this.left > 0) {
        this.left -= 1;
        return true;
      }
      const packet = this.held;
      this.held = null;
      this.served += 1;
      machine.send(FILTER + (this.served % 2), packet);
    }
    this.held = machine.receive(this.id);
    this.left = this.delay;
    return this.held !== null;
  }

  digest() {
    return this.served % MODULUS;
  }
}

// Works through a packet's words and gives the packet back to a producer.
class Filter {
  constructor(id) {
    this.id = id;
    this.hash = 0;
  }

  turn(machine) {
    const packet = machine.receive(this.id);
    if (packet === null) return false;
    for (let i = 0; i < WORDS; i++) {
      this.hash = (this.hash * 31 + packet.data[i]) % MODULUS;
      packet.data[i] = 0;
    }
    machine.send(PRODUCER + (this.hash % 2), packet);
    return true;
  }

  digest() {
    return this.hash;
  }
}

function run(n) {
  const machine = new Machine();
  for (let producer = PRODUCER; producer < PRODUCER + 2; producer++) {
    for (let i = 0; i < PACKETS; i++) machine.inboxes[producer].put(new Packet());
  }

  const tasks = [
    new Ticker(5),
    new Producer(PRODUCER, 42),
    new Producer(PRODUCER + 1, 4711),
    new Router(ROUTER),
    new Device(DEVICE, 1),
    new Device(DEVICE + 1, 2),
    new Device(DEVICE + 2, 4),
    new Filter(FILTER),
    new Filter(FILTER + 1),
  ];

  for (let round = 0; round < n; round++) {
    for (let id = 0; id < TASKS; id++) {
      if (machine.awake[id]) machine.awake[id] = tasks[id].turn(machine);
    }
  }

  let hash = 0;
  for (const task of tasks) hash = (hash * 31 + task.digest()) % MODULUS;
  return `${machine.sent}:${hash}`;
}

module.exports = run;
