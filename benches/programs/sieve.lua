-- Writes to an array of bools, far apart: the sieve of Eratosthenes up to n.
-- The checksum is how many primes there are, and their sum.

local function run(n)
  local composite = {}
  for i = 1, n do composite[i] = false end
  local root = 1
  while (root + 1) * (root + 1) <= n do root = root + 1 end
  local count = 0
  local sum = 0
  for i = 2, n do
    if not composite[i] then
      count = count + 1
      sum = sum + i
      if i <= root then
        for k = i * i, n, i do composite[k] = true end
      end
    end
  end
  return string.format("%d %d", count, sum)
end

return run
