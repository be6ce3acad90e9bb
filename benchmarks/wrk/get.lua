-- The same GET again and again. Arguments: path, "Authorization" value.
local path

function init(args)
  path = args[1]
  wrk.headers["Authorization"] = args[2]
  wrk.headers["Accept"] = "application/taxii+json;version=2.1"
end

function request()
  return wrk.format("GET", path)
end
