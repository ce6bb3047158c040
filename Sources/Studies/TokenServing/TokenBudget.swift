internal import Architectures
internal import Components
internal import CostModel
internal import Documents
public import Inputs
internal import Networks
public import Reports
public import Serving
internal import Units

/// How many tokens an iteration may have on a design: the largest part of a prompt that keeps a target beside
/// decodes, what smaller parts cost, and from where on the array is the limit.
///
/// Source of the question: Sarathi-Serve, OSDI 2024, 4.3; of the balance points, Medha, arXiv 2409.17264, 3.1:
/// `peak / bandwidth x bytes of a weight` tokens for linear parts, that over the queries that share a head of
/// keys for attention, whatever the context.
public struct TokenBudget: Sendable {
  /// Architecture, a name or a path.
  public var architecture: String
  /// Workload, a transformer.
  public var model: String
  /// The longest time of an iteration.
  public var target: SimulationTime
  /// Requests that decode beside the part of the prompt.
  public var decodes = 32
  /// Cached tokens of each of them.
  public var context = 1024
  /// Tokens of the prompt.
  public var prompt = 2048
  /// Tokens that a budget is a multiple of.
  public var granule = 1

  /// Asks for `model` on `architecture` with a target such as `50 ms`.
  ///
  /// - Throws: `InputError` where the target is no time.
  public init(architecture: String, model: String, target: String) throws(InputError) {
    self.architecture = architecture
    self.model = model
    do {
      self.target = try SimulationTime(parsing: target)
    } catch {
      throw InputError("\(error)", file: nil, path: "--target")
    }
  }

  /// Works it out.
  ///
  /// - Throws: `InputError` about a flag, or where the design cannot run the model.
  public func report(folders: SpecFolders, command: String) throws -> Report {
    let path = try folders.path(of: model, in: "workloads")
    guard let transformer = try folders.workload(folders.file(at: path)).transformer?.model,
      transformer.isDecoder
    else {
      throw InputError("\(model) makes no tokens, expected a transformer", file: nil, path: "MODEL")
    }
    try check(transformer)
    var paths = [path]
    let design = try Resolver.design(architecture, folders: folders, paths: &paths)
    do throws(InputError) {
      try TokenSource.check(design)
    } catch {
      throw InputError(error.message, file: nil, path: "ARCHITECTURE")
    }
    let evaluator = DesignIterations(
      design, transformer, named: model, devices: 1,
      link: TokenLink(latency: SimulationTime(0), bytesPerSecond: nil))
    do throws(ServiceModelError) {
      let document = try document(
        evaluator, design, transformer, Provenance(filesAt: paths, command: command))
      return Self.report(document)
    } catch {
      throw InputError(error.description, file: nil)
    }
  }

  private func check(_ model: Transformer) throws(InputError) {
    func refuse(_ flag: String, _ message: String) -> InputError {
      InputError(message, file: nil, path: flag)
    }
    guard target.count > 0 else {
      throw refuse("--target", "expected more than 0 s, found \(target)")
    }
    guard (0...4096).contains(decodes) else {
      throw refuse("--decodes", "expected 0 to 4096 requests, found \(decodes)")
    }
    guard (0..<model.spec.positions).contains(context) else {
      throw refuse(
        "--context",
        "the model has \(model.spec.positions) positions, found \(context) cached tokens")
    }
    guard (1...model.spec.positions).contains(prompt) else {
      throw refuse(
        "--prompt", "the model has \(model.spec.positions) positions, found \(prompt) tokens")
    }
    guard (1...prompt).contains(granule) else {
      throw refuse(
        "--granule", "expected 1 to the \(prompt) tokens of the prompt, found \(granule)")
    }
  }

