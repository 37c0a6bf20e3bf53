-- Allocation: full binary trees, many short-lived ones beside one that stays, each counted node by node.
-- n is the depth of the largest short-lived trees; the checksum is the number of nodes found at every depth.

local format = string.format
local SMALLEST = 4

local function build(depth)
  if depth == 0 then return {} end
  return { left = build(depth - 1), right = build(depth - 1) }
end

local function nodes(tree)
  local total = 1
  local left, right = tree.left, tree.right
  if left then total = total + nodes(left) end
  if right then total = total + nodes(right) end
  return total
end

local function run(n)
  local deepest = math.max(n, SMALLEST + 2)
  local out = format("%d", nodes(build(deepest + 1)))
  local lasting = build(deepest)

  for depth = SMALLEST, deepest, 2 do
    local trees = 2 ^ (deepest - depth + SMALLEST)
    local total = 0
    for _ = 1, trees do total = total + nodes(build(depth)) end
    out = out .. format(":%d", total)
  end
  return out .. format(":%d", nodes(lasting))
end

return run
