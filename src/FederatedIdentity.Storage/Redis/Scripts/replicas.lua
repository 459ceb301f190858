-- A sign of life of one replica; answers how many gave one lately.
-- KEYS[1]: who did, by the second. ARGV: for how many seconds a sign counts, 0 from who leaves; who.
local kept = redis.call('TYPE', KEYS[1]).ok
if kept ~= 'zset' and kept ~= 'none' then redis.call('DEL', KEYS[1]) end
local now, seconds = tonumber(redis.call('TIME')[1]), tonumber(ARGV[1])
if seconds == 0 then
  redis.call('ZREM', KEYS[1], ARGV[2])
  return {redis.call('ZCARD', KEYS[1])}
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - seconds)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now, '+inf') -- from a clock that was ahead
redis.call('ZADD', KEYS[1], now, ARGV[2])
redis.call('EXPIRE', KEYS[1], seconds)
return {redis.call('ZCARD', KEYS[1])}
