-- Floats in rows of arrays: the product of two n by n matrices, the second one transposed first.
-- The checksum is a hash of all elements of the product in order; each is exact, a multiple of 1/16.

local function matrix(n, a, b)
  local rows = {}
  for i = 0, n - 1 do
    local row = {}
    for j = 0, n - 1 do row[j + 1] = (i * a + j * b) % 11 * 0.25 end
    rows[i + 1] = row
  end
  return rows
end

local function transpose(m)
  local n = #m
  local out = {}
  for j = 1, n do
    local row = {}
    for i = 1, n do row[i] = m[i][j] end
    out[j] = row
  end
  return out
end

local function multiply(a, b)
  local n = #a
  local columns = transpose(b)
  local out = {}
  for i = 1, n do
    local row = a[i]
    local into = {}
    for j = 1, n do
      local column = columns[j]
      local sum = 0.0
      for k = 1, n do sum = sum + row[k] * column[k] end
      into[j] = sum
    end
    out[i] = into
  end
  return out
end

local function run(n)
  local product = multiply(matrix(n, 3, 7), matrix(n, 5, 2))
  local hash = 0
  for i = 1, n do
    local row = product[i]
    for j = 1, n do hash = (hash * 31 + row[j] * 16) % 1000003 end
  end
  return string.format("%d", hash)
end

return run
