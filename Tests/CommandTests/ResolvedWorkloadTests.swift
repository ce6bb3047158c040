import Foundation
import Testing

// Is what `check --resolved` prints of a workload a file of the same network?
@Suite struct ResolvedWorkloadTests {
  @Test(arguments: Program.names(in: "workloads", ending: "yaml"))
  func aPrintedWorkloadReadsBack(name: String) throws {
    let first = try Program.run(["check", "workloads/\(name).yaml", "--resolved"])
    try #require(first.code == 0, "\(first.errors)")
    let scratch = try Scratch()
    let text = String(decoding: first.output, as: UTF8.self)
    let again = try Program.run(["check", try scratch.file("\(name).yaml", text), "--resolved"])
    #expect(again.code == 0, "\(again.errors)")
    #expect(String(decoding: again.output, as: UTF8.self) == text)
  }

  /// Both forms of a list, what is full precision, and names that need quotes.
  @Test(arguments: [
    """
    full_precision: ["a: b"]
    connected: false
    layers:
      - {name: "a: b", operator: convolution, input: [3, 8, 8], output_channels: 8, kernel: [3, 1], padding: [[0, 1], 0]}
      - {name: c, operator: transposed-convolution, input: [7, 8, 8], output_channels: 8, kernel: 3, stride: 2, output_padding: 1}
      - {name: d, operator: fully-connected, input: [7, 2, 2], output_channels: 8}
    """,
    """
    full_precision: []
    layers:
      - {name: a, operator: convolution, input: [16, 8, 8], output_channels: 64}
      - {name: b, operator: fully-connected, input: [80, 7, 7], output_channels: 8}
    """,
    """
    full_precision: [x.0.conv]
    input: [4, 8, 8]
    outputs: [x, "a: b"]
    blocks:
      one:
        - {name: conv, operator: convolution, output_channels: 4, groups: $groups}
        - {operator: silu}
    layers:
      - {name: x, block: one, repeat: 2, with: {groups: 2}}
      - {name: "a: b", operator: concat, from: [x, input, x.0]}
    """,
  ])
  func bothFormsReadBack(lines: String) throws {
    let scratch = try Scratch()
    let path = try scratch.file("w.yaml", "name: w\nsummary: s.\nsource: t\n\(lines)\n")
    let first = try Program.run(["check", path, "--resolved"])
    try #require(first.code == 0, "\(first.errors)")
    let text = String(decoding: first.output, as: UTF8.self)
    #expect(text.contains("full_precision: ["))
    let again = try Program.run(["check", try scratch.file("v.yaml", text), "--resolved"])
    #expect(String(decoding: again.output, as: UTF8.self) == text, "\(again.errors)")
  }
}
