import Foundation
import Testing

@testable import Documents

/// Commands about codecs, updates, stitches, probes and shared arrays.
struct KernelCommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func succeed(_ words: [String]) throws -> Outcome {
    let outcome = try Program.run(words)
    #expect(outcome.code == 0, "\(words): \(outcome.errors)")
    return outcome
  }

  @Test func codedWeightsAreWrittenReadAndMoved() throws {
    let (plain, coded, later) = (
      scratch.path("w.h5"), scratch.path("a.h5"), scratch.path("b.h5")
    )
    _ = try succeed(["make-weights", "resnet20-cifar", "-o", plain])
    for (path, entries) in [(coded, "8"), (later, "4")] {
      let said = try succeed([
        "quantize", plain, "-o", path, "--scheme", "codebook", "--entries", entries, "--prune",
        "0.5", "--workload", "resnet20-cifar",
      ])
      #expect(said.text.contains("codebook, 50.0 % non-zero"))
    }
    let delta = scratch.path("delta.json")
    _ = try succeed(["delta", coded, later, "--format", "json", "-o", delta])
    let document = try DeltaDocument(fileAt: delta)
    #expect(document.tensors.count == 20 && document.updateBytes <= document.wholeBytes)
    let nothing = scratch.path("nothing.json")
    _ = try succeed(["delta", coded, coded, "--format", "json", "-o", nothing])
    #expect(try DeltaDocument(fileAt: nothing).updateBytes == 0)
    let codecs = scratch.path("codecs.json")
    _ = try succeed(["codecs", plain, "--entries", "2,8", "--format", "json", "-o", codecs])
    let trials = try CodecsDocument(fileAt: codecs).trials
    #expect(trials.count == 8)
    // A design without a decoder moves them plain, one with it moves fewer bytes.
    func bytes(_ architecture: String) throws -> Int {
      let path = scratch.path("\(architecture).json")
      _ = try succeed([
        "run", architecture, "resnet20-cifar", "--weights", coded, "--format", "json", "-o", path,
      ])
      let totals = try RunDocument(fileAt: path).totals
      return totals.dramReadBytes
    }
    let (without, with) = (try bytes("sushi-analytic"), try bytes("sushi-coded"))
    #expect(with < without)
    let analysis = scratch.path("analysis.json")
    _ = try succeed(["analyze", coded, "--format", "json", "-o", analysis])
    let tensors = try AnalysisDocument(fileAt: analysis).tensors
    #expect(tensors.count { $0.scheme == "codebook" } == 18)
  }

  @Test func stitchesAreWrittenAndRead() throws {
    let path = scratch.path("stitch.json")
    _ = try succeed([
      "stitch", "resnet20-cifar", "resnet56-cifar", "--on", "systolic-32-os", "--by", "energy",
      "--format", "json", "-o", path,
    ])
    let document = try StitchDocument(fileAt: path)
    // 9 and 27 blocks.
    #expect(document.stitches.count == 8 * 26)
    #expect(document.stitches.allSatisfy { $0.gamma == nil && $0.kept == nil })
    #expect(try Program.run(["stitch", "vgg16", "vgg16", "--on", "tpu-like"]).code == 65)
  }

  @Test func layersShareAnArray() throws {
    let scenario = try scratch.file(
      "s.yaml",
      """
      name: small
      summary: Two tenants.
      source: made for the test
      architecture: systolic-32-ws
      tenants:
        - {workload: resnet20-cifar, arrivals: {kind: poisson, rate: 2 kHz}, queries: 20, latency: 2 ms}
        - {workload: resnet20-cifar, arrivals: {kind: poisson, rate: 2 kHz}, queries: 20, latency: 2 ms}
      runs:
        - {name: slices, dispatch: {kind: time-sliced}}
        - {name: parts, dispatch: {kind: partitioned}}
        - {name: packed, dispatch: {kind: coalesced, window: 10 us, max_pack: 2}}
      """)
    let path = scratch.path("sharing.json")
    _ = try succeed(["serve", scenario, "--format", "json", "-o", path])
    let runs = try SharedArrayDocument(fileAt: path).runs
    #expect(runs.map(\.queries) == [40, 40, 40])
    #expect(Set(runs.map(\.layers)).count == 1)
    #expect(runs[2].layersPerStart >= 1 && runs[0].layersPerStart == 1)
    let resolved = try succeed(["check", scenario, "--resolved"])
    let again = try scratch.file("again.yaml", resolved.text)
    #expect(try succeed(["check", again, "--resolved"]).text == resolved.text)
    let refused = try Program.run(["serve", scenario, "--bound"])
    #expect(refused.code == 65 && refused.errors.contains("--bound: is for scenarios of networks"))
  }

  /// Documents of codecs, updates, stitches, probes and shared arrays are made again from their inputs.
  @Test func documentsAreMadeAgain() throws {
    let (plain, coded) = (scratch.path("w.h5"), scratch.path("c.h5"))
    _ = try succeed(["make-weights", "resnet20-cifar", "-o", plain])
    _ = try succeed([
      "quantize", plain, "-o", coded, "--scheme", "codebook", "--entries", "4", "--workload",
      "resnet20-cifar",
    ])
    let scenario = try scratch.file(
      "s.yaml",
      """
      name: small
      summary: One tenant.
      source: made for the test
      architecture: systolic-32-ws
      tenants:
        - {workload: resnet20-cifar, arrivals: {kind: poisson, rate: 2 kHz}, queries: 5, latency: 2 ms}
      runs:
        - {name: slices, dispatch: {kind: time-sliced}}
      """)
    for (name, words) in [
      ("codecs", ["codecs", plain, "--entries", "2", "--prune", "0"]),
      ("delta", ["delta", coded, coded]),
      ("stitch", ["stitch", "resnet20-cifar", "resnet20-cifar", "--on", "systolic-32-os"]),
      ("sharing", ["serve", scenario]),
    ] {
      let path = scratch.path("\(name)-again.json")
      _ = try succeed(words + ["--format", "json", "-o", path])
      let again = try succeed(["rerun", path, "--strict", "--format", "csv"])
      #expect(again.errors == "\(path): every input and every figure is as stored\n")
    }
  }
}
