-- Backtracking: every way to put n queens on an n by n board so that none attacks another.
-- The checksum is their number, and a hash of how many of them use each square.

local function place(row, n, at, columns, rising, falling, squares)
  if row > n then
    for r = 1, n do
      local square = (r - 1) * n + at[r]
      squares[square] = squares[square] + 1
    end
    return 1
  end
  local found = 0
  for column = 1, n do
    local up = row + column - 1
    local down = row - column + n
    if not (columns[column] or rising[up] or falling[down]) then
      at[row] = column
      columns[column] = true
      rising[up] = true
      falling[down] = true
      found = found + place(row + 1, n, at, columns, rising, falling, squares)
      columns[column] = false
      rising[up] = false
      falling[down] = false
    end
  end
  return found
end

local function filled(count, value)
  local xs = {}
  for i = 1, count do xs[i] = value end
  return xs
end

local function run(n)
  local squares = filled(n * n, 0)
  local found = place(
    1, n, filled(n, 0), filled(n, false), filled(2 * n - 1, false), filled(2 * n - 1, false), squares
  )
  local hash = 0
  for i = 1, n * n do
    hash = (hash * 31 + squares[i]) % 16777213
  end
  return string.format("%d:%d", found, hash)
end

return run
