-- buckets.py for all workers at once: one call for a whole claim, by this server's clock.
-- KEYS[1] is what all our keys begin with. ARGV[1], as JSON:
--   worker, seen (seconds a worker counts as there), most, now (nil but in tests),
--   buckets {{name, interval, burst, given back}, ...}, requests {{line, has_waited (0 or 1), bucket, ...}, ...}
-- Gives JSON: workers, waits (0: go, -1: not looked at), why (the bucket it waits for), spare.
local NEARLY, GRID, BACK, PULL, KEPT_FOR = 1e-6, 0.1, 1.0, 0.9, 60
local asked = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = asked.now or (tonumber(time[1]) + tonumber(time[2]) / 1e6)
local exactly = function(number) return string.format('%.17g', number) end

local function load(told)
    local bucket = {name = told[1], interval = told[2], burst = told[3]}
    bucket.key = KEYS[1] .. ':bucket:' .. bucket.name
    bucket.lines_key = KEYS[1] .. ':lines:' .. bucket.name
    bucket.kept, bucket.cushion = math.floor(bucket.burst / 10), math.floor(bucket.burst / 2)
    bucket.grid = math.min(GRID, bucket.burst * bucket.interval / 4)
    local found = redis.call('HMGET', bucket.key, 'full_at', 'back_until', 'pulled_at', 'seen_at')
    bucket.full_at = math.min(tonumber(found[1] or 0), now + bucket.burst * bucket.interval)
    bucket.full_at = bucket.full_at - told[4] * bucket.interval
    bucket.back_until, bucket.pulled_at = tonumber(found[2] or 0), tonumber(found[3] or 0)
    if tonumber(found[4] or 0) > now + 1 then -- the clock was set back: turns are an hour too far
        redis.call('DEL', bucket.lines_key)
        bucket.back_until, bucket.pulled_at = 0, 0
    end
    redis.call('ZREMRANGEBYSCORE', bucket.lines_key, '-inf', exactly(now))
    bucket.line_count = redis.call('ZCARD', bucket.lines_key)
    bucket.lines, bucket.changed = {}, {}
    return bucket
end

local function level(bucket)
    return bucket.burst - math.max(0, bucket.full_at - now) / bucket.interval
end

local function reaches(bucket, line)
    if bucket.lines[line] == nil then
        bucket.lines[line] = tonumber(redis.call('ZSCORE', bucket.lines_key, line) or 0)
    end
    return bucket.lines[line]
end

local function has_room(bucket, line, has_waited)
    local leaves = 0
    if has_waited then
        leaves = bucket.kept
    elseif reaches(bucket, line) > now then
        leaves = bucket.cushion
    end
    return level(bucket) >= 1 + leaves - NEARLY
end

local function back(bucket)
    local has_token = now + (1 + bucket.kept - level(bucket)) * bucket.interval
    local soon = now + math.min(BACK, bucket.burst * bucket.interval)
    bucket.back_until = math.max(bucket.back_until + bucket.interval, has_token, soon)
    return bucket.back_until
end

local function end_of(bucket, line)
    local reach = reaches(bucket, line)
    if reach > now then
        reach = reach + bucket.line_count * bucket.interval
    else
        local lacks = math.max(0, 1 + bucket.cushion - level(bucket))
        reach = now + (lacks + bucket.line_count) * bucket.interval
        bucket.line_count = bucket.line_count + 1
    end
    bucket.lines[line], bucket.changed[line] = reach, true
    return reach
end

local function put_off(bucket, line, has_waited)
    local turn = has_waited and back(bucket) or end_of(bucket, line)
    return math.ceil(turn / bucket.grid) * bucket.grid - now
end

local function spare(bucket)
    local many = math.floor(level(bucket) - bucket.cushion + NEARLY)
    local is_waited_for = bucket.line_count > 0 or bucket.back_until > now
    if not is_waited_for or many < 1 or level(bucket) < bucket.burst * 0.75
        or now - bucket.pulled_at < PULL then
        return 0
    end
    bucket.pulled_at = now
    return many
end

local function save(bucket)
    local last = math.max(bucket.full_at, bucket.back_until, now)
    for line in pairs(bucket.changed) do
        redis.call('ZADD', bucket.lines_key, exactly(bucket.lines[line]), line)
    end
    local furthest = redis.call('ZREVRANGE', bucket.lines_key, 0, 0, 'WITHSCORES')
    if furthest[2] then
        local seconds = math.ceil(tonumber(furthest[2]) - now) + KEPT_FOR
        redis.call('EXPIRE', bucket.lines_key, seconds)
    end
    redis.call('HSET', bucket.key, 'full_at', exactly(bucket.full_at), 'back_until',
        exactly(bucket.back_until), 'pulled_at', exactly(bucket.pulled_at), 'seen_at', exactly(now))
    redis.call('EXPIRE', bucket.key, math.ceil(last - now) + KEPT_FOR)
end

local workers_key = KEYS[1] .. ':workers'
redis.call('ZADD', workers_key, exactly(now), asked.worker)
redis.call('ZREMRANGEBYSCORE', workers_key, '-inf', exactly(now - asked.seen))
redis.call('EXPIRE', workers_key, KEPT_FOR + asked.seen)

local buckets, waits, why, left = {}, {}, {}, {}
for index, told in ipairs(asked.buckets) do
    buckets[index] = load(told)
end
local most = asked.most
for index, request in ipairs(asked.requests) do
    local line, has_waited, longest, of = request[1], request[2] == 1, 0, 0
    if most == 0 then
        longest = -1
    else
        for place = 3, #request do
            local bucket = buckets[request[place] + 1]
            if not has_room(bucket, line, has_waited) then
                local wait = put_off(bucket, line, has_waited)
                if wait >= longest then longest, of = wait, request[place] end
            end
        end
    end
    if longest == 0 then
        most = most - 1
        for place = 3, #request do
            local bucket = buckets[request[place] + 1]
            bucket.full_at = math.max(bucket.full_at, now) + bucket.interval
        end
    end
    waits[index], why[index] = longest, of
end
for index, bucket in ipairs(buckets) do
    left[index] = spare(bucket)
    save(bucket)
end
return cjson.encode({workers = redis.call('ZCARD', workers_key), waits = waits, why = why, spare = left})
