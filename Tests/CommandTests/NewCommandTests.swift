import Foundation
import Testing

// Does every file that `umemaki new` writes say what is right, and does it run?
@Suite struct NewCommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Every kind of array that a file may name.
  static let datapaths: [String] = {
    let lines = (try? Program.run("list datapaths").text) ?? ""
    return lines.split(separator: "\n").compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
  }()

  /// Writes a file as `new WORDS` does, checks it and runs every command that is said to try it out.
  private func start(_ words: String, file: String) throws -> Outcome {
    try Program.shell(
      """
      set -e
      cd "$D"
      export UMEMAKI_LIBRARY='\(Program.root.path)'
      "$U" new \(words) >said
      sed -n 's/^  umemaki //p' said >commands
      "$U" check '\(file)'
      while read -r line; do eval "\\"\\$U\\" $line" >out; done <commands
      cat out
      """, in: scratch.path(""))
  }

  /// The schema that the first line of a file names, seen from its folder.
  private func hasSchema(_ name: String) throws -> Bool {
    let text = try String(contentsOfFile: scratch.path(name), encoding: .utf8)
    let mark = "# yaml-language-server: $schema="
    let line = try #require(text.split(separator: "\n").first)
    #expect(line.hasPrefix(mark))
    let path = scratch.path(String(line.dropFirst(mark.count)))
    return FileManager.default.fileExists(atPath: path)
  }

  @Test func thereAreArrays() { #expect(Self.datapaths.count >= 6) }

  @Test(arguments: datapaths)
  func everyArrayStarts(datapath: String) throws {
    let outcome = try start("architecture mine-1 --datapath \(datapath)", file: "mine-1.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.text.hasPrefix("mine-1.yaml: architecture, fine\n"))
    #expect(outcome.text.contains("resnet20-cifar on mine-1"))
    #expect(try hasSchema("mine-1.yaml"))
    let resolved = try Program.shell(
      "\"$U\" check \"$D/mine-1.yaml\" --resolved", in: scratch.path(""))
    #expect(resolved.code == 0 && resolved.text.contains("kind: \(datapath)"))
  }

  @Test func aWorkloadStarts() throws {
    let outcome = try start("workload net", file: "net.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.text.contains("net on nvdla-large") && outcome.text.contains("stage1.0.conv1"))
    #expect(try hasSchema("net.yaml"))
  }

  @Test func aScenarioStarts() throws {
    let outcome = try start("scenario stream", file: "stream.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.text.contains("fcfs cached / fcfs"))
    #expect(try hasSchema("stream.yaml"))
  }

  @Test func aSweepStarts() throws {
    let outcome = try start("sweep space", file: "space.yaml")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.text.contains("15 of 15: 15 ok"))
    #expect(try hasSchema("space.yaml"))
  }

  @Test func nothingIsOverwrittenUnasked() throws {
    let path = try scratch.file("kept.yaml", "kept\n")
    let words = ["new", "workload", "kept", "-o", path]
    let refused = try Program.run(words)
    #expect(refused.code == 73)
    #expect(
      refused.errors == "\(path): is there already; --force replaces it, -o names another file\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept\n")
    #expect(try Program.run(words + ["--force"]).code == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("name: \"kept\""))
  }

  @Test(arguments: [
    (
      "new architecture a", 64,
      "Error: an architecture needs --datapath, one of dot-product-array, systolic-array, "
        + "sparse-repetition-array, sparse-gemm-array, row-stationary-array, tensor-core-array\n"
    ),
    ("new workload a --datapath systolic-array", 64, "Error: --datapath is for an architecture\n"),
    (
      "new network a", 64,
      "Error: unknown kind `network`, expected one of architecture, workload, scenario, sweep\n"
    ),
    (
      "new architecture a-none --datapath systolic-aray", 65,
      "--datapath: no array `systolic-aray` to start with, did you mean `systolic-array`?\n"
    ),
    (
      "new workload a:b", 65,
      "NAME: expected a name of up to 100 letters, digits, `-`, `_` and `.` that begins with a letter "
        + "or a digit, found `a:b`\n"
    ),
    ("new sweep a -o no-such-folder/a.yaml", 73, "no-such-folder/a.yaml: "),
  ])
  func whatIsWrongIsRefused(words: String, code: Int, message: String) throws {
    let outcome = try Program.run(words)
    #expect(outcome.code == Int32(code) && outcome.output.isEmpty, "\(words)")
    #expect(outcome.errors.hasPrefix(message), "\(words): \(outcome.errors)")
  }
}
