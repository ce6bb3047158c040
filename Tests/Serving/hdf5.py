"""Writes a flat HDF5 file of whole numbers, numbers and texts, with nothing but the standard library.

Source: "HDF5 File Format Specification Version 3.0" (The HDF Group): superblock version 0, object
headers version 1, contiguous data. Enough for a profile table, no more.
"""

import struct

UNDEFINED = (1 << 64) - 1


def padded(data):
    return data + bytes(-len(data) % 8)


def message(kind, data):
    data = padded(data)
    return struct.pack("<HHB3x", kind, len(data), 0) + data


def header(messages):
    body = b"".join(messages)
    return struct.pack("<BxHII4x", 1, len(messages), 1, len(body)) + body


def dataspace(shape):
    return struct.pack("<BBB5x", 1, len(shape), 0) + b"".join(struct.pack("<Q", n) for n in shape)


def text_type(size):
    return struct.pack("<BBBBI", 0x13, 1, 0, 0, size)


def encoded(values):
    """The datatype message and the bytes of a flat list."""
    if isinstance(values[0], str):
        size = max(len(v.encode()) for v in values)
        return text_type(size), b"".join(v.encode().ljust(size, b"\0") for v in values)
    if isinstance(values[0], float):
        kind = struct.pack("<BBBBIHHBBBBI", 0x11, 0x20, 0x3F, 0, 8, 0, 64, 52, 11, 0, 52, 1023)
        return kind, struct.pack(f"<{len(values)}d", *values)
    return struct.pack("<BBBBIHH", 0x10, 8, 0, 0, 8, 0, 64), struct.pack(f"<{len(values)}q", *values)


def attribute(name, text):
    name, value = name.encode() + b"\0", text.encode()
    kind, space = text_type(len(value)), dataspace([])
    return message(12, struct.pack("<BxHHH", 1, len(name), len(kind), len(space))
                   + padded(name) + padded(kind) + padded(space) + value)


def write(path, arrays):
    """`arrays`: (name, shape, flat list of values, units or None)."""
    data = bytearray(96)

    def place(content):
        data.extend(bytes(-len(data) % 8))
        address = len(data)
        data.extend(content)
        return address

    links = [message(2, struct.pack("<BBQQ", 0, 0, UNDEFINED, UNDEFINED)), message(10, bytes(2))]
    for name, shape, values, units in arrays:
        kind, content = encoded(values)
        address = place(content)
        messages = [
            message(1, dataspace(shape)), message(3, kind), message(5, bytes([2, 2, 2, 0])),
            message(8, struct.pack("<BBQQ", 3, 1, address, len(content)))]
        if units:
            messages.append(attribute("units", units))
        label = name.encode()
        links.append(message(6, struct.pack("<BBB", 1, 0, len(label)) + label
                             + struct.pack("<Q", place(header(messages)))))
    root = place(header(links))
    data[:96] = (b"\x89HDF\r\n\x1a\n" + struct.pack("<8BHHI", 0, 0, 0, 0, 0, 8, 8, 0, 4, 16, 0)
                 + struct.pack("<QQQQ", 0, UNDEFINED, len(data), UNDEFINED)
                 + struct.pack("<QQII16x", 0, root, 0, 0))
    with open(path, "wb") as file:
        file.write(data)
