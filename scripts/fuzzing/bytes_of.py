"""Changes of files that are no YAML: text by lines and fields, ONNX, HDF5, JSON, SQLite, and bytes of any."""

import json
import sqlite3
import struct

from . import trees

EDGES = [0, 1, 2, 7, 8, 255, 256, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1, 10**6, 4096]


def flip(draw, data):
    """Bytes changed blindly: bits, words, holes, copies, the end cut off."""
    data = bytearray(data)
    for _ in range(draw.choice([1, 1, 2, 4, 16])):
        if not data:
            return bytes(draw.randrange(256) for _ in range(draw.randrange(20)))
        at = draw.randrange(len(data))
        how = draw.randrange(7)
        if how == 0:
            data[at] ^= 1 << draw.randrange(8)
        elif how == 1:
            data[at] = draw.randrange(256)
        elif how == 2:
            width = draw.choice([2, 4, 8])
            value = draw.choice(EDGES) % (1 << 8 * width)
            at -= at % width
            data[at : at + width] = value.to_bytes(width, "little")
        elif how == 3:
            del data[at : at + draw.choice([1, 2, 8, 64])]
        elif how == 4:
            data[at:at] = data[at : at + draw.choice([1, 8, 64])]
        elif how == 5 and draw.random() < 0.3:
            del data[at:]
        else:
            other = draw.randrange(len(data))
            data[at : at + 8] = data[other : other + 8]
    return bytes(data)


def lines(draw, data):
    """Lines of a text and fields of its lines changed."""
    text = data.decode("utf-8", "replace").split("\n")
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        at = draw.randrange(len(text))
        fields = text[at].split(",")
        how = draw.random()
        if how < 0.55:
            field = draw.randrange(len(fields))
            words = fields[field].split()
            if words and (trees.QUANTITY.match(words[-1]) or draw.random() < 0.3):
                words[-1] = trees.number(draw, words[-1])
                fields[field] = " ".join(words)
            else:
                fields[field] = draw.choice(draw.choice(text).split(","))
            text[at] = ",".join(fields)
        elif how < 0.65:
            del text[at]
        elif how < 0.75:
            text.insert(draw.randrange(len(text)), text[at])
        elif how < 0.85:
            other = draw.randrange(len(text))
            text[at], text[other] = text[other], text[at]
        elif how < 0.92:
            draw.shuffle(fields)
            text[at] = ",".join(fields)
        else:
            text[at] += draw.choice([",", ",1", '"', " ", "\r", "\t", "#", ",\"a,b\"", "\0", "é"])
        text = text or [""]
    return "\n".join(text).encode()


