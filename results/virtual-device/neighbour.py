"""A batch job on a virtual device: `images` in batches, `depth` of them launched and not yet ended at any time."""
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
call("wait", until_ps=options["begin_us"] * 1_000_000)
left, flying = options["images"], []
while left or flying:
    while left and len(flying) < options["depth"]:
        batch = min(left, options["batch"])
        flying.append(call("launch", buffer=buffer, batch=batch)["ticket"])
        left -= batch
    call("wait", tickets=[flying.pop(0)])
print(json.dumps({"call": "bye"}), flush=True)
sys.stdin.readline()
