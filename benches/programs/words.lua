-- A map with text keys: n words, each joined from a stem and an ending when it is met, counted in a map.
-- The checksum is the number of distinct words, and a hash of the words in sorted order, each with its count.

local floor = math.floor
local byte = string.byte
local MODULUS = 139968

local function run(n)
  local stems = {}
  for first in string.gmatch("bdfgklmnprstvz", ".") do
    for vowel in string.gmatch("aeiou", ".") do
      for last in string.gmatch("klnrs", ".") do
        stems[#stems + 1] = first .. vowel .. last
      end
    end
  end
  local endings = {
    "", "s", "ed", "ing", "er", "est", "ly", "ness", "able", "ment", "ful", "less", "ish", "ist", "ion", "al",
  }
  local stem_count, ending_count = #stems, #endings

  local seen = {}
  local seed = 42
  for _ = 1, n do
    seed = (seed * 3877 + 29573) % MODULUS
    local stem = stems[floor(seed * stem_count / MODULUS) + 1]
    seed = (seed * 3877 + 29573) % MODULUS
    local word = stem .. endings[floor(seed * ending_count / MODULUS) + 1]
    seen[word] = (seen[word] or 0) + 1
  end

  local words = {}
  for word in pairs(seen) do words[#words + 1] = word end
  table.sort(words)
  local hash = 0
  for i = 1, #words do
    local word = words[i]
    for k = 1, #word do hash = (hash * 31 + byte(word, k)) % 16777213 end
    hash = (hash * 31 + seen[word]) % 16777213
  end
  return string.format("%d:%d", #words, hash)
end

return run
