import Foundation
import Inputs
import Testing

/// Checkpoints of PyTorch and weights in several files, made here byte by byte.
@Suite struct CheckpointTests {
  /// Writes the instructions of a pickle of protocol 2.
  private struct Writer {
    var bytes: [UInt8] = [0x80, 2]

    mutating func op(_ letter: Character) { bytes += Array(String(letter).utf8) }

    mutating func text(_ text: String) {
      bytes += [0x58] + ForeignWeightTests.little(text.utf8.count, 4) + Array(text.utf8)
    }

    mutating func name(_ module: String, _ name: String) {
      bytes += Array("c\(module)\n\(name)\n".utf8)
    }

    mutating func number(_ value: Int) { bytes += [0x4A] + ForeignWeightTests.little(value, 4) }

    mutating func tuple(_ values: [Int]) {
      op("(")
      for value in values { number(value) }
      op("t")
    }

    mutating func emptyOrdered() {
      name("collections", "OrderedDict")
      op(")")
      op("R")
    }

    /// `(storage, offset, extents, steps, False, OrderedDict())`.
    mutating func arguments(
      _ key: String, _ kind: String = "FloatStorage", values: Int, offset: Int = 0,
      _ extents: [Int], _ steps: [Int], isOld: Bool = false
    ) {
      op("(")
      op("(")
      text("storage")
      name("torch", kind)
      text(key)
      text("cpu")
      number(values)
      if isOld { op("N") }
      op("t")
      op("Q")
      number(offset)
      tuple(extents)
      tuple(steps)
      bytes.append(0x89)
      emptyOrdered()
      op("t")
    }

    /// A call of `_rebuild_tensor_v2`.
    mutating func tensor(
      _ key: String, _ kind: String = "FloatStorage", values: Int, offset: Int = 0,
      _ extents: [Int], _ steps: [Int], isOld: Bool = false
    ) {
      name("torch._utils", "_rebuild_tensor_v2")
      arguments(key, kind, values: values, offset: offset, extents, steps, isOld: isOld)
      op("R")
    }

    mutating func pair(_ key: String, _ value: (inout Writer) -> Void) {
      for letter in "](" { op(letter) }
      text(key)
      value(&self)
      op("e")
    }

    mutating func set(_ key: String, _ value: (inout Writer) -> Void) {
      text(key)
      value(&self)
      op("s")
    }
  }

  private static func pickle(_ body: (inout Writer) -> Void) -> [UInt8] {
    var writer = Writer()
    body(&writer)
    writer.op(".")
    return writer.bytes
  }

  private static let counted = (0..<12).map(Float.init)

  /// A state of two tensors, the second one stored with its last extent first, and a number.
  private static let state = pickle { writer in
    writer.emptyOrdered()
    writer.set("c1.weight") { $0.tensor("0", values: 12, [2, 3, 1, 2], [6, 2, 2, 1]) }
    writer.set("fc.weight") { $0.tensor("0", values: 12, offset: 4, [2, 4], [1, 2]) }
    writer.set("c1.bias") { $0.tensor("1", "HalfStorage", values: 2, [2], [1]) }
    writer.set("steps") { $0.tensor("2", "LongStorage", values: 4, [2, 2], [2, 1]) }
  }

  private static func archive(_ pickle: [UInt8], _ more: [(String, [UInt8])] = []) -> [UInt8] {
    ForeignWeightTests.archive(
      [
        ("net/data.pkl", pickle), ("net/byteorder", Array("little".utf8)),
        ("net/data/0", ForeignWeightTests.bytes(counted)), ("net/data/1", [0, 0x3C, 0, 0xB8]),
        ("net/data/2", [UInt8](repeating: 0, count: 32)),
      ] + more)
  }

  private func read(_ file: WeightFile, _ index: Int) throws -> [Float] {
    let tensor = file.tensors[index]
    let shape = try #require(WeightLayout.oihw.shape(of: tensor.dimensions))
    var values: [Float] = []
    try file.read(tensor, layout: .oihw, slice: shape, kernelsPerBlock: 1) { _, block in
      values += Array(block)
    }
    return values
  }

  private func message(_ path: String) -> String? {
    let error = #expect(throws: InputError.self) { try WeightFile(path: path) }
    return error?.description.replacingOccurrences(of: path, with: "FILE")
  }

