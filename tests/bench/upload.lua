-- Uploads a PDF of as many MiB as stand behind "--" into a fresh draft each.
local thread = 0
local count, prefix, before, after

function setup(t)
	thread = thread + 1
	t:set("number", thread)
end

local function field(name, value)
	return "--grenze\r\nContent-Disposition: form-data; name=\"" .. name ..
	    "\"\r\n\r\n" .. value .. "\r\n"
end

function init(args)
	local random = io.open("/dev/urandom", "rb")
	local size = tonumber(args[1]) * 1048576
	local pdf = "%PDF-1.7\n"

	prefix = ""
	for _ = 1, 11 do
		prefix = prefix ..
		    string.format("%02x", random:read(1):byte())
	end
	pdf = pdf .. random:read(size - #pdf)
	random:close()
	count = 0
	before = field("service", "bewohnerparkausweis") ..
	    field("field", "attachments.doc_landlord")
	after = "--grenze\r\nContent-Disposition: form-data; name=\"file\"; " ..
	    "filename=\"Mietvertrag.pdf\"\r\n" ..
	    "Content-Type: application/pdf\r\n\r\n" .. pdf ..
	    "\r\n--grenze--\r\n"
	wrk.headers["Content-Type"] = "multipart/form-data; boundary=grenze"
end

function request()
	count = count + 1
	return wrk.format("POST", "/dokument/", nil, before ..
	    field("submission_id", prefix ..
	    string.format("%02x%08x", number % 256, count)) .. after)
end

function done(summary, latency)
	local e = summary.errors

	io.write(string.format("bench %d %.6f %d %d %d\n", summary.requests,
	    summary.duration / 1e6, latency:percentile(50),
	    latency:percentile(99),
	    e.connect + e.read + e.write + e.status + e.timeout))
end
