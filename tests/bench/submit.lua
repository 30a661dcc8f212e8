-- Applications with fresh submission ids. With a file name behind "--", one
-- thread also writes the links of the answers into it (to seed look-ups).
local head = "version=1.0.0&action=submit&category=street_light" ..
    "&sub_category=lamp_flickers&asset_id=L-0417&vehicle_plate=" ..
    "&description=Laterne+flackert+seit+gestern+Abend%2C+die+ganze+Stra" ..
    "%C3%9Fe+ist+dunkel%3B+bitte+bald+nachsehen.&danger=false&seen_at="
local tail = "+00%3A10&position=50.98%2C+11.32&location_text=Stra%C3%9Fe+" ..
    "der+V%C3%B6lkerfreundschaft%2C+H%C3%B6he+Nr.+12%C2%BD&similar_shown=" ..
    "&contact_wanted=true&email=erika.mustermann%40example.org" ..
    "&phone=0361+1234567&name=Erika+Mustermann&publish_ok=true" ..
    "&submission_id="
local thread = 0
local links, count, prefix, body

function setup(t)
	thread = thread + 1
	t:set("number", thread)
end

function init(args)
	local random = io.open("/dev/urandom", "rb")

	prefix = ""
	for _ = 1, 11 do
		prefix = prefix ..
		    string.format("%02x", random:read(1):byte())
	end
	random:close()
	count = 0
	body = head .. os.date("!%d.%m.%Y", os.time() - 86400) .. tail
	wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
	if args[1] then
		links = io.open(args[1], "a")
	end
end

function request()
	count = count + 1
	return wrk.format("POST", "/antrag/maengelmeldung/", nil,
	    body .. prefix .. string.format("%02x%08x", number % 256, count))
end

if os.getenv("BENCH_LINKS") then
	function response(status, headers)
		if status == 303 then
			links:write(headers["Location"], "\n")
		end
	end
end

-- bench REQUESTS SECONDS P50_US P99_US ERRORS
function done(summary, latency)
	local e = summary.errors

	io.write(string.format("bench %d %.6f %d %d %d\n", summary.requests,
	    summary.duration / 1e6, latency:percentile(50),
	    latency:percentile(99),
	    e.connect + e.read + e.write + e.status + e.timeout))
end
