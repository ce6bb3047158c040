internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Studies
internal import Units

/// Kernels of language models as four devices ran them, operator by operator.
///
/// Every few rows of the medians of microsoft/vidur (commit 7d47513, MIT) and casys-kaist/LLMServingSim
/// (commit 5daddb2, MIT). The constants of the designs are fitted on all rows.
enum LanguageModelDevices: ValidationReference {
  static let name = "language-models"
  static let source = "kernels of A100, H100, RTX PRO 6000 and TPU v6e, vidur and LLMServingSim"

  private static let folder = "ValidationTests/References/language-models"

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    try operators(files) + [mlp(files)] + attention(files) + [decode(files)]
  }

  // MARK: Operators

  /// Mean errors that the products of a device may have, and those of its vector operators that take 10
  /// microseconds or more.
  private static let limits: [(device: String, products: Double, vector: Double?)] = [
    ("a100-like", 0.081, 0.11), ("h100-like", 0.094, 0.12), ("rtx-pro-6000-like", 0.065, nil),
  ]

  /// Medians are whole microseconds: a tenth of shorter ones is rounding.
  private static let shortest = 10.0

  private static func operators(_ files: ReferenceFiles) throws -> [Agreement] {
    let rows = try files.rows("\(folder)/operators.csv")
    return try limits.flatMap { limit in
      let design = try files.design(limit.device)
      let model = LayerCostModel(design)
      var (products, vector) = ([Agreement.Pair](), [Agreement.Pair]())
      for row in rows where try row.text("device") == limit.device {
        let shape = try files.transformer(row.text("model"))
        let kernels = LayerKernels(
          shape, parts: try row.whole("parts"), tokens: try row.whole("tokens"))
        for product in kernels.products {
          let found = time(model.cost(of: product), design)
          products.append(Agreement.Pair(try row.real(product.name), found))
        }
        guard limit.vector != nil else { continue }
        for (name, work) in kernels.vector {
          let measured = try row.real(name)
          guard measured >= shortest else { continue }
          let found = work.reduce(0) { sum, work in
            sum + (model.cost(of: work).map { time($0, design) } ?? 0)
          }
          vector.append(Agreement.Pair(measured, found))
        }
      }
      var agreements = [
        Agreement("products, \(limit.device)", .mean(limit.products), products)
      ]
      if let bound = limit.vector {
        agreements.append(Agreement("vector operators, \(limit.device)", .mean(bound), vector))
      }
      return agreements
    }
  }

  /// Microseconds; infinite where the design cannot carry it out.
  private static func time(_ outcome: LayerOutcome, _ design: Design) -> Double {
    guard let cost = outcome.cost else { return .infinity }
    return design.architecture.spec.frequency.seconds(cost.total) * 1e6
  }

  /// Gate, up and down of one layer of Llama 3.1 8B.
  private static func mlp(_ files: ReferenceFiles) throws -> Agreement {
    let device = "tpu-v6e-like"
    let design = try files.design(device)
    let model = LayerCostModel(design)
    let shape = try files.transformer("llama-3-8b")
    let pairs = try files.rows("\(folder)/mlp.csv").map { row in
      let kernels = LayerKernels(shape, parts: 1, tokens: try row.whole("tokens"))
      let found = kernels.products.suffix(2).reduce(0) {
        $0 + time(model.cost(of: $1), design)
      }
      return Agreement.Pair(try row.real("us"), found)
    }
    return Agreement("feed-forward part, \(device)", .mean(0.03), pairs)
  }

  // MARK: Attention

  /// Mean errors that attention may have.
  private static let attentionLimits: [(device: String, decode: Double, prefill: Double)] = [
    ("a100-like", 0.16, 0.11), ("rtx-pro-6000-like", 0.06, 0.07), ("tpu-v6e-like", 0.09, 0.09),
  ]

  private static func attention(_ files: ReferenceFiles) throws -> [Agreement] {
    let rows = try files.rows("\(folder)/attention.csv")
    return try attentionLimits.flatMap { limit in
      let evaluator = Evaluator(try files.design(limit.device))
      let workload = try files.attention(limit.device)
      var pairs: [String: [Agreement.Pair]] = [:]
      for row in rows where try row.text("device") == limit.device {
        let spec = IterationSpec(sequences: [
          SequenceSpec(
            tokens: try row.whole("chunk"), context: try row.whole("context"),
            count: try row.whole("batch"))
        ])
        guard let made = try workload.iteration(spec) else { continue }
        let cost = try evaluator.evaluate(made.network)
        let cycles = cost.entries.reduce(Cycles.zero) { sum, entry in
          entry.layer?.attention == nil ? sum : sum + entry.cost.total
        }
        let found = cost.design.architecture.spec.frequency.seconds(cycles) * 1e6
        pairs[try row.text("kind"), default: []].append(
          Agreement.Pair(try row.real("us"), found))
      }
      return [
        Agreement(
          "attention of one token, \(limit.device)", .mean(limit.decode), pairs["decode"] ?? []),
        Agreement(
          "attention of chunks, \(limit.device)", .mean(limit.prefill), pairs["prefill"] ?? []),
      ]
    }
  }

  // MARK: Bandwidth

  /// Published speeds of one stream above what the bandwidth allows with weights alone: there are none.
  private static func decode(_ files: ReferenceFiles) throws -> Agreement {
    let faster = try files.rows("\(folder)/decode.csv").count { row in
      let shape = try files.transformer(row.text("model"))
      let weights = try TransformerIteration(
        shape, Iteration(IterationSpec(phase: .decode, context: 1), of: shape)
      )
      .weightsRead
      let bytes = (weights.layers + weights.head) * (try row.real("bits")) / 8
      let most = try row.real("bandwidth_gbps") * 1e9 / bytes
      return try row.real("tokens_per_second") > most
    }
    return Agreement(
      "published decode speeds above the bandwidth", .exact, [Agreement.Pair(0, Double(faster))])
  }
}

