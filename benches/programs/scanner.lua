-- Bytes: a text like JSON in an array of n bytes, scanned four times by a state machine, a branch per state.
-- The checksum is what it counted (strings, numbers, words, escapes, gaps, depth) and a hash over all tokens.

local floor = math.floor

local BETWEEN, STRING, ESCAPE, CODE, NUMBER, WORD = 0, 1, 2, 3, 4, 5
local QUOTE, BACKSLASH, LOWER_U = 34, 92, 117
local MINUS, PLUS, DOT, LOWER_E = 45, 43, 46, 101
local RECORD = 200
local ROUNDS = 4

local function put(target, at, piece)
  for i = 1, #piece do
    target[at] = piece[i]
    at = at + 1
  end
  return at
end

local function put_number(target, at, value)
  local power = 1
  while floor(value / power) >= 10 do power = power * 10 end
  while power > 0 do
    target[at] = 48 + floor(value / power) % 10
    at = at + 1
    power = floor(power / 10)
  end
  return at
end

-- One array of records, and spaces up to the end.
local function make(n)
  local head = { string.byte([[{"id": ]], 1, -1) }
  local name = { string.byte([[, "name": "a \"quoted\" caf\u00e9 no. ]], 1, -1) }
  local size = { string.byte([[\n", "size": -]], 1, -1) }
  local tags = {
    string.byte([==[e-2, "tags": ["new", [1, 2.5, [null, []]], "\\"], "ok": true, "sub": {"left": ]==], 1, -1),
  }
  local tail = { string.byte(", \"right\": false}},\n", 1, -1) }
  local text = {}
  for i = 1, n do text[i] = 32 end
  local seed = 42
  local at = 1
  while at + RECORD <= n + 1 do
    seed = (seed * 3877 + 29573) % 139968
    at = put(text, at, head)
    at = put_number(text, at, seed)
    at = put(text, at, name)
    at = put_number(text, at, seed % 1000)
    at = put(text, at, size)
    at = put_number(text, at, seed % 77)
    at = put(text, at, tags)
    at = put_number(text, at, seed % 12345)
    at = put(text, at, tail)
  end
  return text
end

-- Adds what is in the text to the tally; its last entry is the hash.
local function scan(text, tally)
  local strings, numbers, words, escapes, gaps = 0, 0, 0, 0, 0
  local depth, deepest = 0, 0
  local hash = tally[7]
  local state = BETWEEN
  local value = 0
  local left = 0

  for at = 1, #text do
    local b = text[at]
    -- Lua 5.4 and LuaJIT share no `continue`: a byte that is done with sets this to false.
    local between = true
    if state == STRING then
      if b == QUOTE then
        strings = strings + 1
        hash = (hash * 31 + value) % 16777213
        state = BETWEEN
      elseif b == BACKSLASH then
        state = ESCAPE
      else
        value = value + b
      end
      between = false
    elseif state == ESCAPE then
      escapes = escapes + 1
      if b == LOWER_U then
        left = 4
        state = CODE
      else
        value = value + b
        state = STRING
      end
      between = false
    elseif state == CODE then
      value = value + b
      left = left - 1
      if left == 0 then state = STRING end
      between = false
    elseif state == NUMBER then
      if b >= 48 and b <= 57 or b == DOT or b == LOWER_E or b == MINUS or b == PLUS then
        value = value * 3 + b
        between = false
      else
        numbers = numbers + 1
        hash = (hash * 31 + value) % 16777213
        state = BETWEEN
      end
    elseif state == WORD then
      if b >= 97 and b <= 122 then
        value = value * 3 + b
        between = false
      else
        words = words + 1
        hash = (hash * 31 + value) % 16777213
        state = BETWEEN
      end
    end
    -- The byte that ended a number or a word is looked at like any other between tokens.
    if between then
      if b == QUOTE then
        state = STRING
        value = 0
      elseif b == 123 or b == 91 then
        depth = depth + 1
        if depth > deepest then deepest = depth end
      elseif b == 125 or b == 93 then
        depth = depth - 1
      elseif b >= 48 and b <= 57 or b == MINUS then
        state = NUMBER
        value = b
      elseif b >= 97 and b <= 122 then
        state = WORD
        value = b
      else
        gaps = gaps + 1
      end
    end
  end

  tally[1] = tally[1] + strings
  tally[2] = tally[2] + numbers
  tally[3] = tally[3] + words
  tally[4] = tally[4] + escapes
  tally[5] = tally[5] + gaps
  tally[6] = tally[6] + deepest
  tally[7] = hash
end

local function run(n)
  local text = make(n)
  local tally = { 0, 0, 0, 0, 0, 0, 0 }
  for _ = 1, ROUNDS do scan(text, tally) end
  return table.concat(tally, ":")
end

return run
