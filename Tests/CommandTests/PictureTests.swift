import Foundation
import Testing

/// Pages and pictures that the program writes.
@Suite struct PictureTests {
  @Test func svgWritesAFilePerPicture() throws {
    let scratch = try Scratch()
    let folder = scratch.path("pictures")
    let outcome = try Program.run(
      ["run", "sushi-zcu104", "resnet20-cifar", "--format", "svg", "-o", folder])
    #expect(outcome.code == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(
      names == [
        "energy.svg", "layer-energy.svg", "layer-latency.svg", "roofline.svg", "tiles-1.svg",
        "tiles-2.svg", "timeline.svg",
      ])
  }

  @Test func theProgramMakesPagesWhereverItIsCopied() throws {
    let scratch = try Scratch()
    let program: URL = try #require(Program.executable)
    let copy = URL(fileURLWithPath: scratch.path("umemaki"))
    try FileManager.default.copyItem(at: program, to: copy)
    let process = Process()
    process.executableURL = copy
    process.currentDirectoryURL = Program.root
    let page = scratch.path("run.html")
    process.arguments = ["run", "sushi-zcu104", "resnet20-cifar", "--format", "html", "-o", page]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let text = try String(contentsOfFile: page, encoding: .utf8)
    #expect(text.hasPrefix("<!DOCTYPE html>"))
    #expect(text.components(separatedBy: "<svg ").count == 8)
    #expect(text.hasSuffix("</html>\n"))
  }

  @Test func everyFormatIsListedAndWritten() throws {
    let scratch = try Scratch()
    let list = try Program.run("list formats")
    let names = String(decoding: list.output, as: UTF8.self).split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(
      names == ["table", "json", "csv", "markdown", "html", "svg", "hdf5", "trace"])
    for name in names {
      let path = scratch.path(name)
      let outcome = try Program.run(
        ["run", "sushi-zcu104", "resnet20-cifar", "--format", name, "-o", path])
      #expect(outcome.code == 0, "\(name): \(outcome.errors)")
      #expect(FileManager.default.fileExists(atPath: path), "\(name)")
    }
    let unknown = try Program.run("run sushi-zcu104 resnet20-cifar --format none")
    #expect(unknown.code == 64)
    // A trace is no report, but of two commands only.
    #expect(names.dropLast().allSatisfy { unknown.errors.contains($0) })
  }

  @Test func aPipeGetsNoBars() throws {
    let outcome = try Program.run("run sushi-zcu104 resnet20-cifar")
    let text = String(decoding: outcome.output, as: UTF8.self)
    #expect(!text.contains("\u{2588}"))
  }
}
