"""A serving program on a virtual device: queries come at a steady rate, and run in batches as they are there."""
import json
import sys


def call(name, **fields):
    print(json.dumps({"call": name, **fields}), flush=True)
    return json.loads(sys.stdin.readline())


hello = json.loads(sys.stdin.readline())
options, now = hello["options"], hello["now_ps"]
size = next(one["bytes"] for one in hello["subnets"] if one["name"] == options["subnet"])
buffer = call("allocate", bytes=size)["buffer"]
loaded = call("load", buffer=buffer, subnet=options["subnet"])["ticket"]
now = call("wait", tickets=[loaded])["now_ps"]

begin, period = now, options["period_us"] * 1_000_000
served = 0
while served < options["queries"]:
    arrival = begin + served * period
    if arrival > now:
        now = call("wait", until_ps=arrival)["now_ps"]
    there = options["queries"] if period == 0 else min(options["queries"], (now - begin) // period + 1)
    batch = min(there - served, options["batch"])
    ticket = call("launch", buffer=buffer, batch=batch)["ticket"]
    now = call("wait", tickets=[ticket])["now_ps"]
    served += batch
call("free", buffer=buffer)
print(json.dumps({"call": "bye"}), flush=True)
sys.stdin.readline()
