-- Float arithmetic without memory: the Mandelbrot set on n by n points, at most 50 steps each.
-- The checksum is all steps taken, and a hash of each point's steps in order.

local LIMIT = 50

local function run(n)
  local total = 0
  local hash = 0
  for row = 0, n - 1 do
    local ci = 2.0 * row / n - 1.0
    for column = 0, n - 1 do
      local cr = 2.0 * column / n - 1.5
      local zr, zi = 0.0, 0.0
      local zr2, zi2 = 0.0, 0.0
      local steps = 0
      while steps < LIMIT and zr2 + zi2 <= 4.0 do
        zi = 2.0 * zr * zi + ci
        zr = zr2 - zi2 + cr
        zr2 = zr * zr
        zi2 = zi * zi
        steps = steps + 1
      end
      total = total + steps
      hash = (hash * 31 + steps) % 1000003
    end
  end
  return string.format("%d %d", total, hash)
end

return run
