-- Sorting: an array of n pseudo-random numbers, a hand-written quicksort that leaves short ranges to insertion.
-- The checksum is a rolling hash of the sorted array, its smallest and its largest number.

local floor = math.floor
local SHORT = 12

-- Sorts xs from low up to high, high excluded.
local function sort_range(xs, low, high)
  if high - low <= SHORT then
    for at = low + 1, high - 1 do
      local x = xs[at]
      local hole = at
      while hole > low and xs[hole - 1] > x do
        xs[hole] = xs[hole - 1]
        hole = hole - 1
      end
      xs[hole] = x
    end
    return
  end
  local pivot = xs[floor((low + high) / 2)]
  local i, j = low, high
  while i < j do
    while xs[i] < pivot do i = i + 1 end
    while xs[j - 1] > pivot do j = j - 1 end
    if i < j then
      xs[i], xs[j - 1] = xs[j - 1], xs[i]
      i = i + 1
      j = j - 1
    end
  end
  sort_range(xs, low, j)
  sort_range(xs, i, high)
end

local function run(n)
  local xs = {}
  local seed = 42
  for i = 1, n do
    seed = seed * 16807 % 2147483647
    xs[i] = seed
  end

  sort_range(xs, 1, n + 1)

  local hash = 0
  for i = 1, n do
    hash = (hash * 31 + xs[i]) % 1000000007
  end
  return string.format("%d:%d:%d", hash, xs[1], xs[n])
end

return run
