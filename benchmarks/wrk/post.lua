-- POST one envelope after the other, all different. Arguments: path, "Authorization" value, folder with 1.json to N.json, N.
local path, bodies, turn

function init(args)
  path = args[1]
  wrk.headers["Authorization"] = args[2]
  wrk.headers["Accept"] = "application/taxii+json;version=2.1"
  wrk.headers["Content-Type"] = "application/taxii+json;version=2.1"
  bodies, turn = {}, 0
  for number = 1, tonumber(args[4]) do
    local file = assert(io.open(args[3] .. "/" .. number .. ".json", "rb"))
    bodies[number] = file:read("*a")
    file:close()
  end
end

function request()
  turn = turn % #bodies + 1
  return wrk.format("POST", path, nil, bodies[turn])
end
