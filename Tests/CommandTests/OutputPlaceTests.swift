import Foundation
import Testing

// Is what stands where a file is to be written kept, replaced whole, or written through?
@Suite struct OutputPlaceTests {
  private let scratch: Scratch
  private let workload: String

  init() throws {
    scratch = try Scratch()
    workload = try scratch.file("tiny.yaml", Small.workload())
  }

  private func run(_ output: String, _ more: String...) throws -> Outcome {
    try Program.run(["run", "tpu-like", workload, "-o", output] + more)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func folder(_ name: String, with file: String? = nil) throws -> String {
    let path = scratch.path(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    if let file { try Data("notes".utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)")) }
    return path
  }

  static let formats = ["table", "json", "csv", "markdown", "html", "hdf5", "svg", "trace"]

  @Test(arguments: formats)
  func aFolderIsNeverReplaced(format: String) throws {
    let folder = try folder("kept", with: "notes.txt")
    let outcome = try run(folder, "--format", format)
    #expect(outcome.code == 73)
    #expect(outcome.errors.hasPrefix("\(folder): "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try text(folder + "/notes.txt") == "notes")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["notes.txt"])
  }

  @Test func neitherByAnyOtherCommand() throws {
    let folder = try folder("kept", with: "notes.txt")
    let sweep = try scratch.file("sweep.yaml", Small.sweep(workload: workload))
    let (stored, weights) = (scratch.path("stored"), scratch.path("w.h5"))
    #expect(try Program.run(["sweep", sweep, "-o", stored, "--quiet"]).code == 0)
    #expect(try Program.run(["make-weights", workload, "-o", weights]).code == 0)
    let lines = [
      ["report", stored, "--format", "csv"], ["report", stored, "--format", "hdf5"],
      ["report", stored, "--format", "markdown"], ["make-weights", workload],
      ["quantize", weights, "--scheme", "ternary"], ["analyze", weights],
      ["profile", "sushi-analytic", "ofa-resnet50", "--subnets", "0.6B"],
      ["profile", "sushi-analytic", "ofa-resnet50", "--subnets", "0.6B", "--format", "hdf5"],
      ["import", "Tests/CommandTests/Errors/columns.csv"], ["sweep", sweep], ["merge", stored],
    ]
    for line in lines {
      let outcome = try Program.run(line + ["-o", folder])
      #expect(outcome.code == 73 || line[0] == "merge" && outcome.code == 65, "\(line)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder) == ["notes.txt"], "\(line)")
    }
    // Over the sweep itself as well, with all that lies beside it.
    let outcome = try Program.run(["report", stored, "--format", "csv", "-o", stored])
    #expect(outcome.code == 73)
    #expect(outcome.errors == "\(stored): is a folder, name a file\n")
    #expect(try Program.run(["report", stored]).code == 0)
  }

  @Test func picturesAreWrittenAgain() throws {
    let folder = scratch.path("pictures")
    #expect(try run(folder, "--format", "svg").code == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count > 1)
    #expect(try run(folder, "--format", "svg").code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == names.sorted())
  }

  @Test func aLinkStaysAndWhatItNamesIsReplaced() throws {
    let target = try scratch.file("target", "old")
    let (link, second, dangling) = (
      scratch.path("link"), scratch.path("second"), scratch.path("dangling")
    )
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: link, withDestinationPath: "target")
    try manager.createSymbolicLink(atPath: second, withDestinationPath: link)
    try manager.createSymbolicLink(atPath: dangling, withDestinationPath: "made")
    for path in [second, dangling] { #expect(try run(path, "--format", "json").code == 0) }
    #expect(try manager.destinationOfSymbolicLink(atPath: link) == "target")
    #expect(try manager.destinationOfSymbolicLink(atPath: second) == link)
    #expect(try text(target).contains("umemaki.run/1"))
    #expect(try text(scratch.path("made")).contains("umemaki.run/1"))
    try manager.createSymbolicLink(
      atPath: scratch.path("around"), withDestinationPath: "around")
    #expect(try run(scratch.path("around")).code == 73)
    // HDF5 follows links too.
    #expect(try run(link, "--format", "hdf5").code == 0)
    #expect(try manager.destinationOfSymbolicLink(atPath: link) == "target")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: target)).prefix(4) == Data([137, 72, 68, 70]))
  }

  @Test(arguments: ["json", "hdf5"])
  func permissionsStay(format: String) throws {
    let path = try scratch.file("private", "old")
    try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: path)
    #expect(try run(path, "--format", format).code == 0)
    let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(found as? Int == 0o604)
  }

  @Test func aFIFOIsWrittenThrough() throws {
    let script = """
      mkfifo $D/fifo
      cat $D/fifo > $D/got &
      $U run tpu-like \(workload) --format csv -o $D/fifo; code=$?
      wait
      test -p $D/fifo && exit $code
      """
    let outcome = try Program.shell(script, in: scratch.path("."))
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try text(scratch.path("got")) == run("/dev/stdout", "--format", "csv").text)
  }

  @Test func whatNobodyReadsIsAnError() throws {
    let outcome = try Program.shell(
      "mkfifo $D/fifo; $U run tpu-like \(workload) -o $D/fifo", in: scratch.path("."))
    #expect(outcome.code == 73)
    #expect(outcome.errors.hasSuffix("/fifo: cannot be written: nobody reads from it\n"))
  }

  @Test func devicesAreWrittenThrough() throws {
    #expect(try run("/dev/null").code == 0)
    let attributes = try FileManager.default.attributesOfItem(atPath: "/dev/null")
    #expect(attributes[.type] as? FileAttributeType == .typeCharacterSpecial)
    let full = try run("/dev/full")
    #expect(full.code == 73)
    #expect(full.errors == "/dev/full: cannot be written: the disk is full\n")
    for line in [
      ["run", "tpu-like", workload, "--format", "hdf5"], ["make-weights", workload],
    ] {
      let outcome = try Program.run(line + ["-o", "/dev/null"])
      #expect(outcome.code == 73)
      #expect(
        outcome.errors == "/dev/null: is a device or a FIFO, HDF5 needs a regular file\n")
    }
  }

