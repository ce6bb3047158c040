import Foundation
import Inputs
import Networks
import Reports
import Testing
import WeightAnalysis

@testable import Studies

/// Weights of files that are not HDF5, and maps from layers to tensors.
@Suite struct ForeignWeightTests {
  private static let layer = Layer(
    name: "c1", operation: .convolution, kernels: 2, channels: 3, kernel: (1, 2), input: (4, 4))
  private static let network = Network(name: "t", subnet: nil, layers: [layer])

  /// A safetensors file: a length of eight bytes, a header, values.
  static func safetensors(_ header: String, _ values: [UInt8]) -> [UInt8] {
    let length = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
      + values
  }

  static func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
  }

  private func bound(_ path: String, _ network: Network = network) throws -> WeightBinding.Bound {
    try WeightBinding(WeightFile(path: path), layout: nil, allowsSlices: false).bind(network)
  }

  private func message(_ path: String, _ network: Network = network) -> String? {
    let error = #expect(throws: InputError.self) { try bound(path, network) }
    return error?.description.replacingOccurrences(of: path, with: "FILE")
  }

  private static let entry =
    #"{"__metadata__":{"format":"pt"},"c1.weight":{"dtype":"F32","shape":[2,3,1,2],"data_offsets":[0,48]}}"#

  @Test func safetensorsAreRead() throws {
    let scratch = try PeerScratch()
    let values: [Float] = [0, 1, 0, -2, 0, 3, 4, 0, 0, 0, 0, 5]
    try scratch.write("w.safetensors", Self.safetensors(Self.entry, Self.bytes(values)))
    let file = try WeightFile(path: scratch.path("w.safetensors"))
    #expect(file.tensors.map(\.layout) == [.oihw])
    var read: [Float] = []
    try file.read(
      file.tensors[0], layout: .oihw,
      slice: TensorShape(kernels: 2, channels: 3, rows: 1, columns: 2), kernelsPerBlock: 1
    ) { _, block in read += Array(block) }
    #expect(read == values)
    // A slice of the first channel of each kernel.
    read = []
    try file.read(
      file.tensors[0], layout: .oihw,
      slice: TensorShape(kernels: 2, channels: 1, rows: 1, columns: 2), kernelsPerBlock: 2
    ) { _, block in read += Array(block) }
    #expect(read == [0, 1, 4, 0])
    #expect(try bound(scratch.path("w.safetensors")).summaries.first??.density == 5 / 12)
  }

  /// 1, -0.5, 65504, the smallest half and zero; a bfloat16 is the upper half of a single.
  @Test func halvesAreRead() throws {
    let scratch = try PeerScratch()
    let halves: [UInt16] = [0x3C00, 0xB800, 0x7BFF, 0x0001]
    let upper: [UInt16] = [0x3F80, 0xC020]
    let header =
      #"{"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[1,2],"data_offsets":[8,12]},"#
      + #""c":{"dtype":"U8","shape":[2,2],"data_offsets":[12,16]},"d":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}"#
    let values = (halves + upper).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    try scratch.write("w.safetensors", Self.safetensors(header, values + [1, 2, 3, 4]))
    let file = try WeightFile(path: scratch.path("w.safetensors"))
    var read: [Float] = []
    for tensor in file.tensors {
      try file.read(
        tensor, layout: .oihw,
        slice: TensorShape(kernels: tensor.dimensions[0], channels: 2, rows: 1, columns: 1),
        kernelsPerBlock: 8
      ) { _, block in read += Array(block) }
    }
    #expect(read == [1, -0.5, 65504, 0x1p-24, 1, -2.5])
    #expect(file.others == ["d"])
    #expect(file.unsupported.map(\.reason) == ["holds U8, expected F16, BF16, F32, F64 or I8"])
  }

  @Test(arguments: [
    (
      #"{"c1.weight":{"dtype":"F32","shape":[2,3,1,2],"data_offsets":[0,44]}}"#,
      "FILE: c1.weight: its values take 48 bytes, `data_offsets` give it others"
    ),
    (
      #"{"c1.weight":{"dtype":"F32","shape":[2,3,1,4],"data_offsets":[0,96]}}"#,
      "FILE: c1.weight: its values lie beyond the end of the file, which is cut short"
    ),
    (
      #"{"c1.weight":{"dtype":"F32","shape":[2,-3],"data_offsets":[0,48]}}"#,
      "FILE: c1.weight: `shape`: expected whole numbers, found -3"
    ),
    (
      #"{"c1.weight":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,48]}}"#,
      "FILE: c1.weight: the dimensions overflow"
    ),
    (
      #"{"c1.weight":{"dtype":"Q4","shape":[2],"data_offsets":[0,48]}}"#,
      "FILE: c1.weight: has no known `dtype`"
    ),
    ("[1, 2]", "FILE: its header is no mapping"),
    (#"{"c1.weight": {"#, "FILE:1:16: no JSON: the file ends early, expected a key in quotes"),
  ])
  func wrongSafetensors(header: String, expected: String) throws {
    let scratch = try PeerScratch()
    try scratch.write(
      "w.safetensors", Self.safetensors(header, [UInt8](repeating: 0, count: 48)))
    #expect(message(scratch.path("w.safetensors")) == expected)
  }

  /// Cut at every place: an error with the file's name.
  @Test func safetensorsThatAreCutShort() throws {
    let scratch = try PeerScratch()
    let whole = Self.safetensors(Self.entry, Self.bytes([Float](repeating: 1, count: 12)))
    for count in stride(from: 0, to: whole.count, by: 7) {
      try scratch.write("w.safetensors", Array(whole[..<count]))
      #expect(message(scratch.path("w.safetensors"))?.hasPrefix("FILE: ") == true)
    }
  }

  /// The files of other programs, each with what to do about it.
  @Test(
    arguments: [
      (
        "w.gguf", Array("GGUF\u{3}\0\0\0".utf8),
        "FILE: is a GGUF file; expected HDF5, safetensors, .pt or .keras"
      ),
      (
        "w.npy", [0x93] + Array("NUMPY\u{1}\0".utf8),
        "FILE: is an array of NumPy; expected HDF5, safetensors, .pt or .keras"
      ),
      (
        "w.pt", [0x80, 2, 0x8A, 0x0A],
        "FILE: is a pickle of Python but no checkpoint of PyTorch, and pickles are programs that are not "
          + #"run here; `safetensors.torch.save_file(model.state_dict(), "model.safetensors")` writes a file that "#
          + "can be read"
      ),
      ("w.keras", Array("no zip".utf8), "FILE: is no ZIP archive, which a .keras file is"),
      ("w.h5", Array("no HDF5 at all".utf8), "FILE: is not an HDF5 file"),
    ] as [(String, [UInt8], String)])
  func filesOfOtherPrograms(name: String, bytes: [UInt8], expected: String) throws {
    let scratch = try PeerScratch()
    try scratch.write(name, bytes)
    #expect(message(scratch.path(name)) == expected)
  }

  // MARK: Archives

  static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A ZIP archive whose members are stored as they are.
  static func archive(_ members: [(String, [UInt8])], method: Int = 0) -> [UInt8] {
    var (bytes, directory) = ([UInt8](), [UInt8]())
    for (name, data) in members {
      let offset = bytes.count
      let common =
        little(method, 2) + little(0, 4) + little(0, 4) + little(data.count, 4)
        + little(data.count, 4) + little(name.utf8.count, 2)
      bytes +=
        [0x50, 0x4B, 3, 4] + little(20, 2) + little(0, 2) + common + little(0, 2) + Array(name.utf8)
        + data
      directory +=
        [0x50, 0x4B, 1, 2] + little(20, 2) + little(20, 2) + little(0, 2) + common + little(0, 2)
        + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(offset, 4)
        + Array(name.utf8)
    }
    let start = bytes.count
    return bytes + directory + [0x50, 0x4B, 5, 6] + little(0, 4) + little(members.count, 2)
      + little(members.count, 2) + little(directory.count, 4) + little(start, 4) + little(0, 2)
  }

  /// The weights within what `model.save("m.keras")` writes.
  private func weights(_ scratch: PeerScratch) throws -> [UInt8] {
    let writer = try WeightFileWriter.create(scratch.path("inner.h5"))
    try writer.writeFloat32("layers/c1/vars/0", dimensions: [1, 2, 3, 2], kernelsPerBlock: 8) {
      Array(repeating: 1, count: $0.count * 12)
    }
    try writer.finish()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("inner.h5"))))
  }

  @Test func archivesOfKerasAreRead() throws {
    let scratch = try PeerScratch()
    let inner = try weights(scratch)
    try scratch.write(
      "m.keras",
      Self.archive([("config.json", Array("{}".utf8)), ("model.weights.h5", inner)]))
    let summary = try bound(scratch.path("m.keras")).summaries.first.flatMap { $0 }
    #expect(summary?.dataset == "layers/c1/vars/0" && summary?.elements == 12)
    let file = try WeightFile(path: scratch.path("m.keras"))
    #expect(file.tensors.map(\.layout) == [.hwio])
  }

  /// Keras names groups by classes: `conv2d` and `conv2d_1` are the layers that its configuration lists.
  @Test func groupsOfKerasAreTheLayersOfItsConfiguration() throws {
    let scratch = try PeerScratch()
    let writer = try WeightFileWriter.create(scratch.path("inner.h5"))
    for name in ["conv2d", "conv2d_1", "depthwise_conv2d"] {
      try writer.writeFloat32(
        "layers/\(name)/vars/0", dimensions: [1, 2, 3, 2], kernelsPerBlock: 8
      ) {
        Array(repeating: 1, count: $0.count * 12)
      }
    }
    try writer.finish()
    let inner = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("inner.h5"))))
    let config = """
      {"class_name": "Functional", "config": {"layers": [
        {"class_name": "InputLayer", "config": {"name": "x"}},
        {"class_name": "Conv2D", "config": {"name": "stem"}},
        {"class_name": "DepthwiseConv2D", "config": {"name": "dw"}},
        {"class_name": "Conv2D", "config": {"name": "c1"}}]}}
      """
    try scratch.write(
      "m.keras",
      Self.archive([("config.json", Array(config.utf8)), ("model.weights.h5", inner)]))
    let file = try WeightFile(path: scratch.path("m.keras"))
    #expect(file.tensors.map(\.layer) == ["stem", "c1", "dw"])
    #expect(
      try bound(scratch.path("m.keras")).summaries.first??.dataset == "layers/conv2d_1/vars/0")
  }

  @Test func archivesOfOthersAreErrors() throws {
    let scratch = try PeerScratch()
    let inner = try weights(scratch)
    for (members, method, expected) in [
      (
        [("config.json", [UInt8]())], 0,
        "FILE: is a ZIP archive without model.weights.h5 of Keras or data.pkl of PyTorch"
      ),
      (
        [("archive/data.pkl", [0x80, 2])], 0,
        "FILE: archive/data.pkl: byte 2: no pickle of weights: it ends early"
      ),
      ([("a.npy", [0x93])], 0, "FILE: is an archive of NumPy"),
      (
        [("model.weights.h5", inner)], 8,
        "FILE: model.weights.h5: is compressed or larger than 4 GiB, which neither Keras nor"
      ),
      (
        [("model.weights.h5", Array("nothing".utf8))], 0,
        "FILE: model.weights.h5: is not an HDF5 file"
      ),
      ([("model.weights.h5", [UInt8]())], 0, "FILE: model.weights.h5: the file is empty"),
    ] {
      try scratch.write("m.keras", Self.archive(members, method: method))
      #expect(message(scratch.path("m.keras"))?.hasPrefix(expected) == true, "\(expected)")
    }
    let whole = Self.archive([("model.weights.h5", inner)])
    for count in stride(from: 4, to: whole.count, by: max(1, whole.count / 23)) {
      try scratch.write("m.keras", Array(whole[..<count]))
      #expect(message(scratch.path("m.keras"))?.hasPrefix("FILE: ") == true)
    }
  }

  // MARK: Maps and suggestions

  private func hdf5(_ scratch: PeerScratch) throws {
    let writer = try WeightFileWriter.create(scratch.path("w.h5"))
    for name in ["enc/first", "enc/second"] {
      try writer.writeFloat32(name, dimensions: [2, 3, 1, 2], kernelsPerBlock: 8) {
        Array(repeating: 1, count: $0.count * 6)
      }
    }
    try writer.writeFloat32("head", dimensions: [5, 4], kernelsPerBlock: 8) {
      Array(repeating: 1, count: $0.count * 4)
    }
    try writer.finish()
  }

  @Test func tensorsOfTheShapeAreNamed() throws {
    let scratch = try PeerScratch()
    try hdf5(scratch)
    #expect(
      message(scratch.path("w.h5"))
        == "FILE: no tensor for layer c1, expected a dataset `c1.weight` or `c1/kernel:0`; these have "
        + "its shape: `enc/first`, `enc/second`, a map says which (`weights: FILE`, `layers: {c1: "
        + "...}`); the file holds `enc/first` (2 x 3 x 1 x 2), `enc/second` (2 x 3 x 1 x 2) and `head` "
        + "(5 x 4)")
  }

  @Test func aMapSaysWhich() throws {
    let scratch = try PeerScratch()
    try hdf5(scratch)
    try scratch.write("map.yaml", "weights: w.h5\nlayers: {c1: enc/second}\n")
    let path = scratch.path("map.yaml")
    #expect(try bound(path).summaries.first??.dataset == "enc/second")
    #expect(WeightMap.files(at: path) == [path, scratch.path("w.h5")])
    for (text, expected) in [
      (
        "weights: w.h5\nlayers: {c1: enc/secnd}\n",
        "FILE:2:14: layers.c1: \(scratch.path("w.h5")) has no tensor `enc/secnd`, did you mean "
          + "`enc/second`?"
      ),
      (
        "weights: w.h5\nlayers: {c2: enc/second}\n",
        "FILE:2:14: layers.c2: the workload has no layer `c2`, did you mean `c1`?"
      ),
      ("layers: {c2: enc/second}\n", "FILE:1:1: missing key `weights`"),
      (
        "weights: w.h5\nlayers: [c1]\n",
        "FILE:2:9: layers: expected a mapping from layers to tensors"
      ),
      (
        "weights: w.h5\nlayout: HWOI\n",
        "FILE:2:9: layout: unknown value `HWOI`, did you mean `HWIO`?"
      ),
      (
        "weights: map.yaml\n",
        "FILE:1:1: weights: expected the path of a weight file, found `map.yaml`"
      ),
    ] {
      try scratch.write("map.yaml", text)
      let found = message(path)
      #expect(found == expected || found?.hasPrefix(expected) == true, "\(found ?? "")")
    }
  }
}