extension ReferenceFiles {
  /// The model of a workload.
  fileprivate func transformer(_ name: String) throws -> Transformer {
    guard let iteration = try workload(name).transformer else {
      throw SpecError("transformer", "`\(name)` is no transformer")
    }
    return iteration.model
  }

  /// Attention of one layer as it ran on a device.
  fileprivate func attention(_ device: String) throws -> Workload {
    let root = folders.root == "." ? "" : folders.root + "/"
    return try Workload(
      folders.file(
        at: "\(root)Tests/ValidationTests/References/language-models/attention-\(device).yaml"))
  }
}

/// The kernels of one layer of a model, of which a device has one of `parts` equal parts.
private struct LayerKernels {
  /// Queries, keys and values; what attention makes; gate and up; down.
  let products: [Layer]
  /// Operators by the column that has them.
  let vector: [(column: String, work: [VectorWork])]

  init(_ model: Transformer, parts: Int, tokens: Int) {
    let (heads, kv, width) = (model.heads / parts, model.kvHeads, model.headWidth)
    let all = (model.heads + 2 * kv) * width / parts
    let ffn = model.spec.ffn / parts
    func product(_ name: String, _ inputs: Int, _ outputs: Int) -> Layer {
      Layer(name: name, product: .linear, kernels: outputs, channels: inputs, positions: tokens)
    }
    products = [
      product("qkv_proj", model.width, all), product("out_proj", heads * width, model.width),
      product("up_proj", model.width, model.isGated ? 2 * ffn : ffn),
      product("down_proj", ffn, model.width),
    ]
    func work(
      _ name: String, _ pieces: Int, _ reads: [Int], _ writes: Int, _ operations: Int
    ) -> VectorWork {
      VectorWork(
        name: name, operator: name, pieces: pieces, reads: reads, writes: writes,
        operations: operations)
    }
    func turned(_ heads: Int) -> VectorWork {
      work(Rotary.kind, heads * tokens, [width], width, 3 * model.rotaryWidth)
    }
    let norm =
      model.norm == .rms ? RMSNormalization.kind : LayerNormalization.kind
    vector = [
      ("norm", [work(norm, tokens, [model.width], model.width, 4 * model.width)]),
      ("rope", [turned(heads), turned(max(1, kv / parts))]),
      (
        "activation",
        [
          model.isGated
            ? work(SiLU.kind, ffn * tokens, [1, 1], 1, SiLU.operationsPerElement + 1)
            : work(GELU.kind, ffn * tokens, [1], 1, GELU.operationsPerElement)
        ]
      ),
      ("add", [work(Add.kind, model.width * tokens, [1, 1], 1, 1)]),
    ]
  }
}