  @Test func theStandardOutputHasAName() throws {
    let plain = try Program.run(["run", "tpu-like", workload, "--format", "csv"])
    let script = "$U run tpu-like \(workload) --format csv -o /dev/stdout | cat"
    #expect(try Program.shell(script, in: "").output == plain.output)
    let file = scratch.path("appended")
    let append =
      "echo first > \(file); $U run tpu-like \(workload) --format csv -o /dev/fd/1 >> \(file)"
    #expect(try Program.shell(append, in: "").code == 0)
    #expect(try text(file) == "first\n" + plain.text)
  }

  @Test func placesThatCannotBeWrittenAreTheSameErrorEverywhere() throws {
    let weights = scratch.path("w.h5")
    #expect(try Program.run(["make-weights", workload, "-o", weights]).code == 0)
    let place = scratch.path("none/x")
    for line in [
      ["run", "tpu-like", workload], ["run", "tpu-like", workload, "--format", "hdf5"],
      ["make-weights", workload], ["quantize", weights, "--scheme", "ternary"],
      ["analyze", weights], ["import", "Tests/CommandTests/Errors/columns.csv"],
      ["profile", "sushi-analytic", "ofa-resnet50"],
    ] {
      let outcome = try Program.run(line + ["-o", place])
      #expect(outcome.code == 73, "\(line)")
      #expect(
        outcome.errors == "\(place): there is no folder \(scratch.path("none"))\n", "\(line)")
    }
  }

  /// Under another path, by a link, and in every format that a command has.
  @Test func whatIsReadIsNeverReplaced() throws {
    let weights = scratch.path("w.h5")
    #expect(try Program.run(["make-weights", workload, "-o", weights]).code == 0)
    let stored = scratch.path("run.json")
    #expect(try run(stored, "--format", "json").code == 0)
    let sweep = try scratch.file("sweep.yaml", Small.sweep(workload: workload))
    let folder = scratch.path("swept")
    #expect(try Program.run(["sweep", sweep, "-o", folder, "--quiet"]).code == 0)
    let (store, manifest) = (folder + "/store.sqlite", folder + "/manifest.json")
    let link = scratch.path("link.yaml")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: workload)
    for (arguments, input, output) in [
      (["run", "tpu-like", workload], workload, workload),
      (["run", "tpu-like", workload], workload, link),
      (["run", "tpu-like", workload], workload, scratch.path("swept/../tiny.yaml")),
      (["run", "tpu-like", workload, "--weights", weights, "--format", "hdf5"], weights, weights),
      (["quantize", weights, "--scheme", "ternary"], weights, weights),
      (["analyze", weights, "--format", "hdf5"], weights, weights),
      (["make-weights", workload], workload, workload),
      (["compare", stored, stored], stored, stored),
      (["report", stored, "--format", "html"], stored, stored),
      (["report", folder, "--format", "csv"], store, store),
      (["report", folder, "--format", "csv"], manifest, manifest),
    ] {
      let before = try Data(contentsOf: URL(fileURLWithPath: input))
      let outcome = try Program.run(arguments + ["-o", output])
      #expect(outcome.code == 73, "\(arguments) \(outcome.errors)")
      #expect(outcome.errors == "\(output): is read by this command, name another file\n")
      #expect(try Data(contentsOf: URL(fileURLWithPath: input)) == before)
    }
  }

  @Test func aSignalLeavesNothingBehind() throws {
    // Long enough to be met while it writes.
    let layer =
      "{name: c, operator: convolution, input: [512, 64, 64], output_channels: 4096, kernel: 3}"
    let large = try scratch.file(
      "large.yaml",
      Small.workload().replacing(
        "{name: \"c\", operator: convolution, input: [3, 8, 8], output_channels: 4, kernel: 3, padding: 1}",
        with: layer))
    let folder = try folder("interrupted")
    let script = """
      $U make-weights \(large) -o $D/w.h5 & process=$!
      for try in $(seq 500); do test -n "$(ls -A $D)" && break; sleep 0.01; done
      ls -A $D; kill -TERM $process; wait $process; echo $?; ls -A $D
      """
    let outcome = try Program.shell(script, in: folder)
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 2 && lines.first?.hasSuffix(".partial") == true, "\(outcome.text)")
    #expect(lines.last == "143")
  }

  @Test func aNameDecidesTheFormat() throws {
    let starts = [
      "a.json": "{", "a.csv": "layer", "a.md": "# ", "a.html": "<!DOCTYPE html>",
      "a.h5": "\u{FFFD}HDF", "A.HTML": "<!DOCTYPE html>", "a.txt": "tiny on", "a": "tiny on",
    ]
    for (name, start) in starts {
      let path = scratch.path(name)
      #expect(try run(path).code == 0, "\(name)")
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(String(decoding: data.prefix(40), as: UTF8.self).hasPrefix(start), "\(name)")
    }
    #expect(try run(scratch.path("a.svg")).code == 0)
    #expect(!(try FileManager.default.contentsOfDirectory(atPath: scratch.path("a.svg"))).isEmpty)
    // What is said counts more.
    #expect(try run(scratch.path("b.html"), "--format", "csv").code == 0)
    #expect(try text(scratch.path("b.html")).hasPrefix("layer"))
    let table = scratch.path("table.h5")
    let profile = ["profile", "sushi-analytic", "ofa-resnet50", "--subnets", "0.6B", "-o", table]
    #expect(try Program.run(profile).code == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: table)).prefix(4) == Data([137, 72, 68, 70]))
  }

  @Test func everyFormatIsListed() throws {
    let listed = try Program.run("list formats").text
    for format in Self.formats {
      #expect(listed.contains("\n\(format) ") || listed.hasPrefix(format))
    }
  }
}
