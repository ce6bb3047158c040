import Foundation
import Testing

// Are names of other people shown, and not obeyed?
@Suite struct NameTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// As written in YAML: it clears the screen, rings, breaks the line, turns the direction.
  private static let hostile = #"\e[2J\a\0x\ny\tz\u009b2J\u202e<b>|"#
  private static let shown = #"\u{1B}[2J\u{7}\0x\ny\tz\u{9B}2J\u{202E}"#

  private func workload() throws -> String {
    try scratch.file(
      "w.yaml", Small.workload(name: Self.hostile, layer: "=1+1" + Self.hostile))
  }

  /// Whether nothing in `text` is obeyed by a terminal, or turns what stands behind it.
  private func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      $0 == "\n" || !($0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0 == "\u{202E}")
    }
  }

  @Test(arguments: ["table", "markdown", "csv", "html", "json", "trace"])
  func controlCharactersAreShown(format: String) throws {
    let outcome = try Program.run(["run", "tpu-like", try workload(), "--format", format])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(isHarmless(outcome.text) || ["json", "trace"].contains(format))
    #expect(!outcome.text.contains("\u{1B}"))
    #expect(!outcome.text.contains("\0"))
    if !["json", "trace"].contains(format) { #expect(outcome.text.contains(Self.shown)) }
    // One layer: its row, and in the other formats a total.
    if format == "csv" { #expect(outcome.text.split(separator: "\n").count == 2) }
  }

  @Test func picturesAreWellFormed() throws {
    let folder = scratch.path("pictures")
    let outcome = try Program.run([
      "run", "tpu-like", try workload(), "-o", folder, "--format", "svg",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      #expect(isHarmless(String(decoding: data, as: UTF8.self)), "\(name)")
    }
  }

  @Test func messagesStayOnTheirLine() throws {
    let path = try scratch.file(
      "wrong.yaml",
      Small.workload().replacing("name: \"c\"", with: "\"\(Self.hostile)\": 1, name: c"))
    for line in [["check", path], ["run", "tpu-like", path]] {
      let outcome = try Program.run(line)
      #expect(outcome.code == 65)
      #expect(isHarmless(outcome.errors))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    for line in [["run", "\u{1B}[2J\u{202E}"], ["\u{1B}[2J"], ["check", "\u{1B}[2J.yaml"]] {
      let outcome = try Program.run(line)
      #expect(outcome.code != 0)
      #expect(isHarmless(outcome.errors), "\(outcome.errors)")
      #expect(!outcome.errors.isEmpty)
    }
  }

  @Test func formulasAreTexts() throws {
    for start in ["=", "+", "-", "@"] {
      let path = try scratch.file("w.yaml", Small.workload(layer: "\(start)1+cmd"))
      let outcome = try Program.run(["run", "tpu-like", path, "--format", "csv"])
      let row = try #require(outcome.text.split(separator: "\n").dropFirst().first)
      #expect(row.hasPrefix("'\(start)1+cmd,"), "\(row)")
      // Other formats have the name as it is.
      #expect(
        try Program.run(["run", "tpu-like", path, "--format", "json"]).text
          .contains("\"name\": \"\(start)1+cmd\""))
    }
    let path = try scratch.file("w.yaml", Small.workload(layer: "-5"))
    #expect(
      try Program.run(["run", "tpu-like", path, "--format", "csv"]).text.contains("\n-5,"))
  }

  @Test func anotherDirectory() throws {
    let script = "cd / && $U run tpu-like resnet20-cifar"
    let outcome = try Program.shell(script, in: "")
    #expect(outcome.code == 66)
    let errors = outcome.errors
    #expect(
      errors.hasPrefix(
        "tpu-like: no folder with arch/ and workloads/ was found from / upwards, nor at /")
        && errors.hasSuffix(
          "/share/umemaki; name one with --library FOLDER, or a file by its path\n"),
      "\(errors)")
    #expect(try Program.shell("cd / && $U list architectures", in: "").code == 66)
    let root = Program.root.path
    let named = try Program.shell(
      "cd / && $U run tpu-like resnet20-cifar --library \(root) --format csv", in: "")
    #expect(named.code == 0, "\(named.errors)")
    #expect(named.output == (try Program.run("run tpu-like resnet20-cifar --format csv")).output)
    let wrong = try Program.run(["run", "tpu-like", "tiny", "--library", scratch.path("none")])
    #expect(wrong.code == 66)
    #expect(
      wrong.errors == "\(scratch.path("none")): holds no folders arch/ and workloads/\n")
    for command in [
      "list workloads", "make-weights resnet20-cifar -o $D/w.h5",
      "profile sushi-analytic ofa-resnet50 --subnets 0.6B", "check \(root)/arch/tpu-like.yaml",
    ] {
      let outcome = try Program.shell(
        "cd / && $U \(command) --library \(root)", in: scratch.path("."))
      #expect(outcome.code == 0, "\(command): \(outcome.errors)")
    }
  }

  /// `--library`, then the environment, then beside the program, then from the working directory upwards.
  @Test func whereTheLibraryIs() throws {
    let root = Program.root.path
    let here = try Program.run("run tpu-like resnet20-cifar --format csv").output
    func run(_ words: String, in folder: String = "/") throws -> Outcome {
      try Program.shell("cd \(folder) && \(words)", in: scratch.path("."))
    }
    let question = "run tpu-like resnet20-cifar --format csv"
    #expect(try run("UMEMAKI_LIBRARY=\(root)/ $U \(question)").output == here)
    let wrong = try run("UMEMAKI_LIBRARY=/nowhere $U \(question)", in: root)
    #expect(wrong.code == 66)
    #expect(
      wrong.errors
        == "tpu-like: UMEMAKI_LIBRARY is /nowhere, which holds no folders arch/ and workloads/; name one "
        + "with --library FOLDER, or a file by its path\n")
    #expect(try run("UMEMAKI_LIBRARY=/nowhere $U \(question) --library \(root)").output == here)
    // As installed, with a clock of its own.
    let installed = try run(
      """
      set -e; mkdir -p $D/own/bin $D/own/share/umemaki
      ln $U $D/own/bin/umemaki 2>/dev/null || cp $U $D/own/bin/umemaki
      cp -r \(root)/arch \(root)/workloads $D/own/share/umemaki
      sed -i 's/^frequency: .*/frequency: 1 MHz/' $D/own/share/umemaki/arch/tpu-like.yaml
      $D/own/bin/umemaki \(question)
      """)
    #expect(installed.code == 0, "\(installed.errors)")
    #expect(installed.output != here)
    #expect(try run("$D/own/bin/umemaki \(question)", in: root).output == installed.output)
    #expect(
      try run("UMEMAKI_LIBRARY=\(root) $D/own/bin/umemaki \(question)").output == here)
  }
}
