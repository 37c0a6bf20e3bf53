-- Small arrays permuted and reversed: pancake flips over all permutations of n numbers (n from 3 to 12).
-- The checksum is the flips added and subtracted in turn, and the longest run of flips.

local function run(n)
  local current, flipped, left = {}, {}, {} -- `left`: how often each prefix has still to be rotated
  for i = 1, n do
    current[i], flipped[i], left[i] = i, 0, i - 1
  end
  local sum, longest = 0, 0
  local even = true
  while true do
    local first = current[1]
    if first ~= 1 then
      for i = 2, n do flipped[i] = current[i] end
      local flips = 1
      local following = flipped[first]
      while following ~= 1 do
        flipped[first] = first
        local low, high = 2, first - 1
        while low < high do
          flipped[low], flipped[high] = flipped[high], flipped[low]
          low = low + 1
          high = high - 1
        end
        flips = flips + 1
        first = following
        following = flipped[first]
      end
      if even then sum = sum + flips else sum = sum - flips end
      if flips > longest then longest = flips end
    end
    -- The next permutation: swaps of the first pair and the second in turn, then a longer rotation.
    if even then
      current[1], current[2] = current[2], current[1]
      even = false
    else
      current[2], current[3] = current[3], current[2]
      even = true
      local last = 3
      while left[last] == 0 do
        if last == n then return string.format("%d %d", sum, longest) end
        left[last] = last - 1
        local head = current[1]
        for i = 1, last do current[i] = current[i + 1] end
        last = last + 1
        current[last] = head
      end
      left[last] = left[last] - 1
    end
  end
end

return run
