"""First come, first served on equal devices; prints figures of the latencies as JSON.

    python serving.py FORM QUERIES COSTS.csv DEVICES DEADLINE_NS

Times are whole nanoseconds. `QUERIES` is a CSV file of arrivals, or `COUNT@HZ`: Poisson arrivals, of any model with
equal chances. `FORM` says how:

processes   SimPy as its documentation shows it: a process for every query, a resource for the devices
workers     SimPy with a process for every device, which takes queries from a store
callbacks   SimPy with nothing but time-outs and what they call when they end
loop        Python without SimPy: a heap of the times at which devices are free
"""

import csv
import json
import random
import sys
from collections import deque
from heapq import heapreplace


def read(queries, costs):
    with open(costs) as file:
        times = {row["subnet"]: round(float(row["latency_s"]) * 1e9) for row in csv.DictReader(file)}
    if "@" in queries:
        return draw(*map(int, queries.split("@")), list(times.values()))
    with open(queries) as file:
        rows = csv.reader(file)
        next(rows)
        return [(int(at), times[model]) for at, model in rows]


def draw(count, rate, times):
    stream, at, choices = random.Random(1), 0, len(times)
    gap, uniform, mean = stream.expovariate, stream.random, rate / 1e9
    for _ in range(count):
        at += round(gap(mean))
        yield at, times[int(uniform() * choices)]


def processes(queries, devices):
    import simpy

    environment, latencies = simpy.Environment(), []
    resource = simpy.Resource(environment, devices)

    def query(service):
        at = environment.now
        with resource.request() as turn:
            yield turn
            yield environment.timeout(service)
        latencies.append(environment.now - at)

    def source():
        now = 0
        for at, service in queries:
            yield environment.timeout(at - now)
            now = at
            environment.process(query(service))

    environment.process(source())
    environment.run()
    return latencies


def workers(queries, devices):
    import simpy

    environment, latencies = simpy.Environment(), []
    waiting = simpy.Store(environment)

    def device():
        while True:
            at, service = yield waiting.get()
            yield environment.timeout(service)
            latencies.append(environment.now - at)

    def source():
        now = 0
        for query in queries:
            yield environment.timeout(query[0] - now)
            now = query[0]
            waiting.put(query)

    for _ in range(devices):
        environment.process(device())
    environment.process(source())
    environment.run()
    return latencies


def callbacks(queries, devices):
    import simpy

    environment, latencies = simpy.Environment(), []
    waiting, idle, coming = deque(), devices, iter(queries)
    timeout = environment.timeout

    def arrives(event):
        nonlocal idle
        query = event.value
        if idle:
            idle -= 1
            timeout(query[1], query[0]).callbacks.append(ends)
        else:
            waiting.append(query)
        following = next(coming, None)
        if following is not None:
            timeout(following[0] - query[0], following).callbacks.append(arrives)

    def ends(event):
        nonlocal idle
        latencies.append(environment.now - event.value)
        if waiting:
            at, service = waiting.popleft()
            timeout(service, at).callbacks.append(ends)
        else:
            idle += 1

    first = next(coming)
    timeout(first[0], first).callbacks.append(arrives)
    environment.run()
    return latencies


def loop(queries, devices):
    free, latencies = [0] * devices, []
    for at, service in queries:
        end = max(free[0], at) + service
        heapreplace(free, end)
        latencies.append(end - at)
    return latencies


def main():
    form, queries, costs, devices, deadline = sys.argv[1:]
    forms = {"processes": processes, "workers": workers, "callbacks": callbacks, "loop": loop}
    latencies = forms[form](read(queries, costs), int(devices))
    latencies.sort()
    count = len(latencies)
    print(json.dumps({
        "queries": count,
        "mean_s": sum(latencies) / count / 1e9,
        "p99_s": latencies[-(-99 * count // 100) - 1] / 1e9,
        "max_s": latencies[-1] / 1e9,
        "in_time": sum(1 for latency in latencies if latency <= int(deadline)) / count,
    }))


main()
