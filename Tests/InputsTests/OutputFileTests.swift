import Foundation
import Inputs
import Testing

// Does a file appear whole or not at all?
@Suite struct OutputFileTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  @Test func anUnfinishedFileIsNone() throws {
    let path = folder.path("x")
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    do {
      let file = try OutputFile(path)
      try file.write("new")
      #expect(try folder.names().count == 2)
    }
    #expect(try folder.names() == ["x"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    let file = try OutputFile(path)
    try file.write("new")
    try file.write("er")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    try file.finish()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "newer")
    #expect(try folder.names() == ["x"])
    #expect(throws: InputError.self) { try file.finish() }
  }

  @Test func placesThatCannotHoldAFile() throws {
    try Data().write(to: URL(fileURLWithPath: folder.path("file")))
    for (path, words) in [
      ("", "is no file name"), (folder.path("x/"), "is the name of a folder"),
      (folder.path("."), "is a folder, name a file"),
      (folder.path("none/x"), "there is no folder \(folder.path("none"))"),
      (folder.path("file/x"), "cannot be written: there is no such folder"),
      ("a\0b", "is no file name"),
      (folder.path(String(repeating: "n", count: 300)), "cannot be written: the name is too long"),
    ] {
      let error = #expect(throws: InputError.self) { try OutputFile.write("", to: path) }
      #expect(error?.kind == .unwritable)
      #expect(error?.message == words)
    }
    #expect(try folder.names() == ["file"])
  }

  @Test func aLongNameIsNoHindrance() throws {
    // What grows has a name of its own, which may not be longer than names can be.
    let path = folder.path(String(repeating: "n", count: 255))
    try OutputFile.write("text", to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "text")
    let writer = try WeightFileWriter.create(path)
    try writer.finish()
    #expect(try WeightFile(path: path).tensors.isEmpty)
  }
}
