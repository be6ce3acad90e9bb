-- Each connection walks a collection: it follows `next` and begins anew at the end. Give wrk as many threads as connections,
-- since a thread has one Lua state and does not tell its connections apart.
-- Arguments: first path, "Authorization" value.
local first, path

function init(args)
  first = args[1]
  path = first
  wrk.headers["Authorization"] = args[2]
  wrk.headers["Accept"] = "application/taxii+json;version=2.1"
end

function request()
  return wrk.format("GET", path)
end

function response(status, headers, body)
  local token = string.match(string.sub(body, 1, 2000), '"next":"([^"]+)"')
  path = token and (first .. "&next=" .. token) or first
end
