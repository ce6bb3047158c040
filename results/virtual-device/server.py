"""A server on a virtual device: a query comes every `period_us` and is launched at once, whatever is still running."""
import json
import sys


def call(name, **fields):
    print(json.dumps({"call": name, **fields}), flush=True)
    return json.loads(sys.stdin.readline())


hello = json.loads(sys.stdin.readline())
options = hello["options"]
size = next(one["bytes"] for one in hello["subnets"] if one["name"] == options["subnet"])
buffer = call("allocate", bytes=size)["buffer"]
call("load", buffer=buffer, subnet=options["subnet"])
begin, period = options["begin_us"] * 1_000_000, options["period_us"] * 1_000_000
tickets = []
for query in range(options["queries"]):
    call("wait", until_ps=begin + query * period)
    tickets.append(call("launch", buffer=buffer, batch=1)["ticket"])
call("wait", tickets=tickets)
print(json.dumps({"call": "bye"}), flush=True)
sys.stdin.readline()
