-- wrk script: one transfer a request, each with its own idempotency key. ACCOUNTS names a file with one account id a line; TOKEN is a bearer
-- key or empty; HOT=1 sends half of all transfers to or from the first account.
local accounts = {}
for line in io.lines(os.getenv("ACCOUNTS")) do accounts[#accounts + 1] = line end
local token, hot = os.getenv("TOKEN") or "", os.getenv("HOT") == "1"
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(args)
    math.randomseed(os.time() * 16 + number)
    run = string.format("%08x%02x", math.random(0, 0x7fffffff), number)
    count = 0
end

function request()
    count = count + 1
    local a, b = accounts[math.random(#accounts)], accounts[math.random(#accounts)]
    if hot and count % 2 == 0 then
        if count % 4 == 0 then a = accounts[1] else b = accounts[1] end
    end
    if a == b then b = accounts[(math.random(#accounts - 1)) + 1] end
    if a == b then b = accounts[1] == a and accounts[2] or accounts[1] end
    local headers = { ["Content-Type"] = "application/json", ["Idempotency-Key"] = run .. "-" .. count }
    if token ~= "" then headers["Authorization"] = "Bearer " .. token end
    return wrk.format("POST", nil, headers, '{"from":"' .. a .. '","to":"' .. b .. '","amount":1,"ref":"bench"}')
end

function done(summary, latency, requests)
    local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format("RESULT rate=%.0f p50_ms=%.2f p99_ms=%.2f bad=%d\n",
        summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad))
end
