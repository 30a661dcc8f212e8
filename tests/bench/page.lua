-- Asks for a page of a stepped application: line "PATH COOKIE" of the file
-- named behind "--".
function init(args)
	local path, cookie = io.lines(args[1])():match("^(%S+) (%S+)$")

	wrk.headers["Cookie"] = cookie
	page = wrk.format("GET", path)
end

function request()
	return page
end

function done(summary, latency)
	local e = summary.errors

	io.write(string.format("bench %d %.6f %d %d %d\n", summary.requests,
	    summary.duration / 1e6, latency:percentile(50),
	    latency:percentile(99),
	    e.connect + e.read + e.write + e.status + e.timeout))
end
