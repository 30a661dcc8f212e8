-- Saves a page of a stepped application, over and over, each thread in a draft
-- of its own: lines "PATH COOKIE" of the file named behind "--". One connection
-- a thread, for each save names the revision that the one before it made.
local counter = 0

function setup(thread)
	thread:set("number", counter)
	counter = counter + 1
end

function init(args)
	local lines = {}

	for line in io.lines(args[1]) do
		lines[#lines + 1] = line
	end
	path, cookie = lines[number % #lines + 1]:match("^(%S+) (%S+)$")
	revision, saves = 0, 0
end

function request()
	saves = saves + 1
	return wrk.format("POST", path, {
		["Host"] = wrk.headers["Host"],
		["Cookie"] = cookie,
		["Accept"] = "application/json",
		["Content-Type"] = "application/x-www-form-urlencoded",
	}, "action=autosave&page_revision=" .. revision ..
	    "&child_family_name=Muster&child_given_names=Ida+" .. "A" ..
	    string.char(97 + saves % 26) ..
	    "&child_birth_date=1.2.2020&birth_place=Auental")
end

function response(status, headers, body)
	revision = tonumber(body:match('"page_revision":(%d+)')) or revision
end

function done(summary, latency)
	local e = summary.errors

	io.write(string.format("bench %d %.6f %d %d %d\n", summary.requests,
	    summary.duration / 1e6, latency:percentile(50),
	    latency:percentile(99),
	    e.connect + e.read + e.write + e.status + e.timeout))
end
