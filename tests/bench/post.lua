-- Posts calls picked at random from a file; each line is path, content type, authorization, body
-- with tabs between. A body's empty UUID is replaced by a new one, ordered by time as a page's is.

local EMPTY = "00000000-0000-0000-0000-000000000000"
local calls = {}

local function uuid()
  local ms = os.time() * 1000 + math.random(0, 999)
  return string.format("%08x-%04x-7%03x-8%03x-%06x%06x", math.floor(ms / 65536), ms % 65536,
    math.random(0, 0xfff), math.random(0, 0xfff), math.random(0, 0xffffff), math.random(0, 0xffffff))
end

function init(args)
  math.randomseed(tonumber(args[2]))
  for line in io.lines(args[1]) do
    local path, kind, who, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = {["Content-Type"] = kind}
    if who ~= "" then headers["Authorization"] = who end
    local text = wrk.format("POST", path, headers, body)
    local at = text:find(EMPTY, 1, true)
    if at then
      calls[#calls + 1] = {text:sub(1, at - 1), text:sub(at + #EMPTY)}
    else
      calls[#calls + 1] = text
    end
  end
end

function request()
  local call = calls[math.random(#calls)]
  if type(call) == "table" then return call[1] .. uuid() .. call[2] end
  return call
end

function done(summary, latency)
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout
  io.write(string.format(
    '\n{"calls": %d, "refused": %d, "lost": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f}\n',
    summary.requests, summary.errors.status, lost, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
