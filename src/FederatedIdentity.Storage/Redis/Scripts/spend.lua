-- Spends one unit of every budget, or nothing, by the generic cell rate algorithm; the same arithmetic as Gcra.cs.
-- KEYS: the budgets. ARGV: for each budget its interval and its tolerance, in microseconds.
-- Answers which budget refuses for longest, 0 for none, and for how many microseconds.
local time = redis.call('TIME')
local now = (time[1] - 1735689600) * 1000000 + time[2] -- since 2025, so that a double has digits left for fractions
local spent, refusing, longest = {}, 0, 0

local function keep(key, arrival)
  -- What has arrived by now says nothing any more. The bound keeps Redis from refusing a number that is too large.
  local lifetime = math.min(math.ceil((arrival - now) / 1000) + 1, 2592000000)
  redis.call('SET', key, string.format('%.17g', arrival), 'PX', string.format('%.0f', lifetime))
end

for i, key in ipairs(KEYS) do
  local interval, tolerance = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local found = redis.pcall('GET', key) -- a table when there is something else under the key
  local arrival = type(found) == 'string' and tonumber(found) or now
  if not (arrival > now) then arrival = now end -- also when it is not a number
  if arrival > now + tolerance + interval then keep(key, now + tolerance) end -- rubbish, or of a budget that was smaller
  arrival = math.min(arrival, now + tolerance)
  spent[i] = arrival + interval
  local wait = spent[i] - now - tolerance
  if wait > interval * 0.001 and wait > longest then refusing, longest = i, wait end
end
if refusing > 0 then return {refusing, math.ceil(longest)} end
for i, key in ipairs(KEYS) do keep(key, spent[i]) end
return {0, 0}
