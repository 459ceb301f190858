-- Budgets by the generic cell rate algorithm, with the same arithmetic as Gcra.cs: spends what was granted ahead, whatever is left, and
-- then for each of several bills one unit of every budget in it, or nothing. A budget is named, read and written once.
-- KEYS: the budgets. ARGV[1], in binary: the bills, for each how many budgets it has, in one byte, and the places of these among KEYS, in
-- two, the lower first; then for each budget in KEYS its interval and tolerance in microseconds, and how many units were granted ahead of
-- this, as doubles.
-- Answers how many bills it judged; then three numbers for each that was refused: its place, which of its budgets refuses for longest, and
-- for how many microseconds; and three for each budget that has less than half left: 0, its place, and for how many microseconds.
local time = redis.call('TIME')
local now = (time[1] - 1735689600) * 1000000 + time[2] -- since 2025, so that a double has digits left for fractions
local input = ARGV[1]
local rules = #input - 24 * #KEYS
local intervals, tolerances, arrivals, changed, answers = {}, {}, {}, {}, { 0 }

for place = 1, #KEYS do
  local interval, tolerance, ahead = struct.unpack('<ddd', input, rules + 24 * place - 23)
  local most = now + 2 * tolerance + 1000000 -- nobody atones for longer than a burst and a second
  local found = redis.pcall('GET', KEYS[place]) -- a table when there is something else under the key
  local arrival = type(found) == 'string' and tonumber(found) or now
  if not (arrival > now) then arrival = now end -- also when it is not a number
  if arrival > most + interval then arrival, changed[place] = now + tolerance, true end -- rubbish, or of a budget that was smaller
  if ahead > 0 then arrival, changed[place] = math.min(arrival + ahead * interval, most), true end
  intervals[place], tolerances[place], arrivals[place] = interval, tolerance, arrival
end

local at, judged = 1, 0
while at <= rules do
  local budgets, places, refusing, longest = string.byte(input, at), {}, 0, 0
  for i = 1, budgets do
    local low, high = string.byte(input, at + 2 * i - 1, at + 2 * i)
    local place = low + 256 * high
    places[i] = place
    local wait = arrivals[place] + intervals[place] - now - tolerances[place]
    if wait > intervals[place] * 0.001 and wait > longest then refusing, longest = i, wait end
  end
  judged = judged + 1
  if refusing == 0 then
    for i = 1, budgets do
      local place = places[i]
      arrivals[place], changed[place] = arrivals[place] + intervals[place], true
    end
  else
    local n = #answers
    answers[n + 1], answers[n + 2], answers[n + 3] = judged, refusing, math.ceil(longest)
  end
  at = at + 2 * budgets + 1
end
answers[1] = judged

for place = 1, #KEYS do
  local rest = arrivals[place] - now
  local scarce = rest - tolerances[place] / 2
  if scarce > intervals[place] * 0.001 then
    local n = #answers
    answers[n + 1], answers[n + 2], answers[n + 3] = 0, place, math.ceil(scarce)
  end
  if changed[place] then
    -- What has arrived by now says nothing any more. The bound keeps Redis from refusing a number that is too large.
    local lifetime = math.min(math.ceil(rest / 1000) + 1, 2592000000)
    redis.call('SET', KEYS[place], string.format('%.17g', arrivals[place]), 'PX', string.format('%.0f', lifetime))
  end
end
return answers
