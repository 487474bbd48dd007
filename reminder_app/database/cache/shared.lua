-- The shared store, a step at a time. KEYS[1] is what all our keys begin with; ARGV: what to do, a value
-- that nobody else has, and what follows. Of each table a hash: `v` is its version, every other field a
-- mark and until when it holds, in this server's milliseconds. In one key, so that nothing evicts the one
-- without the other.
local what, fresh = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local WEEK, LOOKED_AT = 604800, 600 -- seconds; a table that nobody looks at for so long is cached no more
local act = {}

local function state_of(table_name) return KEYS[1] .. 't:' .. table_name end
local function lock_of(key, versions) return KEYS[1] .. 'l:' .. key .. ':' .. versions end

-- A version that is not there was evicted or never was: a transaction may be under way whose mark went with it.
local function version_of(name, grace)
    local state, version, is_busy, is_over = redis.call('HGETALL', name), nil, false, false
    for i = 1, #state, 2 do
        if state[i] == 'v' then
            version = state[i + 1]
        elseif tonumber(state[i + 1]) > now then
            is_busy = true
        else
            redis.call('HDEL', name, state[i])
            is_over = true
        end
    end
    if not version then
        if grace > 0 then redis.call('HSET', name, 'born', string.format('%.0f', now + grace)) end
        is_busy, is_over = is_busy or grace > 0, true
    end
    if is_over then
        redis.call('HSET', name, 'v', fresh)
        version = fresh
    end
    redis.call('EXPIRE', name, LOOKED_AT)
    return version, is_busy
end

-- grace ms, lease ms, key, tables …
function act.look()
    local grace, lease, key = tonumber(ARGV[3]), ARGV[4], ARGV[5]
    local versions, is_busy = {}, false
    for i = 6, #ARGV do
        local version, busy = version_of(state_of(ARGV[i]), grace)
        versions[#versions + 1] = version
        is_busy = is_busy or busy
    end
    if is_busy then return {'busy', ''} end
    versions = table.concat(versions, '.')
    local kept = redis.call('HMGET', KEYS[1] .. 'f:' .. key, 'versions', 'until', 'value')
    local value = kept[1] == versions and kept[3] or nil
    if value and tonumber(kept[2]) > now then return {'hit', versions, value} end
    local lock = lock_of(key, versions)
    if redis.call('SET', lock, fresh, 'NX', 'PX', lease) or redis.call('GET', lock) == fresh then
        return {'lead', versions, value or false}
    end
    return value and {'hit', versions, value} or {'wait', versions}
end

local function let_go(key, versions)
    local lock = lock_of(key, versions)
    if redis.call('GET', lock) == fresh then redis.call('DEL', lock) end
end

-- key, versions read before the query, ms it is right, ms it is kept, value, tables …; `fresh`: who leads
function act.fill()
    local key, versions, is_now = ARGV[3], ARGV[4], {}
    for i = 8, #ARGV do is_now[#is_now + 1] = redis.call('HGET', state_of(ARGV[i]), 'v') or '' end
    let_go(key, versions)
    if table.concat(is_now, '.') ~= versions then return 0 end
    local name = KEYS[1] .. 'f:' .. key
    local until_ms = string.format('%.0f', now + tonumber(ARGV[5]))
    redis.call('HSET', name, 'versions', versions, 'until', until_ms, 'value', ARGV[7])
    redis.call('PEXPIRE', name, ARGV[6])
    return 1
end

-- key, versions
function act.release()
    let_go(ARGV[3], ARGV[4])
end

-- ms it holds, tables …; gives for each whether it has a version. One without has no values either, and its
-- first version comes with `born`: whoever knows that, for as long as `born` allows, need not tell us.
function act.mark()
    local has = {}
    for i = 4, #ARGV do
        local name = state_of(ARGV[i])
        has[#has + 1] = redis.call('HEXISTS', name, 'v')
        if has[#has] == 1 then
            redis.call('HSET', name, fresh, string.format('%.0f', now + tonumber(ARGV[3])))
        end
    end
    return has
end

-- the mark, tables …
function act.bump()
    for i = 4, #ARGV do
        local name = state_of(ARGV[i])
        if redis.call('HEXISTS', name, 'v') == 1 then redis.call('HSET', name, 'v', fresh) end
        redis.call('HDEL', name, ARGV[3])
    end
end

-- name, number, …: added up for all processes
function act.count()
    local name = KEYS[1] .. 'figures'
    redis.call('HSETNX', name, 'since', string.format('%.0f', now))
    for i = 3, #ARGV, 2 do redis.call('HINCRBYFLOAT', name, ARGV[i], ARGV[i + 1]) end
    redis.call('EXPIRE', name, WEEK)
end

return act[what]()
