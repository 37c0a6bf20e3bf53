-- A small procedure called for each element: ten rounds of the power method for the spectral norm of an
-- n by n matrix that is computed, never stored. The checksum is the square of the norm, in units of 1e-12,
-- and the length of the last vector, squared, in units of 1e-6.

local floor = math.floor

-- Rows and columns count from 1; the quotient by 2 is exact, so `/` does.
local function element(i, j)
  local d = i + j - 2
  return 1.0 / (d * (d + 1) / 2 + i)
end

local function multiply(v, out)
  local n = #v
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do sum = sum + element(i, j) * v[j] end
    out[i] = sum
  end
end

local function multiply_transposed(v, out)
  local n = #v
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do sum = sum + element(j, i) * v[j] end
    out[i] = sum
  end
end

local function run(n)
  local u, v, between = {}, {}, {}
  for i = 1, n do
    u[i], v[i], between[i] = 1.0, 0.0, 0.0
  end
  for _ = 1, 10 do
    multiply(u, between)
    multiply_transposed(between, v)
    multiply(v, between)
    multiply_transposed(between, u)
  end
  local uv, vv = 0.0, 0.0
  for i = 1, n do
    uv = uv + u[i] * v[i]
    vv = vv + v[i] * v[i]
  end
  return string.format("%d %d", floor(uv / vv * 1e12), floor(vv * 1e6))
end

return run
