-- The value under a key, or nothing, and then the caller's mark lies there and says to others that the value is being found out.
-- KEYS[1]: the key. ARGV: milliseconds that the mark stays, longest value that counts, the mark.
local found = redis.pcall('GET', KEYS[1]) -- a table when there is something else under the key
if type(found) == 'string' and #found <= tonumber(ARGV[2]) then return found end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[1])
return false
