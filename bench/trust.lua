-- wrk script: the files of the folder QUESTIONS, in turn, by POST as KIND.
local questions, at = {}, 0
for name in io.popen('ls "' .. os.getenv("QUESTIONS") .. '"'):lines() do
    local file = io.open(os.getenv("QUESTIONS") .. "/" .. name, "rb")
    questions[#questions + 1] = file:read("*a")
    file:close()
end
local headers = { ["Content-Type"] = os.getenv("KIND") }

function request()
    at = at % #questions + 1
    return wrk.format("POST", nil, headers, questions[at])
end
