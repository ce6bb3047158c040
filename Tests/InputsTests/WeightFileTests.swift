import Foundation
import Inputs
import Testing

func fixture(_ name: String) -> String {
  Bundle.module.bundlePath + "/Fixtures/" + name
}

extension WeightFile {
  func tensor(_ name: String) throws -> TensorDescription {
    try #require(tensors.first { $0.dataset == name })
  }

  func values(
    _ name: String, layout: WeightLayout, slice: TensorShape? = nil, block: Int = 1
  ) throws -> [Float] {
    let tensor = try tensor(name)
    let shape = try #require(slice ?? layout.shape(of: tensor.dimensions))
    var values: [Float] = []
    let size = shape.channels * shape.rows * shape.columns
    try read(tensor, layout: layout, slice: shape, kernelsPerBlock: block) { first, piece in
      #expect(values.count == first * size)
      values += piece
    }
    return values
  }
}

@Suite struct WeightFileTests {
  func message(_ name: String) -> String {
    do {
      _ = try WeightFile(path: fixture(name))
      return "opened"
    } catch {
      return error.description.replacingOccurrences(of: fixture(""), with: "")
    }
  }

  @Test func listing() throws {
    let file = try WeightFile(path: fixture("types.h5"))
    #expect(
      file.tensors.map(\.dataset) == [
        "big16", "big32", "big64", "f16", "f32", "f64", "i8", "packed",
      ])
    #expect(
      file.tensors.map(\.elementType) == [
        .float16, .float32, .float64, .float16, .float32, .float64, .int8, .float32,
      ])
    #expect(file.tensors.allSatisfy { $0.dimensions == [2, 3, 3, 3] && $0.layout == nil })
    #expect(file.others == ["bias", "step"])
    #expect(!file.isSynthetic)
    let due = "expected float16, float32, float64 or int8"
    #expect(
      file.unsupported == [
        UnsupportedDataset(dataset: "dangling", reason: "is a soft link"),
        UnsupportedDataset(dataset: "flags", reason: "holds an enumeration, \(due)"),
        UnsupportedDataset(dataset: "hollow", reason: "has a dimension of 0"),
        UnsupportedDataset(dataset: "int32", reason: "holds int32, \(due)"),
        UnsupportedDataset(dataset: "outside", reason: "is an external link"),
        UnsupportedDataset(dataset: "pairs", reason: "holds compound values, \(due)"),
        UnsupportedDataset(dataset: "rank3", reason: "has rank 3, expected 2 or 4"),
        UnsupportedDataset(dataset: "rank5", reason: "has rank 5, expected 2 or 4"),
        UnsupportedDataset(dataset: "soft", reason: "is a soft link"),
        UnsupportedDataset(dataset: "uint8", reason: "holds uint8, \(due)"),
        UnsupportedDataset(dataset: "words", reason: "holds text, \(due)"),
      ])
  }

  @Test(arguments: ["f16", "f32", "f64", "big16", "big32", "big64", "packed"], [1, 2, 100])
  func wholeTensors(_ name: String, _ block: Int) throws {
    let file = try WeightFile(path: fixture("types.h5"))
    #expect(try file.values(name, layout: .oihw, block: block) == (0..<54).map { Float($0) })
  }

  @Test func bytes() throws {
    let file = try WeightFile(path: fixture("types.h5"))
    #expect(try file.values("i8", layout: .oihw) == (0..<54).map { Float($0 - 27) })
  }

  @Test func attributes() throws {
    let file = try WeightFile(path: fixture("layouts.h5"))
    #expect(file.isSynthetic)
    let dense = try file.tensor("dense")
    #expect(dense.layout == .oihw)
    #expect(dense.scheme == "ternary")
    #expect(dense.scale == [0.5])
    #expect(dense.threshold == [0.25, 0.75])
    #expect(try file.tensor("hwio").layout == .hwio)
    #expect(try file.tensor("hwio_dense").layout == .hwio)
  }

  @Test(arguments: [1, 2, 3, 4]) func slices(_ block: Int) throws {
    let file = try WeightFile(path: fixture("layouts.h5"))
    // hwio[r, s, c, k] = r * 24 + s * 8 + c * 4 + k; the middle is r = s = 1.
    let middle = TensorShape(kernels: 3, channels: 2, rows: 1, columns: 1)
    #expect(
      try file.values("hwio", layout: .hwio, slice: middle, block: block) == [
        32, 36, 33, 37, 34, 38,
      ])
    var expected: [Float] = []
    for k in 0..<4 {
      for c in 0..<2 {
        for r in 0..<3 { for s in 0..<3 { expected.append(Float(r * 24 + s * 8 + c * 4 + k)) } }
      }
    }
    #expect(try file.values("hwio", layout: .hwio, block: block) == expected)
    // oihw[k, c, r, s] = k * 50 + c * 25 + r * 5 + s; 2 x 3 of 5 x 5 begins at row 1, column 1.
    let part = TensorShape(kernels: 2, channels: 1, rows: 2, columns: 3)
    #expect(
      try file.values("oihw", layout: .oihw, slice: part, block: block) == [
        6, 7, 8, 11, 12, 13, 56, 57, 58, 61, 62, 63,
      ])
    let two = TensorShape(kernels: 2, channels: 2, rows: 1, columns: 1)
    #expect(try file.values("dense", layout: .oihw, slice: two, block: block) == [0, 1, 2, 3])
    #expect(try file.values("hwio_dense", layout: .hwio, slice: two, block: block) == [0, 3, 1, 4])
  }

  @Test func slicesTooLarge() throws {
    let file = try WeightFile(path: fixture("layouts.h5"))
    let error = #expect(throws: InputError.self) {
      try file.values(
        "oihw", layout: .oihw, slice: TensorShape(kernels: 4, channels: 3, rows: 1, columns: 1))
    }
    #expect(error?.message == "has 2 channels, cannot take 3")
    let negative = #expect(throws: InputError.self) {
      try file.values(
        "oihw", layout: .oihw, slice: TensorShape(kernels: 0, channels: 1, rows: 1, columns: 1))
    }
    #expect(negative?.message == "has 4 kernels, cannot take 0")
    let stale = TensorDescription(dataset: "oihw", dimensions: [9, 9], elementType: .float32)
    #expect(throws: InputError.self) {
      try file.read(
        stale, layout: .oihw, slice: TensorShape(kernels: 9, channels: 9, rows: 1, columns: 1),
        kernelsPerBlock: 1
      ) { _, _ in }
    }
    let absent = TensorDescription(dataset: "absent", dimensions: [9, 9], elementType: .float32)
    #expect(throws: InputError.self) {
      try file.read(
        absent, layout: .oihw, slice: TensorShape(kernels: 9, channels: 9, rows: 1, columns: 1),
        kernelsPerBlock: 1
      ) { _, _ in }
    }
  }

  @Test func keras() throws {
    let file = try WeightFile(path: fixture("keras.h5"))
    #expect(file.tensors.map(\.dataset) == ["model_weights/conv1/conv1/kernel:0"])
    #expect(file.tensors[0].layout == .hwio)
    #expect(file.others == ["model_weights/conv1/conv1/bias:0"])
  }

  @Test func pytorch() throws {
    let file = try WeightFile(path: fixture("pytorch.h5"))
    #expect(file.tensors.map(\.dataset) == ["fc.weight", "layer1.0.conv1.weight"])
    #expect(file.tensors.allSatisfy { $0.layout == nil })
  }

  @Test(arguments: [
    ("bad_layout.h5", "conv/weight: attribute `layout` is `NCHW`, expected OIHW or HWIO"),
    ("bad_attribute.h5", "conv/weight: attribute `scale` is not a number"),
    ("huge.h5", "conv: the dimensions overflow"),
    ("truncated.h5", "cannot be opened, the file is truncated or damaged"),
    ("not_hdf5.h5", "is not an HDF5 file"),
    ("empty.h5", "the file is empty"),
    ("none.h5", "no such file"),
  ]) func wrongFiles(_ name: String, _ expected: String) {
    #expect(message(name) == "\(name): \(expected)")
  }

  @Test func directories() {
    let error = #expect(throws: InputError.self) { try WeightFile(path: fixture("")) }
    #expect(error?.kind == .unreadable)
    #expect(error?.message == "is a directory, not a file")
    let missing = #expect(throws: InputError.self) { try WeightFile(path: fixture("none.h5")) }
    #expect(missing?.kind == .unreadable)
  }

  /// A sample of damaged bytes gives an answer or an error, every shorter length an error.
  @Test func damage() throws {
    let folder = try Scratch()
    let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("keras.h5")))
    let path = folder.path("x.h5")
    for place in stride(from: 0, to: whole.count, by: 61) {
      var bytes = whole
      bytes[place] ^= 0xFF
      try bytes.write(to: URL(fileURLWithPath: path))
      if let file = try? WeightFile(path: path) {
        for tensor in file.tensors { _ = try? file.values(tensor.dataset, layout: .hwio) }
      }
      try whole.prefix(place).write(to: URL(fileURLWithPath: path))
      #expect(throws: InputError.self) { try WeightFile(path: path) }
    }
  }

  @Test func manyAtOnce() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let file = try WeightFile(path: fixture("types.h5"))
          #expect(try file.values("packed", layout: .oihw) == (0..<54).map { Float($0) })
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func bodyErrorsPass() throws {
    let file = try WeightFile(path: fixture("pytorch.h5"))
    #expect(throws: OwnError.self) {
      try file.read(
        file.tensors[0], layout: .oihw,
        slice: TensorShape(kernels: 1, channels: 1, rows: 1, columns: 1), kernelsPerBlock: 1
      ) { _, _ in throw OwnError() }
    }
  }
}
