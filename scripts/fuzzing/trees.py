"""YAML files as trees of text, and changes that keep most of them valid.

Scalars keep the text they were written with, so that `1 GHz`, `1e9` and `"a, b"` come out as they went in.
"""

import copy
import json
import re

import yaml

QUANTITY = re.compile(r"^([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)( +)?([A-Za-z%][A-Za-z0-9/%]*)?$")
UNITS = [
    ["B", "KiB", "MiB", "GiB"],
    ["ps", "ns", "us", "ms", "s"],
    ["Hz", "mHz", "kHz", "MHz", "GHz"],
    ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"],
    ["fJ", "pJ", "nJ", "mac", "unit"],
    ["J", "uJ", "mJ", "kJ", "mWh", "Wh"],
    ["uW", "mW", "W"],
    ["mm2", "um2"],
]
NUMBERS = """0 1 2 3 7 8 13 16 31 32 33 64 100 127 128 255 256 1000 1023 1024 4095 4096 65535 65536 100000 1000000
2147483647 2147483648 4294967296 9007199254740992 9007199254740993 9223372036854775807 9223372036854775808
18446744073709551616 0.1 0.5 0.3333333333333333 0.999999999 1.000000001 1.5 1e-3 1e-9 1e-18 1e-300 4.9e-324 1e6 1e9
1e12 1e15 1e18 1e19 1e30 1e300 1.7976931348623157e308 1e309 -1 -0 -0.5 -1e-9 -1000 .5 00 1_000 0x10 .inf nan .nan ~
""".split()
TAME = "1 2 3 4 5 6 7 8 9 12 16 24 31 32 33 48 64 96 100 128 0.1 0.25 0.5 0.75 0.9".split()
# Programs that a scenario starts are never changed.
KEPT = {"command"}


class Scalar(str):
    """The text of a scalar, and whether it was between quotation marks."""

    quoted = False


def scalar(text, quoted=False):
    made = Scalar(text)
    made.quoted = quoted
    return made


