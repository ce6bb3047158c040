import Components
import Inputs
import Networks
import Testing

@testable import Importing

/// One small model for every form of an operator, with sums by hand.
@Suite struct ImportedFormTests {
  /// What a model is: its multiply-accumulates and its weights.
  struct Form: CustomTestStringConvertible, Sendable {
    let name: String
    let macs: Int
    let weights: Int
    var testDescription: String { name }

    init(_ name: String, macs: Int, weights: Int) {
      (self.name, self.macs, self.weights) = (name, macs, weights)
    }
  }

  /// Windows: results times taps times channels of a group; a transposed convolution counts the zeros
  /// between elements.
  static let windows = [
    Form("conv-dilated", macs: 32 * 32 * 216, weights: 8 * 27),
    Form("conv-strides", macs: 15 * 30 * 216, weights: 216),
    Form("conv-same", macs: 10_838_016, weights: 32 * 27),
    Form("conv-same-lower", macs: 16 * 16 * 108, weights: 4 * 27),
    Form("conv-uneven", macs: 17 * 17 * 168, weights: 6 * 4 * 7),
    Form("conv-line", macs: 100 * 4608, weights: 32 * 16 * 9),
    Form("conv-line-batch", macs: 3 * 10 * 96, weights: 8 * 4 * 3),
    Form("conv-batch", macs: 5 * 36 * 72, weights: 4 * 18),
    Form("conv-depthwise-batch", macs: 5 * 36 * 36, weights: 36),
    Form("conv-volume", macs: 4 * 4 * 4 * 648, weights: 8 * 81),
    Form("conv-volume-batch", macs: 2 * 4 * 8 * 8 * 216, weights: 4 * 2 * 27),
    Form("transposed", macs: 16 * 16 * 216, weights: 4 * 6 * 9),
    Form("transposed-shape", macs: 16 * 16 * 384, weights: 4 * 6 * 16),
    Form("transposed-same", macs: 16 * 36, weights: 4 * 3 * 3),
    Form("qlinear-conv", macs: 36 * 72, weights: 72),
    Form("fused-conv", macs: 64 * 72, weights: 72),
    Form("nhwc-conv", macs: 64 * 72, weights: 72),
    Form("resize-computed", macs: 64 * 8, weights: 8),
  ]

  /// Products: rows times depth times columns, of every group.
  static let products = [
    Form("dynamic-quantize", macs: 16 * 64, weights: 64),
    Form("n-bits", macs: 16 * 2048, weights: 64 * 32),
    Form("q-gemm", macs: 3 * 32, weights: 32),
    Form("matmul-stack", macs: 3 * 5 * 32, weights: 3 * 32),
    Form("matmul-left", macs: 5 * 32, weights: 32),
    Form("matmul-activations", macs: 2 * 6 * 5 * 8 * 7, weights: 0),
    Form("fused-matmul", macs: 2 * 5 * 8 * 7, weights: 0),
    Form("einsum-scores", macs: 2 * 3 * 5 * 7 * 4, weights: 0),
    Form("einsum-weights", macs: 10 * 96, weights: 8 * 12),
    Form("skip-norm", macs: 16 * 32, weights: 32),
    // Two sequences of 6: 8 x 24 weights for each token, scores and values of 8 features.
    Form("attention", macs: 2 * (6 * 192 + 6 * 6 * 16), weights: 192),
    // 4 heads of 6 queries over 10 keys of 4 and values of 3 features.
    Form("attention-23", macs: 4 * 6 * 10 * 7, weights: 0),
    Form("multi-head", macs: 6 * 10 * 16, weights: 0),
    // 9 tokens through 8 x 24 weights; two sequences of at most 6 tokens, scores and values of 8 features.
    Form("packed-attention", macs: 9 * 192 + 2 * 36 * 16, weights: 192),
    Form("packed-multi-head", macs: 2 * 36 * 16, weights: 0),
    // 4 heads of 5 queries over 7 + 5 keys of 4 features, twice.
    Form("group-query", macs: 4 * 5 * 12 * 4 * 2, weights: 0),
  ]

  /// Mixtures of four experts, whose matrices have 96 weights: every token through those that it takes.
  ///
  /// Where tokens take fewer experts than there are, the others are not read. The gate of the last one
  /// doubles its first matrix, and two of the experts are read again for a second token.
  static let experts = [
    Form("experts", macs: 6 * 2 * 192, weights: 4 * 192),
    Form("experts-gated", macs: 2 * 288, weights: 2 * 288),
    Form("experts-4-bits", macs: 6 * 288, weights: 6 * 288),
  ]

