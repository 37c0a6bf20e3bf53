-- Float arithmetic on arrays: the sun and four planets, n steps of 0.01 years. Square roots are Newton's,
-- from the distances of the step before, so that every language computes the same ones.
-- The checksum is the energy at the end in units of 1e-12, and all positions, weighted, in units of 1e-9.

local DAYS = 365.24
local SOLAR_MASS = 39.47841760435743 -- 4 * pi * pi

local function square_root(x)
  local root = x
  for _ = 1, 20 do root = 0.5 * (root + x / root) end
  return root
end

local function truncated(x)
  return x < 0 and math.ceil(x) or math.floor(x)
end

-- `far` holds the distance of each pair, in the order in which they are visited.
local function distances(x, y, z, far)
  local bodies = #x
  local pair = 1
  for i = 1, bodies do
    for j = i + 1, bodies do
      local dx, dy, dz = x[i] - x[j], y[i] - y[j], z[i] - z[j]
      far[pair] = square_root(dx * dx + dy * dy + dz * dz)
      pair = pair + 1
    end
  end
end

local function advance(steps, x, y, z, vx, vy, vz, mass, far)
  local bodies = #x
  local dt = 0.01
  for _ = 1, steps do
    local pair = 1
    for i = 1, bodies do
      local xi, yi, zi, mi = x[i], y[i], z[i], mass[i]
      for j = i + 1, bodies do
        local dx = xi - x[j]
        local dy = yi - y[j]
        local dz = zi - z[j]
        local square = dx * dx + dy * dy + dz * dz
        local distance = far[pair]
        distance = 0.5 * (distance + square / distance)
        distance = 0.5 * (distance + square / distance)
        far[pair] = distance
        pair = pair + 1
        local pull = dt / (square * distance)
        local from_j = mass[j] * pull
        local from_i = mi * pull
        vx[i] = vx[i] - dx * from_j
        vy[i] = vy[i] - dy * from_j
        vz[i] = vz[i] - dz * from_j
        vx[j] = vx[j] + dx * from_i
        vy[j] = vy[j] + dy * from_i
        vz[j] = vz[j] + dz * from_i
      end
    end
    for i = 1, bodies do
      x[i] = x[i] + dt * vx[i]
      y[i] = y[i] + dt * vy[i]
      z[i] = z[i] + dt * vz[i]
    end
  end
end

local function run(n)
  local x = {
    0.0, 4.841431442464721, 8.34336671824458, 12.894369562139131, 15.379697114850917,
  }
  local y = {
    0.0, -1.1603200440274284, 4.124798564124305, -15.111151401698631, -25.919314609987964,
  }
  local z = {
    0.0, -0.10362204447112311, -0.4035234171143214, -0.22330757889265573, 0.17925877295037118,
  }
  local vx = {
    0.0, 0.001660076642744037, -0.002767425107264119, 0.002964601375647616, 0.0026806777249038932,
  }
  local vy = {
    0.0, 0.007699011184197404, 0.004998528012349172, 0.0023784717395948095, 0.001628241700382423,
  }
  local vz = {
    0.0, -6.90460016972063e-5, 2.3041729757376393e-5, -2.9658956854023756e-5, -9.515922545197159e-5,
  }
  local mass = {
    1.0, 0.0009547919384243266, 0.0002858859806661308, 4.366244043351563e-5, 5.1513890204661145e-5,
  }
  local far = {}
  local bodies = #x
  -- The sun moves so that the whole stands still.
  for i = 1, bodies do
    vx[i] = vx[i] * DAYS
    vy[i] = vy[i] * DAYS
    vz[i] = vz[i] * DAYS
    vx[1] = vx[1] - vx[i] * mass[i]
    vy[1] = vy[1] - vy[i] * mass[i]
    vz[1] = vz[1] - vz[i] * mass[i]
    mass[i] = mass[i] * SOLAR_MASS
  end
  distances(x, y, z, far)
  advance(n, x, y, z, vx, vy, vz, mass, far)
  distances(x, y, z, far)

  local energy, place = 0.0, 0.0
  local pair = 1
  for i = 1, bodies do
    energy = energy + 0.5 * mass[i] * (vx[i] * vx[i] + vy[i] * vy[i] + vz[i] * vz[i])
    for j = i + 1, bodies do
      energy = energy - mass[i] * mass[j] / far[pair]
      pair = pair + 1
    end
    place = place + i * (x[i] + 2.0 * y[i] + 3.0 * z[i])
  end
  return string.format("%d %d", truncated(energy * 1e12), truncated(place * 1e9))
end

return run
