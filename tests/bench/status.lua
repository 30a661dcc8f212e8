-- Looks Vorgaenge up by the links in the file named behind "--".
local links, at = {}, 0

function init(args)
	for line in io.lines(args[1]) do
		links[#links + 1] = wrk.format("GET", line)
	end
	at = math.random(#links)
end

function request()
	at = at % #links + 1
	return links[at]
end

function done(summary, latency)
	local e = summary.errors

	io.write(string.format("bench %d %.6f %d %d %d\n", summary.requests,
	    summary.duration / 1e6, latency:percentile(50),
	    latency:percentile(99),
	    e.connect + e.read + e.write + e.status + e.timeout))
end
