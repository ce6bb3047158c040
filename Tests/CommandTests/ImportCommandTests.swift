import Foundation
import Testing

// `umemaki import` as a user calls it.
@Suite struct ImportCommandTests {
  private static let folder = "Tests/CommandTests/Import"

  /// Names, extents and multiply-accumulates of a run's layers.
  private func shapes(_ csv: Data) throws -> [[Substring]] {
    let lines = text(csv).split(separator: "\n").filter { !$0.hasPrefix("#") }
    let names = try #require(lines.first).split(separator: ",", omittingEmptySubsequences: false)
    let places = ["layer", "operator", "k", "c", "kernel", "map", "macs"].compactMap {
      names.firstIndex(of: $0[...])
    }
    #expect(places.count == 7)
    return lines.map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return places.map { cells[$0] }
    }
  }

  private func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

  @Test func anImportedModelIsCheckedAndRuns() throws {
    let scratch = try Scratch()
    let output = scratch.path("my-net.yaml")
    let imported = try Program.run([
      "import", "\(Self.folder)/mobilenetv2.onnx", "-o", output,
    ])
    #expect(imported.code == 0)
    #expect(imported.errors.isEmpty)
    #expect(text(imported.output).hasPrefix("my-net: 53 layers, 301 MMAC, 3,469,760 weights\n"))
    #expect(try Program.run(["check", output]).code == 0)
    let ours = try Program.run(["run", "tpu-like", output, "--format", "csv"])
    let builtIn = try Program.run(["run", "tpu-like", "mobilenetv2", "--format", "csv"])
    #expect(ours.code == 0)
    #expect(try shapes(ours.output) == shapes(builtIn.output))
  }

  @Test func importedWeightsAreRunAndQuantized() throws {
    let scratch = try Scratch()
    let (workload, weights) = (scratch.path("tiny.yaml"), scratch.path("tiny.h5"))
    let file = "\(Self.folder)/tiny-external.onnx"
    let imported = try Program.run(["import", file, "-o", workload, "--weights", weights])
    #expect(imported.code == 0)
    #expect(try Program.run(["run", "systolic-32-os", workload, "--weights", weights]).code == 0)
    let quantized = try Program.run([
      "quantize", weights, "-o", scratch.path("q.h5"), "--scheme", "binary", "--workload", workload,
    ])
    #expect(quantized.code == 0)
    #expect(text(quantized.output).contains("second.weight"))
    let again = scratch.path("again.h5")
    _ = try Program.run(["import", file, "-o", scratch.path("tiny.yaml"), "--weights", again])
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: weights))
        == Data(contentsOf: URL(fileURLWithPath: again)))
  }

  @Test func whatIsLeftOutIsSaidOnStandardError() throws {
    let scratch = try Scratch()
    let file = "\(Self.folder)/unsupported.onnx"
    let line = ["import", file, "-o", scratch.path("t.yaml"), "--name", "part"]
    #expect(try Program.run(line).code == 65)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("t.yaml")))
    let skipped = try Program.run(line + ["--skip-unsupported"])
    #expect(skipped.code == 0)
    let lines = skipped.errors.split(separator: "\n")
    #expect(
      lines.first == """
        \(file): at least 9.47 kMAC of 18.7 kMAC (50.7 %) in 4 operators left out, the MACs of 2 of \
        them are unknown; what remains is a part
        """)
    #expect(lines.count == 5)
    #expect(
      text(skipped.output) == """
        part: 1 layer, 9.22 kMAC, 144 weights
        operator  nodes       MACs  weights  became
        Conv          3  9.22 kMAC      144  convolution 1, left out 2 (9.22 kMAC and more, 144 weights)
        Einsum        1                      left out 1 (256 MAC)
        Relu          1                      relu 1
        Magic         1                      left out 1 (MACs unknown)

        """)
  }

  @Test func theTableSaysWhatBecameOfEachOperator() throws {
    let scratch = try Scratch()
    let file = "\(Self.folder)/transformer.onnx"
    let outcome = try Program.run([
      "import", file, "-o", scratch.path("t.yaml"), "--name", "attention", "--input-shape",
      "x=2x5x8",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(
      text(outcome.output) == """
        attention: 4 layers, 2.08 kMAC, 128 weights
        not modelled (assumed fused): Add 1, Transpose 1
        operator            nodes       MACs  weights  became
        MatMul                  4  2.08 kMAC      128  linear 2, matrix-product 2
        Add                     1                      fused
        Transpose               1                      fused
        Softmax                 1                      softmax 1
        LayerNormalization      1                      layer-normalization 1

        """)
    #expect(try Program.run(["run", "tpu-like", scratch.path("t.yaml")]).code == 0)
  }

  @Test func notesOnATopologyAreSaid() throws {
    let scratch = try Scratch()
    let outcome = try Program.run([
      "import", "\(Self.folder)/alexnet.csv", "-o", scratch.path("a.yaml"),
    ])
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("\"Conv1\": map of 224 x 224 extended to 227 x 227"))
    #expect(text(outcome.output) == "a: 8 layers, 1.14 GMAC, 62,367,776 weights\n")
  }

  @Test func everyReportOfAPartSaysSo() throws {
    let scratch = try Scratch()
    let part = scratch.path("part.yaml")
    let imported = try Program.run([
      "import", "\(Self.folder)/mostly-volumes.onnx", "-o", part, "--skip-unsupported",
    ])
    #expect(imported.code == 0)
    let share = "42.5 MMAC of 42.5 MMAC (99.9998 %) in 1 operator left out"
    #expect(imported.errors.contains(share))
    let warning = "the workload is a part of a network: \(share)"
    #expect(text(try Program.run(["check", part, "--resolved"]).output).contains("left_out:"))
    #expect(
      text(try Program.run(["run", "tpu-like", part]).output).contains("warning: " + warning))
    let stored = scratch.path("a.json")
    #expect(
      try Program.run(["run", "tpu-like", part, "--format", "json", "-o", stored]).code == 0)
    #expect(
      try String(contentsOf: URL(fileURLWithPath: stored), encoding: .utf8).contains(warning))
    let compared = text(try Program.run(["compare", stored, stored]).output)
    #expect(compared.contains("warning: first: " + warning))
    #expect(compared.contains("warning: second: " + warning))
    let sweep = try scratch.file(
      "s.yaml",
      """
      name: s
      summary: Batches of a part.
      source: "this project: a test"
      inference: {architecture: tpu-like, workload: "\(part)"}
      axes:
        - {name: batch, path: batch, values: [1, 2]}
      objectives: [latency]

      """)
    let swept = try Program.run(["sweep", sweep, "-o", scratch.path("swept")])
    #expect(swept.code == 0)
    #expect(text(swept.output).contains(warning))
  }

  /// A configuration becomes a design that runs, a workload goes out and comes back.
  @Test func configurationsAndWorkloadsGoBothWays() throws {
    let scratch = try Scratch()
    let configuration = try scratch.file(
      "c.cfg",
      """
      [architecture_presets]
      ArrayHeight: 32
      ArrayWidth: 32
      IfmapSramSzkB: 64
      FilterSramSzkB: 64
      OfmapSramSzkB: 64
      Dataflow: os
      [run_presets]
      InterfaceBandwidth: CALC

      """)
    let design = scratch.path("c.yaml")
    #expect(try Program.run(["import", configuration, "-o", design]).code == 0)
    #expect(try Program.run(["check", design]).code == 0)
    let table = scratch.path("net.csv")
    let exported = try Program.run(["export", "squeezenet", "-o", table])
    #expect(text(exported.output) == "squeezenet: 26 layers, 349 MMAC\n")
    #expect(
      exported.errors
        == "\(table): left out: no layers: relu 26, max-pool 3, concat 8, global-average-pool 1\n")
    let back = scratch.path("net.yaml")
    #expect(text(try Program.run(["import", table, "-o", back]).output).contains("349 MMAC"))
    let run = scratch.path("run.json")
    let ran = try Program.run(["run", design, back, "--format", "json", "-o", run])
    #expect(ran.code == 0)
    let report = try scratch.file(
      "COMPUTE_REPORT.csv",
      "LayerID, Total Cycles,\n" + (0..<26).map { "\($0), 100,\n" }.joined())
    let compared = try Program.run(["compare", run, report, "--format", "csv"])
    #expect(compared.code == 0)
    #expect(text(compared.output).contains("\ncycles,"))
    let short = try scratch.file("short.csv", "LayerID, Total Cycles,\n0, 100,\n")
    let refused = try Program.run(["compare", run, short])
    #expect(refused.code == 65)
    #expect(refused.errors.contains("says something of 1 layers, \(run) has 26"))
    #expect(try Program.run(["export", "squeezenet", "-o", scratch.path("net.txt")]).code == 64)
    #expect(try Program.run(["export", "no-such", "-o", table]).code == 66)
  }

  @Test func mergedLayersAreChecked() throws {
    let scratch = try Scratch()
    let merged = try scratch.file(
      "m.yaml",
      """
      base: &a {operator: convolution, input: [8, 16, 16], output_channels: 8, kernel: 3}
      name: t
      summary: t
      source: "t"
      layers:
        - {<<: *a, name: b}
        - {<<: *a, name: c, kernel: 5, padding: 2}

      """)
    #expect(text(try Program.run(["check", merged]).output) == "\(merged): workload, fine\n")
    let wrong = try scratch.file(
      "w.yaml",
      try String(contentsOf: URL(fileURLWithPath: merged), encoding: .utf8)
        .replacing("kernel: 3}", with: "kernel: 0}"))
    #expect(
      try Program.run(["check", wrong]).errors.hasPrefix(
        "\(wrong):1:82: layers[0].kernel: expected 1 to 1073741824, found 0"))
  }

  @Test func exitCodesAreTheUsualOnes() throws {
    let scratch = try Scratch()
    let file = "\(Self.folder)/tiny.onnx"
    let output = scratch.path("t.yaml")
    #expect(try Program.run(["import", scratch.path("no.onnx"), "-o", output]).code == 66)
    #expect(try Program.run(["import", scratch.path("no.csv"), "-o", output]).code == 66)
    #expect(try Program.run(["import", file]).code == 64)
    #expect(try Program.run(["import", file, "-o", output, "--input-shape", "x"]).code == 64)
    #expect(try Program.run(["import", file, "-o", output, "--input-shape", "x=1x0"]).code == 64)
    #expect(try Program.run(["import", file, "-o", scratch.path("no/t.yaml")]).code == 73)
    #expect(
      try Program.run(["import", file, "-o", output, "--weights", scratch.path("no/w.h5")]).code
        == 73)
    #expect(!FileManager.default.fileExists(atPath: output))
    #expect(text(try Program.run("help import").output).contains("umemaki import resnet50.onnx"))
  }
}
