-- Building text: characters appended one by one, integers formatted, pieces joined, lines appended to one text.
-- n is the number of lines; the checksum is the length of the text and a rolling hash of all its characters.

local byte, char, format = string.byte, string.char, string.format
local concat = table.concat

local function run(n)
  local lines = {}
  local seed = 42
  for line = 0, n - 1 do
    seed = (seed * 3877 + 29573) % 139968
    local name = ""
    for k = 0, 3 + seed % 9 do
      name = name .. char(97 + (seed + k * 7) % 26)
    end
    local pieces = { name, format("%06d", line), format("%x", seed), format("(%d)", line - seed) }
    -- A long text grows in a table here: `out = out .. line` would copy it whole every time.
    lines[#lines + 1] = concat(pieces, ", ")
    lines[#lines + 1] = "\n"
  end
  local out = concat(lines)

  local hash = 0
  for i = 1, #out do
    hash = (hash * 31 + byte(out, i)) % 16777213
  end
  return format("%d:%d", #out, hash)
end

return run
