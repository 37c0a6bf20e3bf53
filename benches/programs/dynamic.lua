-- Dynamic values: expression trees of nested lists over integers, floats and text, evaluated with operators
-- that find out at run time what they work on; the results are kept, changed and weighed as mixed lists.
-- n is the number of rounds; the checksum is a hash of all weights and the weight of what is kept, in quarters.

local floor = math.floor
local byte = string.byte
local format = string.format
local type = type

local DEPTH = 6
local KEPT = 16
local LIMIT = 8191
local MODULUS = 16777213

local function draw(state, below)
  state[1] = (state[1] * 3877 + 29573) % 139968
  return floor(state[1] * below / 139968)
end

local phrase

-- An expression whose value is a number.
local function number(state, depth)
  if depth == 0 then
    local leaf = draw(state, 3)
    if leaf == 0 then return draw(state, 1000) end
    if leaf == 1 then return draw(state, 1000) / 4 end
    return { "name", draw(state, 2) + 1 }
  end
  local kind = draw(state, 4)
  if kind == 0 then return { "add", number(state, depth - 1), number(state, depth - 1) } end
  if kind == 1 then return { "scale", number(state, depth - 1), draw(state, 9) + 1 } end
  if kind == 2 then return { "max", number(state, depth - 1), number(state, depth - 1) } end
  return { "size", phrase(state, depth - 1) }
end

-- An expression whose value is text.
function phrase(state, depth)
  if depth == 0 then
    if draw(state, 3) > 0 then return format("t%d", draw(state, 100)) end
    return { "name", 3 }
  end
  if draw(state, 3) > 0 then return { "join", phrase(state, depth - 1), phrase(state, depth - 1) } end
  return { "pick", number(state, depth - 1), phrase(state, depth - 1), phrase(state, depth - 1) }
end

-- A number weighs itself, text its length and its middle character, a list what its parts weigh together.
local function weigh(value)
  local kind = type(value)
  if kind == "string" then return #value + byte(value, floor(#value / 2) + 1) end
  if kind == "table" then
    local sum = 0
    for i = 1, #value do sum = sum + weigh(value[i]) end
    return sum
  end
  return value
end

local function evaluate(node, names)
  if type(node) == "table" then
    local op = node[1]
    if op == "add" then return (evaluate(node[2], names) + evaluate(node[3], names)) % LIMIT end
    if op == "scale" then return evaluate(node[2], names) * evaluate(node[3], names) % LIMIT end
    if op == "max" then
      local a = evaluate(node[2], names)
      local b = evaluate(node[3], names)
      if a < b then return b end
      return a
    end
    if op == "join" then return evaluate(node[2], names) .. evaluate(node[3], names) end
    if op == "pick" then
      if evaluate(node[2], names) < 500 then return evaluate(node[3], names) end
      return evaluate(node[4], names)
    end
    if op == "size" then return weigh(evaluate(node[2], names)) end
    return names[node[2]]
  end
  return node
end

-- Numbers double, text gets a mark, lists are made anew of what their parts become.
local function changed(value)
  local kind = type(value)
  if kind == "string" then return value .. "!" end
  if kind == "table" then
    local out = {}
    for i = 1, #value do out[i] = changed(value[i]) end
    return out
  end
  return value * 2 + 1
end

local function run(n)
  local state = { 42 }
  local tree = number(state, DEPTH)
  local text = phrase(state, DEPTH)
  local names = { 0, 0, "" }
  local kept = {}
  for slot = 1, KEPT do kept[slot] = slot - 1 end

  local total = 0
  for round = 0, n - 1 do
    names[1] = round % 1000
    names[3] = format("r%d", round % 100)
    names[2] = evaluate(tree, names)
    local item = { names[2], evaluate(text, names), { round % 7, 0.25 } }
    local slot = round % KEPT + 1
    kept[slot] = changed(item)
    total = (total * 31 + weigh(kept[slot])) % MODULUS
  end

  return format("%d:%d", total * 4, weigh(kept) * 4)
end

return run
