-- Takes the caller's mark away, and nothing else. KEYS[1]: the key. ARGV[1]: the mark.
if redis.pcall('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {0}
