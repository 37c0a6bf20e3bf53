-- The worker of Lua 5.4 and LuaJIT: worker.lua PROGRAM_FILE SIZE REPEATS, in a fresh process.
-- Prints `checksum TEXT` once, then `repeat NANOSECONDS` for each call of the program's `run(SIZE)`: CPU time
-- of the process, and `peak BYTES`.
-- Anything wrong is one line on standard error and exit code 1, with no figures printed.

local function fail(text)
  io.stderr:write("worker.lua: ", text, "\n")
  os.exit(1)
end

-- An error value can be anything; only its first line is told.
local function message(err)
  local ok, text = pcall(tostring, err)
  return ok and type(text) == "string" and text:match("^[^\r\n]*") or "an error that has no text"
end

local function whole(name, text, least)
  local value = text:match("^%d+$") and tonumber(text)
  if not value or value < least or value > 2147483647 then
    fail(string.format("%s must be a whole number from %d to 2147483647, not '%s'", name, least, text))
  end
  return value
end

local function load_program(path)
  local chunk, problem = loadfile(path)
  if not chunk then fail("cannot load the program: " .. message(problem)) end
  local ok, run = pcall(chunk)
  if not ok then fail(path .. " failed while loading: " .. message(run)) end
  if type(run) ~= "function" then fail(path .. " must return its function run, not a " .. type(run)) end
  return run
end

if #arg ~= 3 then fail("usage: worker.lua PROGRAM_FILE SIZE REPEATS") end
local path = arg[1]
local size = whole("SIZE", arg[2], 0)
local repeats = whole("REPEATS", arg[3], 1)
local run = load_program(path)

local clock, collect = os.clock, collectgarbage
local checksum
local lines = {}
for round = 1, repeats do
  -- Twice: what a finalizer or a weak table kept in the first pass goes in the second. So no round pays for
  -- the garbage of an earlier one; it does pay for its own as far as it is collected while running.
  collect()
  collect()
  local before = clock()
  local ok, result = pcall(run, size)
  local after = clock()
  if not ok then fail(path .. " failed: " .. message(result)) end
  if type(result) ~= "string" or result:find("[\r\n]") then
    local kind = type(result)
    fail(path .. " must give its checksum as one line of text, but gave a " .. kind .. ": " .. message(result))
  end
  if round == 1 then
    checksum = result
  elseif result ~= checksum then
    fail(string.format("%s gave '%s' in repeat %d but '%s' before", path, result, round, checksum))
  end
  lines[round] = string.format("repeat %d", math.floor((after - before) * 1e9 + 0.5))
end

-- Most that was resident, where the system has a file that tells.
local status = io.open("/proc/self/status")
local peak = status and status:read("*a"):match("VmHWM:%s*(%d+)")
if peak then lines[#lines + 1] = string.format("peak %d", tonumber(peak) * 1024) end

local written, problem = io.write("checksum ", checksum, "\n", table.concat(lines, "\n"), "\n")
if written then written, problem = io.stdout:flush() end
if not written then fail("cannot write the figures: " .. message(problem)) end
