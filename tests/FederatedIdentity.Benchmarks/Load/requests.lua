-- wrk's part of `./dev bench`: sends whole requests from a file, which has them one after the other, each behind its length in bytes.
-- Arguments: the file, and "once" when no request may be sent twice; one that would have to be counts as failed.
local requests, count, at, once = {}, 0, 0, false
local first
repeated = 0 -- global, so that done() can ask the thread for it

function setup(thread) first = first or thread end

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  once = args[2] == 'once'
  local length = file:read('*n')
  while length do
    file:read(1) -- the end of the line
    count = count + 1
    requests[count] = file:read(length)
    length = file:read('*n')
  end
  file:close()
end

function request()
  at = at + 1
  if at > count then
    at = 1
    if once then repeated = repeated + count end
  end
  return requests[at]
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format('result %d %d %d %d %d\n', summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout + first:get('repeated'), latency:percentile(50), latency:percentile(99)))
end