  @Test func aStateIsRead() throws {
    let scratch = try PeerScratch()
    try scratch.write("w.pt", Self.archive(Self.state))
    let file = try WeightFile(path: scratch.path("w.pt"))
    #expect(file.tensors.map(\.dataset) == ["c1.weight", "fc.weight"])
    #expect(file.tensors.map(\.layout) == [.oihw, .oihw])
    #expect(try read(file, 0) == Self.counted)
    // Two rows that lie next to one another, from the fifth value on.
    #expect(try read(file, 1) == [4, 6, 8, 10, 5, 7, 9, 11])
    #expect(file.others == ["c1.bias"])
    #expect(file.unsupported.map(\.dataset) == ["steps"])
    #expect(file.unsupported.map(\.reason) == ["holds I64, expected F16, BF16, F32, F64 or I8"])
  }

  /// A mapping around the state, and a module: its parameters and those of the modules within it.
  @Test func namesAreThoseOfTheState() throws {
    let scratch = try PeerScratch()
    let whole = Self.pickle { writer in
      writer.op("}")
      writer.set("state_dict") { writer in
        writer.emptyOrdered()
        writer.set("a.weight") { $0.tensor("0", values: 12, [3, 4], [4, 1]) }
        writer.set("b.weight") { writer in
          writer.name("torch._tensor", "_rebuild_from_type_v2")
          writer.op("(")
          writer.name("torch._utils", "_rebuild_tensor_v2")
          writer.name("torch.nn.parameter", "Parameter")
          writer.arguments("0", values: 12, [4, 3], [3, 1])
          writer.op("}")
          writer.op("t")
          writer.op("R")
        }
      }
      writer.set("optimizer") { writer in
        writer.op("}")
        writer.set("state") { writer in
          writer.op("}")
          writer.number(0)
          writer.op("}")
          writer.set("exp_avg") { $0.tensor("0", values: 12, [3, 4], [4, 1]) }
          writer.op("s")
        }
      }
      writer.set("model") { writer in
        writer.name("nets", "Net")
        writer.op(")")
        writer.bytes.append(0x81)
        writer.op("}")
        writer.set("training") { $0.bytes.append(0x89) }
        writer.set("_modules") { writer in
          writer.op("}")
          writer.set("stem") { writer in
            writer.name("torch.nn", "Conv2d")
            writer.op(")")
            writer.bytes.append(0x81)
            writer.op("}")
            writer.set("_parameters") { writer in
              writer.op("}")
              writer.set("weight") { writer in
                writer.name("torch._utils", "_rebuild_parameter")
                writer.op("(")
                writer.tensor("0", values: 12, [3, 4], [4, 1])
                writer.bytes.append(0x88)
                writer.emptyOrdered()
                writer.op("t")
                writer.op("R")
              }
            }
            writer.op("b")
          }
        }
        writer.op("b")
      }
    }
    try scratch.write("w.pt", Self.archive(whole))
    let file = try WeightFile(path: scratch.path("w.pt"))
    #expect(
      file.tensors.map(\.dataset) == [
        "model.stem.weight", "optimizer/state/0/exp_avg", "state_dict/a.weight",
        "state_dict/b.weight",
      ])
  }

  /// Before PyTorch 1.6: five pickles, and behind them each storage with the number of its values.
  @Test func oldFilesAreRead() throws {
    let scratch = try PeerScratch()
    let magic: [UInt8] =
      [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    let version = Self.pickle { $0.number(1001) }
    let system = Self.pickle { writer in
      writer.op("}")
      writer.set("little_endian") { $0.bytes.append(0x88) }
    }
    // Python 2 makes the mapping of a list of pairs.
    let state = Self.pickle { writer in
      writer.name("collections", "OrderedDict")
      for letter in "(](" { writer.op(letter) }
      writer.pair("c1.weight") {
        $0.tensor("77", values: 12, [2, 3, 1, 2], [6, 2, 2, 1], isOld: true)
      }
      writer.pair("b.weight") {
        $0.tensor("9", "HalfStorage", values: 2, [1, 2], [2, 1], isOld: true)
      }
      for letter in "etR" { writer.op(letter) }
    }
    let keys = Self.pickle { writer in
      writer.op("]")
      writer.op("(")
      writer.text("77")
      writer.text("9")
      writer.op("e")
    }
    let whole =
      magic + version + system + state + keys + ForeignWeightTests.little(12, 8)
      + ForeignWeightTests.bytes(Self.counted) + ForeignWeightTests.little(2, 8) + [
        0, 0x3C, 0, 0xB8,
      ]
    try scratch.write("w.pth", whole)
    let file = try WeightFile(path: scratch.path("w.pth"))
    #expect(file.tensors.map(\.dataset) == ["b.weight", "c1.weight"])
    #expect(try read(file, 0) == [1, -0.5])
    #expect(try read(file, 1) == Self.counted)
    for count in stride(from: 16, to: whole.count, by: 5) {
      try scratch.write("w.pth", Array(whole[..<count]))
      #expect(message(scratch.path("w.pth"))?.hasPrefix("FILE: ") == true)
    }
    let other = Self.pickle { writer in
      writer.op("}")
      writer.set("little_endian") { $0.bytes.append(0x89) }
    }
    try scratch.write("w.pth", magic + version + other + state + keys)
    #expect(
      message(scratch.path("w.pth"))
        == "FILE: its values have their high byte first, which is not read")
  }

  /// Pickles that call anything, and tensors that do not fit what they are made of.
  @Test func wrongCheckpoints() throws {
    let scratch = try PeerScratch()
    func tensor(_ extents: [Int], _ steps: [Int], offset: Int = 0, key: String = "0") -> [UInt8] {
      Self.pickle { writer in
        writer.op("}")
        writer.set("a") { $0.tensor(key, values: 12, offset: offset, extents, steps) }
      }
    }
    // A call of anything else stays a call.
    let call = Self.pickle { writer in
      writer.name("os", "system")
      writer.op("(")
      writer.text("false")
      writer.op("t")
      writer.op("R")
    }
    var nested = Writer()
    nested.op(")")
    nested.bytes += [UInt8](repeating: 0x85, count: 100_000) + [0x2E]
    // Every list holds the one before it twice.
    var doubled = Writer()
    doubled.op(")")
    for _ in 0..<40 { doubled.bytes += [0x32, 0x86] }
    doubled.op(".")
    for (pickle, expected) in [
      (call, "FILE: is a checkpoint of PyTorch without tensors"),
      (tensor([3, 5], [5, 1]), "FILE: a: its values lie beyond its storage"),
      (tensor([3, 4], [4, 1], offset: 1), "FILE: a: its values lie beyond its storage"),
      (tensor([2, 2], [0x7FFF_FFFF, 1]), "FILE: a: its values lie beyond its storage"),
      (
        tensor([3, 4], [4]),
        "FILE: net/data.pkl: `a`: no tensor of a storage, an offset, extents and steps"
      ),
      (
        tensor([3, -4], [4, 1]),
        "FILE: net/data.pkl: `a`: no tensor of a storage, an offset, extents and steps"
      ),
      (tensor([3, 4], [4, 1], key: "5"), "FILE: net/data/5: is not in the archive"),
      ([0x80, 2, 0x28], "FILE: net/data.pkl: byte 3: no pickle of weights: it ends early"),
      (
        [0x80, 2, 0x2E],
        "FILE: net/data.pkl: byte 2: no pickle of weights: takes more than there is"
      ),
      (
        [0x80, 2, 0x68, 7],
        "FILE: net/data.pkl: byte 2: no pickle of weights: recalls what was not stored"
      ),
      (
        [0x80, 2, 0x82, 7],
        "FILE: net/data.pkl: byte 2: no pickle of weights: the instruction 0x82, which no weights need"
      ),
      (
        [0x80, 2, 0x4E, 0x4E, 0x61, 0x2E],
        "FILE: net/data.pkl: byte 4: no pickle of weights: appends to what is no list"
      ),
      (nested.bytes, "FILE: net/data.pkl: values deeper than 64 within one another"),
      (doubled.bytes, "FILE: net/data.pkl: names more than 1048576 values"),
    ] {
      try scratch.write("w.pt", Self.archive(pickle))
      #expect(message(scratch.path("w.pt")) == expected)
    }
    try scratch.write("w.pt", Self.archive(tensor([1 << 30, 1 << 30], [0, 0])))
    let file = try WeightFile(path: scratch.path("w.pt"))
    #expect(
      file.unsupported.map(\.reason) == [
        "has more elements than values, `contiguous()` copies them"
      ])
  }

  /// Bytes of the pickle changed at random: an error with the file's name or a list of tensors.
  @Test func damagedCheckpoints() throws {
    let scratch = try PeerScratch()
    var random = SystemIndependentRandom(state: 20_261_129)
    for round in 0..<400 {
      var bytes = Self.state
      for _ in 0...random.next(below: 3) {
        bytes[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
      }
      try scratch.write("w.pt", Self.archive(bytes))
      do {
        let file = try WeightFile(path: scratch.path("w.pt"))
        for index in file.tensors.indices { _ = try read(file, index) }
      } catch let error as InputError {
        #expect(
          error.description.hasPrefix(scratch.path("w.pt")),
          "seed 20261129, round \(round): \(error)")
      }
    }
  }

  /// A list that grows value by value takes time in proportion.
  @Test func longListsAreRead() throws {
    let scratch = try PeerScratch()
    let pairs = (0..<200_000).flatMap { _ in [0x4E, 0x61] as [UInt8] }
    try scratch.write("w.pt", Self.archive([0x80, 2, 0x5D] + pairs + [0x2E]))
    #expect(message(scratch.path("w.pt")) == "FILE: is a checkpoint of PyTorch without tensors")
  }

  // MARK: Several files

  private static func shard(_ name: String, _ values: [Float]) -> [UInt8] {
    ForeignWeightTests.safetensors(
      #"{"__metadata__":{"format":"pt"},"\#(name)":{"dtype":"F32","shape":[\#(values.count / 2),2],"data_offsets":[0,\#(values.count * 4)]}}"#,
      ForeignWeightTests.bytes(values))
  }

  private static let one = "model-00001-of-00002.safetensors"
  private static let two = "model-00002-of-00002.safetensors"

  @Test func severalFilesAreOne() throws {
    let scratch = try PeerScratch()
    try scratch.write(Self.one, Self.shard("b.weight", [1, 2, 3, 4]))
    try scratch.write(Self.two, Self.shard("a.weight", [5, 6]))
    try scratch.write(
      "model.safetensors.index.json",
      Array(
        #"{"metadata":{"total_size":24},"weight_map":{"a.weight":"\#(Self.two)","b.weight":"\#(Self.one)"}}"#
          .utf8))
    let path = scratch.path("model.safetensors.index.json")
    let file = try WeightFile(path: path)
    #expect(file.tensors.map(\.dataset) == ["a.weight", "b.weight"])
    #expect(try read(file, 0) == [5, 6])
    #expect(try read(file, 1) == [1, 2, 3, 4])
    // What a run depends on: the index, and the files that it names.
    #expect(WeightMap.files(at: path) == [path, scratch.path(Self.one), scratch.path(Self.two)])
    try scratch.write("map.yaml", Array("weights: model.safetensors.index.json\n".utf8))
    #expect(WeightMap.files(at: scratch.path("map.yaml")).count == 4)
    #expect(try WeightFile(path: scratch.path("map.yaml")).tensors.count == 2)
  }

  @Test(arguments: [
    (
      #"{"a": 1}"#, "FILE:1:1: expected a mapping `weight_map` from tensors to files of safetensors"
    ),
    (
      #"{"weight_map": {}}"#,
      "FILE:1:16: expected a mapping `weight_map` from tensors to files of safetensors"
    ),
    (
      #"{"weight_map": {"b.weight": 3}}"#,
      "FILE:1:29: weight_map.b.weight: expected the name of a file of safetensors beside the index, found 3"
    ),
    (
      #"{"weight_map": {"b.weight": "../w.safetensors"}}"#,
      "FILE:1:29: weight_map.b.weight: expected the name of a file of safetensors beside the index, found "
        + "`../w.safetensors`"
    ),
    (
      #"{"weight_map": {"c.weight": "w.safetensors"}}"#,
      "FILE: weight_map: w.safetensors holds a tensor `b.weight`, which the index does not list"
    ),
    (
      #"{"weight_map": {"b.weight": "w.safetensors", "c.weight": "w.safetensors"}}"#,
      "FILE:1:58: weight_map.c.weight: w.safetensors has no such tensor"
    ),
    (#"{"weight_map": {"#, "FILE:1:17: no JSON: the file ends early, expected a key in quotes"),
  ])
  func wrongIndices(text: String, expected: String) throws {
    let scratch = try PeerScratch()
    try scratch.write("w.safetensors", Self.shard("b.weight", [1, 2]))
    try scratch.write("m.safetensors.index.json", Array(text.utf8))
    #expect(message(scratch.path("m.safetensors.index.json")) == expected)
  }

  @Test func aMissingFileIsNamed() throws {
    let scratch = try PeerScratch()
    try scratch.write(
      "m.safetensors.index.json", Array(#"{"weight_map": {"b": "no.safetensors"}}"#.utf8))
    #expect(
      message(scratch.path("m.safetensors.index.json"))
        == "\(scratch.path("no.safetensors")): no such file"
    )
  }

  /// xorshift64, Marsaglia 2003.
  private struct SystemIndependentRandom {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
  }
}