  private func document(
    _ evaluator: DesignIterations, _ design: Design, _ model: Transformer, _ provenance: Provenance
  ) throws(ServiceModelError) -> BudgetDocument {
    func time(_ tokens: Int, after done: Int, decodes: Int) throws(ServiceModelError) -> Double {
      let all = tokens + decodes
      guard all > 0 else { return 0 }
      var sum = try evaluator.parts(new: 1, cached: 0, count: all).linear.latency
      let ends = tokens > 0 && done + tokens == prompt
      if decodes + (ends ? 1 : 0) > 0 {
        let head = try evaluator.parts(new: 1, cached: 0, count: decodes + (ends ? 1 : 0))
        sum = sum + head.head.latency
      }
      if tokens > 0 {
        sum = sum + (try evaluator.parts(new: tokens, cached: done, count: 1).attention.latency)
      }
      if decodes > 0 {
        sum =
          sum
          + (try evaluator.parts(new: 1, cached: context, count: decodes).attention.latency)
      }
      return sum.seconds
    }
    func promptTime(_ chunk: Int) throws(ServiceModelError) -> Double {
      var (done, sum) = (0, 0.0)
      while done < prompt {
        let tokens = min(chunk, prompt - done)
        sum += try time(tokens, after: done, decodes: 0)
        done += tokens
      }
      return sum
    }
    let whole = try promptTime(prompt)
    var chunks: [BudgetDocument.Chunk] = []
    var size = 16
    while size < prompt * 2 {
      let tokens = min(size, prompt)
      let all = try promptTime(tokens)
      chunks.append(
        BudgetDocument.Chunk(
          tokens: tokens, iterationS: try time(tokens, after: 0, decodes: decodes), promptS: all,
          efficiency: whole / all))
      size *= 2
    }
    // The largest whole number of granules that fits lies between one that does and one that does not.
    var (low, high) = (0, prompt / granule + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try time(middle * granule, after: 0, decodes: decodes) <= target.seconds {
        low = middle
      } else {
        high = middle
      }
    }
    let spec = design.architecture.spec
    let bandwidth = spec.memory.links(of: .weight).compactMap(\.bytesPerSecond).min()
    let balance = bandwidth.map { rate in
      Double(design.lanes) * Double(spec.frequency.count) / Double(rate)
        * Double(model.spec.weights?.bits ?? spec.precision.weight.count) / 8
    }
    return BudgetDocument(
      architecture: spec.name, model: self.model, targetS: target.seconds, decodes: decodes,
      context: context, prompt: prompt, granule: granule,
      budgetTokens: low == 0 ? nil : low * granule,
      decodeS: try time(0, after: 0, decodes: decodes), balanceTokens: balance,
      attentionBalanceTokens: balance.map { $0 / Double(model.groupSize) }, chunks: chunks,
      provenance: provenance)
  }

  private static func report(_ document: BudgetDocument) -> Report {
    func seconds(_ value: Double) -> String { NumberText.quantity(value, unit: "s") }
    var conclusions = [
      (
        "budget",
        document.budgetTokens.map { "\($0) tokens of a prompt beside \(document.decodes) decodes" }
          ?? "none: the decodes alone take \(seconds(document.decodeS))"
      )
    ]
    if let balance = document.balanceTokens, let attention = document.attentionBalanceTokens {
      conclusions.append(
        (
          "balance",
          "linear parts are bound by the array from \(NumberText.ratio(balance)) tokens on, attention from "
            + "\(NumberText.ratio(attention)) new tokens of a sequence"
        ))
    }
    return Report(
      title: "\(document.model) on \(document.architecture), tokens of an iteration",
      facts: [
        ("target", seconds(document.targetS)),
        ("decodes", "\(document.decodes) after \(document.context) tokens"),
        ("prompt", "\(document.prompt) tokens"),
      ],
      table: Table(
        columns: [
          .init("chunk", "chunk_tokens"), .init("iteration", "iteration_s"),
          .init("whole prompt", "prompt_s"), .init("efficiency", "efficiency"),
        ],
        rows: document.chunks.map {
          [
            .count($0.tokens), .quantity($0.iterationS, unit: "s"),
            .quantity($0.promptS, unit: "s"), .share($0.efficiency),
          ]
        }, total: nil),
      conclusions: conclusions, warnings: [], document: document.json)
  }
}
