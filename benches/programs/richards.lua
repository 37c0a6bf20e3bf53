-- Objects behind an interface: a scheduler gives nine tasks of five kinds their turns, round after round, while
-- they send each other packets. n is the number of rounds; the checksum is the number of packets sent and a
-- hash of what every task has seen.

local PACKETS = 6 -- for each producer
local CAPACITY = 16 -- of an inbox: more than all packets there are
local WORDS = 4 -- in a packet
local MODULUS = 16777213

-- Who is who: the scheduler's table of tasks, in order.
local PRODUCER = 2 -- and 3; the ticker is 1
local ROUTER = 4
local DEVICE = 5 -- and 6, 7
local FILTER = 8 -- and 9
local TASKS = 9

local function class()
  local methods = {}
  methods.__index = methods
  return methods
end

local function new_packet()
  return { kind = 0, hops = 0, data = { 0, 0, 0, 0 } }
end

-- A queue of packets in a ring; an empty slot holds false.
local Inbox = class()

function Inbox.new()
  local slots = {}
  for i = 1, CAPACITY do slots[i] = false end
  return setmetatable({ slots = slots, head = 0, count = 0 }, Inbox)
end

function Inbox:put(packet)
  self.slots[(self.head + self.count) % CAPACITY + 1] = packet
  self.count = self.count + 1
end

function Inbox:take()
  if self.count == 0 then return nil end
  local slot = self.head + 1
  local packet = self.slots[slot]
  self.slots[slot] = false
  self.head = slot % CAPACITY
  self.count = self.count - 1
  return packet
end

local Machine = class()

function Machine.new()
  local inboxes, awake = {}, {}
  for id = 1, TASKS do
    inboxes[id] = Inbox.new()
    awake[id] = true
  end
  return setmetatable({ inboxes = inboxes, awake = awake, sent = 0 }, Machine)
end

function Machine:send(to, packet)
  packet.hops = packet.hops + 1
  self.sent = self.sent + 1
  self.inboxes[to]:put(packet)
  self.awake[to] = true
end

function Machine:receive(id)
  return self.inboxes[id]:take()
end

-- A task has two methods. `turn(machine)` is one turn, and answers whether the task wants another one before a
-- packet comes for it; `digest()` is what the task has seen so far, as one number.

-- Wakes the other tasks one after another, each after a pause.
local Ticker = class()

function Ticker.new(pause)
  return setmetatable({ pause = pause, left = pause, next = 2, ticks = 0 }, Ticker)
end

function Ticker:turn(machine)
  self.left = self.left - 1
  if self.left == 0 then
    self.left = self.pause
    self.ticks = self.ticks + 1
    machine.awake[self.next] = true
    self.next = (self.next - 1) % (TASKS - 1) + 2
  end
  return true
end

function Ticker:digest()
  return self.ticks % MODULUS
end

-- Fills the packets that come back to it, and sends them out again.
local Producer = class()

function Producer.new(id, seed)
  return setmetatable({ id = id, seed = seed }, Producer)
end

function Producer:turn(machine)
  local packet = machine:receive(self.id)
  if not packet then return false end
  local data = packet.data
  for i = 1, WORDS do
    self.seed = (self.seed * 3877 + 29573) % 139968
    data[i] = self.seed
  end
  packet.kind = self.seed % 3
  machine:send(ROUTER, packet)
  return true
end

function Producer:digest()
  return self.seed
end

-- Hands every packet to the device of its kind.
local Router = class()

function Router.new(id)
  return setmetatable({ id = id, hash = 0 }, Router)
end

function Router:turn(machine)
  local packet = machine:receive(self.id)
  if not packet then return false end
  self.hash = (self.hash * 31 + packet.hops) % MODULUS
  machine:send(DEVICE + packet.kind, packet)
  return true
end

function Router:digest()
  return self.hash
end

-- Holds one packet at a time for a number of turns, then lets it go.
local Device = class()

function Device.new(id, delay)
  return setmetatable({ id = id, delay = delay, left = 0, held = nil, served = 0 }, Device)
end

function Device:turn(machine)
  local packet = self.held
  if packet then
    if self.left > 0 then
      self.left = self.left - 1
      return true
    end
    self.held = nil
    self.served = self.served + 1
    machine:send(FILTER + self.served % 2, packet)
  end
  self.held = machine:receive(self.id)
  self.left = self.delay
  return self.held ~= nil
end

function Device:digest()
  return self.served % MODULUS
end

-- Works through a packet's words and gives the packet back to a producer.
local Filter = class()

function Filter.new(id)
  return setmetatable({ id = id, hash = 0 }, Filter)
end

function Filter:turn(machine)
  local packet = machine:receive(self.id)
  if not packet then return false end
  local data = packet.data
  for i = 1, WORDS do
    self.hash = (self.hash * 31 + data[i]) % MODULUS
    data[i] = 0
  end
  machine:send(PRODUCER + self.hash % 2, packet)
  return true
end

function Filter:digest()
  return self.hash
end

local function run(n)
  local machine = Machine.new()
  for producer = PRODUCER, PRODUCER + 1 do
    for _ = 1, PACKETS do machine.inboxes[producer]:put(new_packet()) end
  end

  local tasks = {
    Ticker.new(5),
    Producer.new(PRODUCER, 42),
    Producer.new(PRODUCER + 1, 4711),
    Router.new(ROUTER),
    Device.new(DEVICE, 1),
    Device.new(DEVICE + 1, 2),
    Device.new(DEVICE + 2, 4),
    Filter.new(FILTER),
    Filter.new(FILTER + 1),
  }

  local awake = machine.awake
  for _ = 1, n do
    for id = 1, TASKS do
      if awake[id] then awake[id] = tasks[id]:turn(machine) end
    end
  end

  local hash = 0
  for id = 1, TASKS do hash = (hash * 31 + tasks[id]:digest()) % MODULUS end
  return string.format("%d:%d", machine.sent, hash)
end

return run
