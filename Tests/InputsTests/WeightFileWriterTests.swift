import Foundation
import Inputs
import Testing

@Suite struct WeightFileWriterTests {
  func write(_ path: String) throws {
    let writer = try WeightFileWriter.create(path)
    try writer.setAttribute("synthetic", .number(1))
    try writer.setAttribute("layout", .text("OIHW"))
    try writer.writeFloat32("a/b/weight", dimensions: [5, 2, 3, 3], kernelsPerBlock: 2) { range in
      (range.lowerBound * 18..<range.upperBound * 18).map { Float($0) }
    }
    try writer.setAttribute("scheme", .text("trinär"), dataset: "a/b/weight")
    try writer.setAttribute("scale", .number(0.5), dataset: "a/b/weight")
    try writer.setAttribute("threshold", .numbers([1, 2, 3]), dataset: "a/b/weight")
    try writer.writeInt8(
      "a/c", dimensions: [4, 3], kernelsPerBlock: 3,
      compression: TensorCompression(level: 9, kernelsPerChunk: 2)
    ) { range in (range.lowerBound * 3..<range.upperBound * 3).map { Int8($0 - 6) } }
    try writer.finish()
  }

  @Test func roundTrip() throws {
    let folder = try Scratch()
    let path = folder.path("x.h5")
    try write(path)
    #expect(try folder.names() == ["x.h5"])
    let file = try WeightFile(path: path)
    #expect(file.isSynthetic)
    #expect(
      file.tensors == [
        TensorDescription(
          dataset: "a/b/weight", dimensions: [5, 2, 3, 3], elementType: .float32, layout: .oihw,
          scheme: "trinär", scale: [0.5], threshold: [1, 2, 3]),
        TensorDescription(
          dataset: "a/c", dimensions: [4, 3], elementType: .int8, layout: .oihw),
      ])
    #expect(try file.values("a/b/weight", layout: .oihw, block: 3) == (0..<90).map { Float($0) })
    #expect(try file.values("a/c", layout: .oihw) == (0..<12).map { Float($0 - 6) })
  }

  @Test func sameBytes() async throws {
    let folder = try Scratch()
    try write(folder.path("x.h5"))
    try await Task.sleep(for: .milliseconds(1100))
    try write(folder.path("y.h5"))
    let first = try Data(contentsOf: URL(fileURLWithPath: folder.path("x.h5")))
    #expect(try first == Data(contentsOf: URL(fileURLWithPath: folder.path("y.h5"))))
  }

  @Test func unfinishedLeavesNothing() throws {
    let folder = try Scratch()
    do {
      let writer = try WeightFileWriter.create(folder.path("x.h5"))
      #expect(try folder.names().count == 1)
      #expect(throws: InputError.self) {
        try writer.writeFloat32("a", dimensions: [1, 1], kernelsPerBlock: 1) { _ in [1, 2] }
      }
      #expect(throws: InputError.self) {
        try writer.writeFloat32("b", dimensions: [1 << 40, 1 << 40], kernelsPerBlock: 1) { _ in [] }
      }
      #expect(throws: InputError.self) {
        try writer.writeFloat32("c", dimensions: [-1, 1], kernelsPerBlock: 1) { _ in [] }
      }
      #expect(throws: InputError.self) {
        try writer.setAttribute("x", .number(1), dataset: "no/such")
      }
    }
    #expect(try folder.names().isEmpty)
  }

  @Test func finishingTwice() throws {
    let folder = try Scratch()
    let writer = try WeightFileWriter.create(folder.path("x.h5"))
    try writer.finish()
    #expect(throws: InputError.self) { try writer.finish() }
    #expect(try folder.names() == ["x.h5"])
  }

  @Test func impossiblePlaces() {
    #expect(throws: InputError.self) { try WeightFileWriter.create("/no/such/folder/x.h5") }
  }
}