# Messages inside the messages of ONNX: {message: {field: message}}.
ONNX = {
    "model": {7: "graph", 8: "opset", 25: "function"},
    "graph": {1: "node", 5: "tensor", 11: "value", 12: "value", 13: "value", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
    "function": {7: "node", 9: "opset"},
    "value": {2: "type"},
    "type": {1: "tensortype"},
    "tensortype": {2: "shape"},
    "shape": {1: "dim"},
    "sparse": {1: "tensor", 2: "tensor"},
}


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _written(value):
    out = bytearray()
    value %= 1 << 64
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def fields(data, message):
    """[number, wire type, value, message] of a protocol buffer."""
    at, found = 0, []
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
        elif wire == 2:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            width = 8 if wire == 1 else 4
            value, at = data[at : at + width], at + width
        inner = ONNX.get(message, {}).get(number)
        if wire == 2 and inner:
            value = fields(value, inner)
        found.append([number, wire, value, inner])
    return found


def message(found):
    out = bytearray()
    for number, wire, value, _ in found:
        out += _written(number << 3 | wire)
        if wire == 0:
            out += _written(value)
        elif wire == 2:
            value = message(value) if isinstance(value, list) else value
            out += _written(len(value)) + value
        else:
            out += value
    return bytes(out)


def onnx(draw, data):
    """Fields of an ONNX model changed: numbers, names, operators, order, dimensions."""
    try:
        model = fields(data, "model")
    except (IndexError, ValueError):
        return flip(draw, data)
    everywhere, names = [], []

    def walk(found):
        for index, one in enumerate(found):
            everywhere.append((found, index))
            if isinstance(one[2], list):
                walk(one[2])
            elif isinstance(one[2], bytes) and len(one[2]) < 64:
                names.append(one[2])

    walk(model)
    for _ in range(draw.choice([1, 1, 2, 3, 5])):
        found, index = draw.choice(everywhere)
        if index >= len(found):
            continue
        one, how = found[index], draw.random()
        if how < 0.1:
            del found[index]
        elif how < 0.2:
            found.insert(draw.randrange(len(found) + 1), list(one))
        elif how < 0.3:
            other = draw.randrange(len(found))
            found[index], found[other] = found[other], found[index]
        elif one[1] == 0:
            one[2] = draw.choice(EDGES + [3, 5, 16, 224, one[2] + 1, one[2] * 2, max(0, one[2] - 1)]) % (1 << 64)
        elif isinstance(one[2], bytes):
            if one[2] and all(32 <= byte < 127 for byte in one[2]):
                one[2] = draw.choice(draw.choice([names, OPERATORS]))
            else:
                one[2] = draw.choice([b"", flip(draw, one[2]), one[2] * 2, one[2][: len(one[2]) // 2]])
        elif isinstance(one[2], list) and one[2]:
            everywhere.extend((one[2], at) for at in range(len(one[2])))
            draw.shuffle(one[2])
    return message(model)


OPERATORS = b"""Conv ConvTranspose Gemm MatMul Einsum Attention LSTM GRU RNN Loop Scan If Reshape Transpose Gather Slice
Split Concat Pad AveragePool MaxPool GlobalAveragePool Resize Upsample QLinearConv MatMulInteger ConvInteger Shape
Constant ConstantOfShape Squeeze Unsqueeze Expand Tile Range ReduceMean Softmax LayerNormalization DepthToSpace
DequantizeLinear QuantizeLinear MultiHeadAttention Identity Flatten Where TopK NonZero STFT""".split()


def document(draw, data):
    """Values of a JSON document changed, removed, exchanged."""
    try:
        root = json.loads(data)
    except ValueError:
        return flip(draw, data)
    if not isinstance(root, (dict, list)) or not root:
        return flip(draw, data)
    everywhere = []

    def walk(value):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            everywhere.append((value, key))
            if isinstance(value[key], (dict, list)):
                walk(value[key])

    walk(root)
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        holder, key = draw.choice(everywhere)
        try:
            old = holder[key]
        except (KeyError, IndexError):
            continue
        how = draw.random()
        if how < 0.15:
            del holder[key]
        elif how < 0.3 and isinstance(holder, list):
            holder.insert(draw.randrange(len(holder) + 1), json.loads(json.dumps(old)))
        elif how < 0.75 and isinstance(old, (int, float)):
            odd = [0, 1, -1, old + 1, -old, old * 2, old / 3, 1e308, 5e-324, 2**53, 2**63 - 1, 2**63, 2**64, 10**30, 0.5]
            holder[key] = draw.choice(odd)
        elif how < 0.85:
            holder[key] = draw.choice([None, True, "", "x", [], {}, 0, [old], {"a": old}, "1 GHz", "\u202e<b>"])
        else:
            other, at = draw.choice(everywhere)
            try:
                holder[key] = json.loads(json.dumps(other[at]))
            except (KeyError, IndexError):
                pass
    return json.dumps(root, indent=draw.choice([None, 2])).encode()


def store(draw, path):
    """Values, rows and tables of a store of a sweep changed."""
    if draw.random() < 0.3:
        with open(path, "rb") as file:
            data = file.read()
        with open(path, "wb") as file:
            file.write(flip(draw, data))
        return "bytes"
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    said = []
    try:
        names = [row[0].decode() for row in connection.execute("select name from sqlite_master where type='table'")]
        for _ in range(draw.choice([1, 1, 2, 3])):
            table = draw.choice(names)
            columns = [row[1].decode() for row in connection.execute(f'pragma table_info("{table}")')]
            rows = [row[0] for row in connection.execute(f'select rowid from "{table}"')]
            how = draw.random()
            if how < 0.65 and rows:
                column, row = draw.choice(columns), draw.choice(rows)
                (old,) = connection.execute(f'select "{column}" from "{table}" where rowid=?', (row,)).fetchone()
                odd = [None, 0, -1, 2**63 - 1, 1e308, -1e308, float("inf"), "", "x", b"", b"\xff\xfe", "nan", 0.5]
                if isinstance(old, bytes):
                    odd += [document(draw, old), flip(draw, old), old.decode("utf-8", "replace")] * 4
                new = draw.choice(odd)
                try:
                    new = new.decode() if isinstance(new, bytes) and isinstance(old, bytes) else new
                except UnicodeDecodeError:
                    pass
                connection.execute(f'update "{table}" set "{column}"=? where rowid=?', (new, row))
            elif how < 0.8 and rows:
                connection.execute(f'delete from "{table}" where rowid=?', (draw.choice(rows),))
            elif how < 0.85:
                connection.execute(f'delete from "{table}"')
            elif how < 0.9:
                connection.execute(f'drop table "{table}"')
            elif how < 0.95:
                connection.execute(f'alter table "{table}" add column further text')
            else:
                connection.execute(f'alter table "{table}" rename column "{draw.choice(columns)}" to "other"')
            said.append(table)
        connection.commit()
    except sqlite3.Error:
        pass
    finally:
        connection.close()
    return " ".join(said)


def safetensors(draw, data):
    """The header of a safetensors file changed, the length in front of it kept right most times."""
    try:
        (length,) = struct.unpack("<Q", data[:8])
        header = document(draw, data[8 : 8 + length])
        return struct.pack("<Q", len(header)) + header + data[8 + length :]
    except struct.error:
        return flip(draw, data)