def read(text):
    """The tree of a file; None where PyYAML sees none."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return None if node is None else _tree(node, [0])
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _tree(node, count):
    count[0] += 1
    if count[0] > 20000:
        raise ValueError("too large")
    if isinstance(node, yaml.ScalarNode):
        return scalar(node.value, node.style in ("'", '"'))
    if isinstance(node, yaml.SequenceNode):
        return [_tree(one, count) for one in node.value]
    return [Pair(_tree(key, count), _tree(value, count)) for key, value in node.value] or Empty()


class Pair:
    """One entry of a mapping; a mapping is a list of them, so that keys may come twice."""

    __slots__ = ("key", "value")

    def __init__(self, key, value):
        self.key, self.value = key, value

    def __deepcopy__(self, memo):
        return Pair(copy.deepcopy(self.key, memo), copy.deepcopy(self.value, memo))


class Empty(list):
    """A mapping without entries."""


def is_mapping(tree):
    return isinstance(tree, Empty) or isinstance(tree, list) and tree and isinstance(tree[0], Pair)


def _plain(text, flow):
    return not (
        text == ""
        or text != text.strip()
        or re.search(r"[\n\r\t]|: |:$| #|^[-?:] |^[-?:]$|^[\[\]{},#&*!|>'\"%@`]", text)
        or flow and re.search(r"[\[\]{},]", text)
    )


def _scalar(value, flow):
    return value if not value.quoted and _plain(value, flow) else json.dumps(str(value), ensure_ascii=False)


def _flow(tree):
    if isinstance(tree, Scalar):
        return _scalar(tree, True)
    if is_mapping(tree):
        keys = (_flow(pair.key) + ": " + _flow(pair.value) for pair in tree)
        return "{" + ", ".join(keys) + "}"
    return "[" + ", ".join(map(_flow, tree)) + "]"


def write(tree, indent=""):
    """The file of a tree: blocks outside, flow inside and where it fits a line."""
    if isinstance(tree, Scalar):
        return indent + _scalar(tree, False) + "\n"
    flow = _flow(tree)
    if not tree or len(indent) >= 8 or indent and len(flow) < 90:
        return indent + flow + "\n"
    lines = []
    for one in tree:
        if isinstance(one, Pair):
            key, value = _flow(one.key), one.value
            if isinstance(value, Scalar):
                lines.append(f"{indent}{key}: {_scalar(value, False)}\n")
            else:
                inner = write(value, indent + "  ")
                fits = inner.count("\n") == 1 and len(inner) < 110 and inner.strip()[0] in "[{"
                lines.append(f"{indent}{key}: {inner.strip()}\n" if fits else f"{indent}{key}:\n{inner}")
        else:
            lines.append(f"{indent}- {_flow(one)}\n")
    return "".join(lines)


def places(tree, schemas=(), key="", path=()):
    """Every value: (list it is in, index, its key, schemas that may describe it, path)."""
    for index, one in enumerate(tree if isinstance(tree, list) else []):
        if isinstance(one, Pair):
            inner = [s for schema in schemas for s in below(schema, one.key)]
            name, value = str(one.key) if isinstance(one.key, Scalar) else "", one.value
        else:
            inner = [s for schema in schemas for s in below(schema, None)]
            name, value = key, one
        yield tree, index, name, inner, path + (name,)
        yield from places(value, inner, name, path + (name,))


def alternatives(schema):
    if not isinstance(schema, dict):
        return []
    many = [s for key in ("anyOf", "oneOf", "allOf") for s in schema.get(key, [])]
    return [schema] + [s for one in many for s in alternatives(one)]


def below(schema, key):
    """Schemas of the value of a key, or of an entry of a list."""
    found = []
    for one in alternatives(schema):
        if key is None:
            found.append(one.get("items"))
        else:
            found.append(one.get("properties", {}).get(str(key), one.get("additionalProperties")))
    return [one for one in found if isinstance(one, dict)]


def value_at(holder, index):
    one = holder[index]
    return one.value if isinstance(one, Pair) else one


def put(holder, index, value):
    if isinstance(holder[index], Pair):
        holder[index].value = value
    else:
        holder[index] = value


class Corpus:
    """What stands at which key anywhere in the seeds, and names."""

    def __init__(self):
        self.values, self.words = {}, []

    def add(self, tree):
        for holder, index, key, _, _ in places(tree):
            value = value_at(holder, index)
            if len(write(value)) < 3000:
                self.values.setdefault(key, []).append(value)
            if isinstance(value, Scalar) and len(value) < 40 and not QUANTITY.match(value):
                self.words.append(value)


def number(draw, text, wild=True):
    """Another number with the unit of `text`."""
    match = QUANTITY.match(text)
    old, gap, unit = match.groups() if match else ("1", "", "")
    how = draw.random()
    if how < 0.5:
        new = draw.choice(NUMBERS if wild and draw.random() < 0.3 else TAME)
    else:
        try:
            value = float(old)
            factor = draw.choice([2, 0.5, 10, 0.1, 1000, 0.001, 1e6, 3, 1 / 3])
            new = draw.choice([value + 1, value * factor, value * factor, value * factor, value - 1])
            new = str(int(new)) if new == int(new) and abs(new) < 1e18 and "." not in old else repr(new)
        except (ValueError, OverflowError):
            new = draw.choice(TAME)
    return new + (" " + unit if unit else "")


def generate(draw, schemas, corpus, key, depth=0):
    """A value that a schema allows."""
    options = [one for schema in schemas for one in alternatives(schema)]
    options = [one for one in options if set(one) & {"enum", "pattern", "type"}]
    if not options:
        return scalar(draw.choice(TAME))
    one = draw.choice(options)
    if "enum" in one:
        return scalar(str(draw.choice(one["enum"])))
    if "pattern" in one:
        units = re.search(r" \+\((.*?)\)\)", one["pattern"])
        if units:
            unit = draw.choice(units.group(1).replace("\\", "").split("|"))
            return scalar(number(draw, "1 " + unit))
        return scalar("$" + draw.choice(["width", "stride", "x"]))
    kind = one["type"]
    if kind in ("integer", "number"):
        return scalar(number(draw, "1"))
    if kind == "boolean":
        return scalar(draw.choice(["true", "false"]))
    if kind == "array" and depth < 6:
        items = [one["items"]] if isinstance(one.get("items"), dict) else []
        return [generate(draw, items, corpus, key, depth + 1) for _ in range(draw.choice([0, 1, 1, 2, 3]))]
    if kind == "object" and depth < 6:
        tree = Empty()
        for name, schema in one.get("properties", {}).items():
            if name not in KEPT and (name in one.get("required", []) or draw.random() < 0.25):
                known = corpus.values.get(name)
                if known and draw.random() < 0.5:
                    tree.append(Pair(scalar(name), copy.deepcopy(draw.choice(known))))
                else:
                    tree.append(Pair(scalar(name), generate(draw, [schema], corpus, name, depth + 1)))
        return tree
    known = corpus.values.get(key) or one.get("examples") or corpus.words or ["x"]
    value = copy.deepcopy(draw.choice(known))
    return value if isinstance(value, (list, Scalar)) else scalar(str(value))


def mutate(draw, tree, schema, corpus):
    """Changes `tree` in one place, and says how."""
    everywhere = [p for p in places(tree, [schema]) if not set(p[4]) & KEPT]
    if not everywhere:
        return "nothing"
    how = draw.choices(HOWS, WEIGHTS)[0]
    scalars = [p for p in everywhere if isinstance(value_at(p[0], p[1]), Scalar)]
    numbers = [p for p in scalars if QUANTITY.match(value_at(p[0], p[1]))]
    if how in ("number", "unit") and numbers:
        holder, index, *_ = draw.choice(numbers)
        old = value_at(holder, index)
        if how == "number":
            put(holder, index, scalar(number(draw, old)))
        else:
            value, _, unit = QUANTITY.match(old).groups()
            family = next((f for f in UNITS if unit in f), [unit or "B"])
            put(holder, index, scalar(value + " " + draw.choice(family)))
        return how
    holder, index, key, schemas, _ = draw.choice(everywhere)
    old = value_at(holder, index)
    if how == "same key" and corpus.values.get(key):
        put(holder, index, copy.deepcopy(draw.choice(corpus.values[key])))
    elif how == "schema" and schemas:
        put(holder, index, generate(draw, schemas, corpus, key))
    elif how == "add":
        add(draw, tree, schema, corpus)
    elif how == "remove":
        del holder[index]
    elif how == "repeat":
        holder.insert(draw.randrange(len(holder) + 1), copy.deepcopy(holder[index]))
    elif how == "swap":
        other = draw.randrange(len(holder))
        holder[index], holder[other] = holder[other], holder[index]
    elif how == "exchange":
        place = draw.choice(everywhere)
        other = copy.deepcopy(value_at(place[0], place[1]))
        put(holder, index, other)
    elif how == "word" and scalars:
        holder, index, *_ = draw.choice(scalars)
        inside = [value_at(p[0], p[1]) for p in scalars]
        put(holder, index, draw.choice(draw.choice([inside, corpus.words or inside])))
    elif how == "shape":
        odd = [scalar(""), scalar("~"), [], Empty(), [copy.deepcopy(old)], scalar("true"), scalar("é\u202e x")]
        put(holder, index, draw.choice(odd + [Empty([Pair(scalar(key or "a"), copy.deepcopy(old))])]))
    elif how == "misspell" and isinstance(holder[index], Pair):
        name = str(holder[index].key)
        cut = draw.randrange(len(name) + 1)
        holder[index].key = scalar(name[:cut] + draw.choice(["", "x", name[:1]]) + name[cut + 1 :])
    else:
        return "nothing"
    return how


HOWS = "number unit,same key,schema,add,remove,repeat,swap,exchange,word,shape,misspell".replace("number ", "number,").split(",")
WEIGHTS = [30, 5, 18, 12, 14, 6, 4, 4, 1, 5, 1, 0.5]


def add(draw, tree, schema, corpus):
    """Adds an entry that the schema allows and the file lacks."""
    mappings = [(tree, [schema])] if is_mapping(tree) else []
    for holder, index, _, schemas, path in places(tree, [schema]):
        if is_mapping(value_at(holder, index)) and not set(path) & KEPT:
            mappings.append((value_at(holder, index), schemas))
    draw.shuffle(mappings)
    for mapping, schemas in mappings:
        present = {str(pair.key) for pair in mapping}
        lacking = {}
        for one in (a for s in schemas for a in alternatives(s)):
            for name, inner in one.get("properties", {}).items():
                if name not in present and name not in KEPT:
                    lacking.setdefault(name, []).append(inner)
        if lacking:
            name = draw.choice(sorted(lacking))
            known = corpus.values.get(name)
            if known and draw.random() < 0.5:
                value = copy.deepcopy(draw.choice(known))
            else:
                value = generate(draw, lacking[name], corpus, name)
            mapping.insert(draw.randrange(len(mapping) + 1), Pair(scalar(name), value))
            return


def reductions(tree):
    """Trees with one part less, large parts first."""
    all_places = sorted(places(tree), key=lambda p: -len(write(value_at(p[0], p[1]))))
    for number_of, (holder, index, *_) in enumerate(all_places):
        yield number_of, lambda holder=holder, index=index: holder.pop(index)
