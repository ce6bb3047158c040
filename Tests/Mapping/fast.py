"""oracle.cpp through ctypes: costs and searches of large layers."""
import ctypes, os
from fractions import Fraction
import oracle as o
LIB = ctypes.CDLL(os.path.join(os.path.dirname(os.path.abspath(__file__)), "fast_oracle.so"))
I = ctypes.c_int64
OBJECTIVES = ("cycles", "bytes", "energy", "edp")

def axis(a): return [a.extent, a.kernel, a.stride, a.before, a.after, a.dilation]

def problem(d, layer, free=False, exact=True, exhaustive=False, space=11):
    n, a = o.Nest(d, layer), d.array
    if a["kind"] == "systolic-array":
        v = [0, a["rows"], a["columns"], ["output-stationary", "weight-stationary", "input-stationary"].index(a["dataflow"]),
             ["serial", "overlapped", "cropped"].index(a["folds"]), int(a["stationary_load"] == "hidden")] + [0] * 9
    else:
        v = [1] + [0] * 5 + [a["output_channels"], a["input_channels"], a["taps"], a["pixels"], int(a["sweep"] == "input-pixels"),
             int(a["pointwise"] == "fold-input"), a["depthwise_channels"], int(o.quantity(a["pass_overhead"])),
             int(bool(a.get("channel_augmentation")))]
    v += [d.bits[k] for k in ("input", "weight", "output", "accumulator")]
    for k in ("input", "weight", "output"):
        r = d.links[k].rate
        v += [0, 1] if r is None else [r.numerator, r.denominator]
    v += [["none", "ping-pong", "streaming"].index(d.links[k].overlap) for k in ("input", "weight", "output")]
    v += [d.links["input"].align, d.links["output"].align, ["none", "rows", "pixels"].index(d.links["input"].gather), int(d.shared_port)]
    v += [d.depthwise_overhead if layer.depthwise else d.overhead, n.kernels, n.channels, n.groups, int(n.depthwise)]
    v += axis(n.rows) + axis(n.columns)
    up = o.up
    v += [up(layer.terms, n.groups), up(layer.results, n.groups) if layer.results >= 0 else -1, up(layer.vectors, n.groups)]
    names = []
    for k in ("input", "weight", "output"):
        if d.rooms[k].buffer not in names: names.append(d.rooms[k].buffer)
    v += [names.index(d.rooms[k].buffer) for k in ("input", "weight", "output")]
    size, pp, holds = [0] * 3, [0] * 3, [1] * 3
    for k in ("input", "weight", "output"):
        r = d.rooms[k]; i = names.index(r.buffer)
        size[i], pp[i], holds[i] = r.size, int(r.tile != r.whole), round(r.size / r.whole)
    v += size + pp + holds + [int(free), int(exact), int(exhaustive), space]
    assert len(v) == LIB.problem_size(), (len(v), LIB.problem_size())
    p = d.prices
    bufs = [p["buffer"][d.rooms[k].buffer] for k in ("input", "weight", "output")]
    pr = [p["multiply"], p["add"], p["register"]] + [b[0] for b in bufs] + [b[1] for b in bufs] + list(p["dram"]) + [p["power"], d.clock]
    assert len(pr) == LIB.price_size()
    return (I * len(v))(*v), (ctypes.c_double * len(pr))(*pr)

class Totals(ctypes.Structure):
    _fields_ = [(k, I) for k in "cycles array input weight output terms inreads wereads sreads swrites reg macs tiles".split()] + [("energy", ctypes.c_double)]
    @property
    def bytes(self): return o.up(self.input, 8) + o.up(self.weight, 8) + o.up(self.output, 8)
    @property
    def moved(self): return self.input + self.weight + self.output

def to_map(m): return (I * 6)(int(m.order == "kernels"), m.pixels, m.kernels, m.channels, int(m.keeps_input), int(m.keeps_weights))
def from_map(v): return o.Mapping("kernels" if v[0] else "pixels", v[1], v[2], v[3], bool(v[4]), bool(v[5]))

def cost(pp, m):
    t = Totals(); LIB.cost(pp[0], pp[1], to_map(m), ctypes.byref(t)); return t
def agree(pp, m): return LIB.agree(pp[0], pp[1], to_map(m))
def search(pp, objective):
    m, t, s = (I * 6)(), Totals(), (I * 2)()
    ok = LIB.search(pp[0], pp[1], OBJECTIVES.index(objective), m, ctypes.byref(t), s)
    return (from_map(m), t, list(s)) if ok else None
def brute(pp):
    m, t, s = (I * 24)(), (Totals * 4)(), (I * 1)()
    if not LIB.brute(pp[0], pp[1], m, ctypes.byref(t), s): return None
    return {x: (from_map(m[6 * i:6 * i + 6]), t[i]) for i, x in enumerate(OBJECTIVES)}, s[0]
def six(pp, cuts=False):
    r = (I * 11)()
    return (r[0], "".join("pkc"[x] for x in r[1:4]) + f" p{r[4]} k{r[5]} c{r[6]} held {r[7]}{r[8]}{r[9]}", bool(r[10])) if LIB.six(pp[0], int(cuts), r) else None
def text(m): return f"{m.order} p{m.pixels} k{m.kernels} c{m.channels}{' +in' if m.keeps_input else ''}{' +w' if m.keeps_weights else ''}"
