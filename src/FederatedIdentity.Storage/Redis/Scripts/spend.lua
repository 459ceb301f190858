-- For each of several bills: spends one unit of every budget in it, or nothing, by the generic cell rate algorithm; the same arithmetic
-- as Gcra.cs. A budget that many bills share is named, read and written once.
-- KEYS: the budgets. ARGV[1], in binary: the bills, for each how many budgets it has, in one byte, and the places of these among KEYS, in
-- two, the lower first; then the interval and the tolerance of each budget in KEYS, in microseconds, as doubles.
-- Answers how many bills it judged, and for each that was refused three numbers: its place, which of its budgets refuses for longest, and
-- for how many microseconds.
local time = redis.call('TIME')
local now = (time[1] - 1735689600) * 1000000 + time[2] -- since 2025, so that a double has digits left for fractions
local bills = ARGV[1]
local rules = #bills - 16 * #KEYS
local arrivals, changed, answers = {}, {}, { 0 }

local function arrivalOf(key)
  local arrival = arrivals[key]
  if not arrival then
    local found = redis.pcall('GET', key) -- a table when there is something else under the key
    arrival = type(found) == 'string' and tonumber(found) or now
    if not (arrival > now) then arrival = now end -- also when it is not a number
    arrivals[key] = arrival
  end
  return arrival
end

local function keep(key, arrival) arrivals[key], changed[key] = arrival, true end

local at, judged = 1, 0
while at <= rules do
  local budgets, keys, spent, refusing, longest = string.byte(bills, at), {}, {}, 0, 0
  for i = 1, budgets do
    local low, high = string.byte(bills, at + 2 * i - 1, at + 2 * i)
    local place = low + 256 * high
    local key, interval, tolerance = KEYS[place], struct.unpack('<dd', bills, rules + 16 * place - 15)
    local arrival = arrivalOf(key)
    if arrival > now + tolerance + interval then keep(key, now + tolerance) end -- rubbish, or of a budget that was smaller
    keys[i], spent[i] = key, math.min(arrival, now + tolerance) + interval
    local wait = spent[i] - now - tolerance
    if wait > interval * 0.001 and wait > longest then refusing, longest = i, wait end
  end
  judged = judged + 1
  if refusing == 0 then
    for i = 1, budgets do keep(keys[i], spent[i]) end
  else
    local n = #answers
    answers[n + 1], answers[n + 2], answers[n + 3] = judged, refusing, math.ceil(longest)
  end
  at = at + 2 * budgets + 1
end
answers[1] = judged

for key in pairs(changed) do
  -- What has arrived by now says nothing any more. The bound keeps Redis from refusing a number that is too large.
  local lifetime = math.min(math.ceil((arrivals[key] - now) / 1000) + 1, 2592000000)
  redis.call('SET', key, string.format('%.17g', arrivals[key]), 'PX', string.format('%.0f', lifetime))
end
return answers
