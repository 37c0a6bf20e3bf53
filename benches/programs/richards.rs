//! Objects behind an interface: a scheduler gives nine tasks of five kinds their turns, round after round, while
//! they send each other packets. n is the number of rounds; the checksum is the number of packets sent and a
//! hash of what every task has seen.

const PACKETS: usize = 6; // for each producer
const CAPACITY: usize = 16; // of an inbox: more than all packets there are
const WORDS: usize = 4; // in a packet
const MODULUS: i32 = 16777213;

// Who is who: the scheduler's table of tasks, in order.
const PRODUCER: usize = 1; // and 2; the ticker is 0
const ROUTER: usize = 3;
const DEVICE: usize = 4; // and 5, 6
const FILTER: usize = 7; // and 8
const TASKS: usize = 9;

struct Packet {
    kind: usize,
    hops: i32,
    data: [i32; WORDS],
}

/// A queue of packets in a ring.
struct Inbox {
    slots: Vec<Option<Box<Packet>>>,
    head: usize,
    count: usize,
}

impl Inbox {
    fn new() -> Self {
        Inbox { slots: (0..CAPACITY).map(|_| None).collect(), head: 0, count: 0 }
    }

    fn put(&mut self, packet: Box<Packet>) {
        self.slots[(self.head + self.count) % CAPACITY] = Some(packet);
        self.count += 1;
    }

    fn take(&mut self) -> Option<Box<Packet>> {
        if self.count == 0 {
            return None;
        }
        let packet = self.slots[self.head].take();
        self.head = (self.head + 1) % CAPACITY;
        self.count -= 1;
        packet
    }
}

struct Machine {
    inboxes: Vec<Inbox>,
    awake: Vec<bool>,
    sent: i32,
}

impl Machine {
    fn send(&mut self, to: usize, mut packet: Box<Packet>) {
        packet.hops += 1;
        self.sent += 1;
        self.inboxes[to].put(packet);
        self.awake[to] = true;
    }

    fn receive(&mut self, id: usize) -> Option<Box<Packet>> {
        self.inboxes[id].take()
    }
}

trait Task {
    /// One turn. Answers whether the task wants another one before a packet comes for it.
    fn turn(&mut self, machine: &mut Machine) -> bool;
    /// What the task has seen so far, as one number.
    fn digest(&self) -> i32;
}

/// Wakes the other tasks one after another, each after a pause.
struct Ticker {
    pause: i32,
    left: i32,
    next: usize,
    ticks: i32,
}

impl Task for Ticker {
    fn turn(&mut self, machine: &mut Machine) -> bool {
        self.left -= 1;
        if self.left == 0 {
            self.left = self.pause;
            self.ticks += 1;
            machine.awake[self.next] = true;
            self.next = self.next % (TASKS - 1) + 1;
        }
        true
    }

    fn digest(&self) -> i32 {
        self.ticks % MODULUS
    }
}

/// Fills the packets that come back to it, and sends them out again.
struct Producer {
    id: usize,
    seed: i32,
}

impl Task for Producer {
    fn turn(&mut self, machine: &mut Machine) -> bool {
        let Some(mut packet) = machine.receive(self.id) else {
            return false;
        };
        for word in packet.data.iter_mut() {
            self.seed = (self.seed * 3877 + 29573) % 139968;
            *word = self.seed;
        }
        packet.kind = (self.seed % 3) as usize;
        machine.send(ROUTER, packet);
        true
    }

    fn digest(&self) -> i32 {
        self.seed
    }
}

/// Hands every packet to the device of its kind.
struct Router {
    id: usize,
    hash: i32,
}

impl Task for Router {
    fn turn(&mut self, machine: &mut Machine) -> bool {
        let Some(packet) = machine.receive(self.id) else {
            return false;
        };
        self.hash = (self.hash * 31 + packet.hops) % MODULUS;
        machine.send(DEVICE + packet.kind, packet);
        true
    }

    fn digest(&self) -> i32 {
        self.hash
    }
}

/// Holds one packet at a time for a number of turns, then lets it go.
struct Device {
    id: usize,
    delay: i32,
    left: i32,
    held: Option<Box<Packet>>,
    served: i32,
}

impl Device {
    fn new(id: usize, delay: i32) -> Self {
        Device { id, delay, left: 0, held: None, served: 0 }
    }
}

impl Task for Device {
    fn turn(&mut self, machine: &mut Machine) -> bool {
        if self.held.is_some() && self.left > 0 {
            self.left -= 1;
            return true;
        }
        if let Some(packet) = self.held.take() {
            self.served += 1;
            machine.send(FILTER + (self.served % 2) as usize, packet);
        }
        self.held = machine.receive(self.id);
        self.left = self.delay;
        self.held.is_some()
    }

    fn digest(&self) -> i32 {
        self.served % MODULUS
    }
}

/// Works through a packet's words and gives the packet back to a producer.
struct Filter {
    id: usize,
    hash: i32,
}

impl Task for Filter {
    fn turn(&mut self, machine: &mut Machine) -> bool {
        let Some(mut packet) = machine.receive(self.id) else {
            return false;
        };
        for word in packet.data.iter_mut() {
            self.hash = (self.hash * 31 + *word) % MODULUS;
            *word = 0;
        }
        machine.send(PRODUCER + (self.hash % 2) as usize, packet);
        true
    }

    fn digest(&self) -> i32 {
        self.hash
    }
}

/// The checksum of the program at size `n`.
pub fn run(n: i32) -> String {
    let inboxes = (0..TASKS).map(|_| Inbox::new()).collect();
    let mut machine = Machine { inboxes, awake: vec![true; TASKS], sent: 0 };
    for producer in PRODUCER..PRODUCER + 2 {
        for _ in 0..PACKETS {
            machine.inboxes[producer].put(Box::new(Packet { kind: 0, hops: 0, data: [0; WORDS] }));
        }
    }

    let mut tasks: Vec<Box<dyn Task>> = vec![
        Box::new(Ticker { pause: 5, left: 5, next: 1, ticks: 0 }),
        Box::new(Producer { id: PRODUCER, seed: 42 }),
        Box::new(Producer { id: PRODUCER + 1, seed: 4711 }),
        Box::new(Router { id: ROUTER, hash: 0 }),
        Box::new(Device::new(DEVICE, 1)),
        Box::new(Device::new(DEVICE + 1, 2)),
        Box::new(Device::new(DEVICE + 2, 4)),
        Box::new(Filter { id: FILTER, hash: 0 }),
        Box::new(Filter { id: FILTER + 1, hash: 0 }),
    ];

    for _ in 0..n {
        for (id, task) in tasks.iter_mut().enumerate() {
            if machine.awake[id] {
                machine.awake[id] = task.turn(&mut machine);
            }
        }
    }

    let mut hash = 0;
    for task in &tasks {
        hash = (hash * 31 + task.digest()) % MODULUS;
    }
    format!("{}:{hash}", machine.sent)
}