  /// Windows or rows times values times sines and cosines: 17 frequencies of 32 values, 11 of 20, and 32
  /// of 20 complex ones that zeros make 32.
  static let transforms = [
    Form("stft", macs: 3 * 32 * 34, weights: 32 * 34),
    Form("stft-batch", macs: 2 * 3 * 32 * 34, weights: 32 * 34),
    Form("dft", macs: 20 * 22, weights: 20 * 22),
    Form("dft-complex", macs: 3 * 40 * 64, weights: 40 * 64),
  ]

  /// Graphs within graphs, and recurrences.
  static let graphs = [
    Form("lstm", macs: 2 * 5 * 2 * 16 * 7, weights: 2 * 16 * 7),
    Form("gru", macs: 5 * 12 * 7, weights: 12 * 7),
    Form("if-known", macs: 16 * 64, weights: 64),
    Form("if-unknown", macs: 16 * 64, weights: 64),
    Form("loop", macs: 3 * 2 * 64, weights: 64),
    Form("scan", macs: 4 * 2 * 48 + 4 * 2 * 30, weights: 48 + 30),
    Form("function", macs: 64 * 8 + 36 * 72, weights: 8 + 72),
    // A batch of 64 sequences of 2,048 tokens, which are 131,072 rows.
    Form("many-rows", macs: 131_072 * 16, weights: 16),
    // Sums that are all made of one map, which is read once.
    Form("sums", macs: 16 * 64, weights: 64),
  ]

  @Test(arguments: windows + products + experts + transforms + graphs)
  func everyFormHasItsSums(form: Form) throws {
    let imported = try ImportFixtures.read("forms/\(form.name).onnx")
    let layers = try ImportFixtures.layers(imported)
    #expect(layers.reduce(0) { $0 + $1.macs } == form.macs)
    #expect(layers.reduce(0) { $0 + $1.storedWeights } == form.weights)
    #expect(
      imported.yaml.contains(
        "# Kept: \(form.macs) multiply-accumulates and \(form.weights) weights\n"))
  }

  /// The branch that is taken is said, and why.
  @Test(arguments: [
    ("if-known", #"graph.node[3] (If): its condition is known, `then_branch` is taken"#),
    (
      "if-unknown",
      "graph.node[0] (If): its condition is computed while running; `else_branch` is taken, which "
        + "has 1 product, `then_branch` has 0"
    ),
  ])
  func theBranchIsSaid(name: String, line: String) throws {
    let imported = try ImportFixtures.read("forms/\(name).onnx")
    #expect(imported.inferred == [line])
    #expect(imported.yaml.contains("# Inferred: \(line)\n"))
  }

  /// What is counted in the place of what values decide is said.
  @Test(arguments: [
    (
      "experts",
      #"(MoE): which of 4 experts a token takes depends on values: counted is an even load of 3 tokens"#
    ),
    ("experts-gated", "counted is an even load of up to 1 tokens for 2 of them"),
    ("experts-4-bits", "counted is an even load of 1 or 2 tokens"),
    ("packed-attention", "counted are 2 of 6 tokens, an upper bound"),
    (
      "stft",
      "counted as a product with the 32 x 34 matrix of the transform; a fast transform needs fewer"
    ),
  ])
  func assumptionsAreSaid(name: String, part: String) throws {
    let imported = try ImportFixtures.read("forms/\(name).onnx")
    #expect(imported.notes.count == 1)
    #expect(imported.notes.first?.contains(part) == true, "\(imported.notes)")
  }

  /// Residual sums, the poolings and the order of reading are those of the model.
  @Test func connectionsAreKept() throws {
    let imported = try ImportFixtures.read("resnet50.onnx")
    let workload = try Workload(
      SpecFile(path: "test", node: YAMLParser.parse(imported.yaml, file: "test")))
    let operations = try workload.network(subnet: nil).operations
    #expect(operations.filter { $0.kind == "add" }.count == 16)
    #expect(operations.filter { $0.kind == "add" }.allSatisfy { $0.reads.count == 2 })
    #expect(try workload.network(subnet: nil).graph.inputs.count == 1)
  }

  /// Keys with a cache before them are not what the product of this model wrote.
  @Test func aCacheIsAnInput() throws {
    let imported = try ImportFixtures.read("forms/group-query.onnx")
    #expect(imported.yaml.contains("inputs:\n  map.k: [8, 12]\n  map.v: [8, 12]\n"))
  }
}
