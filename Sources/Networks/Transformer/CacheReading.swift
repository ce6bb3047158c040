/// What a sequence reads of one head's cached keys and values in an iteration, and what stays of them behind it.
///
/// Policies act on single new tokens behind a context (decodes). Elements that one head of keys reads for
/// `S` cached tokens of `e` features:
/// - `full`: `2 S e`;
/// - `window`: `2 (sinks + tokens) e`;
/// - `snapkv`: `2 budget e`;
/// - `quest`: a minimum and a maximum of each feature of each page, `2 e S / page`, then `2 budget e`;
/// - `rocketkv`: `RocketKVPlan`, `2 budget e` nearly;
///
/// and `2 S e` where they hold all tokens. Tokens are chosen for each head of keys, by all queries that share it;
/// of Quest, which has no such heads, that is *assumed*. Tokens behind the prompt count among those that are
/// kept (*assumed*).
///
/// Sources: StreamingLLM (ICLR 2024), SnapKV (NeurIPS 2024), Quest (ICML 2024), RocketKV (ICML 2025).
public struct CacheReading: Hashable, Sendable {
  /// Which tokens the new ones attend to.
  public let shape: AttentionShape
  /// Pages whose minima or maxima are read to choose among them.
  public var pages = 0
  /// Elements that are read of each.
  public var pageFeatures = 0
  /// Queries of each head that all keys are scored for, behind a prompt.
  public var observing = 0
  /// Tokens that are there behind the iteration for those to come.
  public var kept: Int
  /// Pages of them whose minima and maxima are there.
  public var keptPages = 0

  private init(shape: AttentionShape, kept: Int) {
    self.shape = shape
    self.kept = kept
  }

  /// What sequences of `group` read.
  init(_ group: Iteration.Group, of model: Transformer) {
    let policy = (model.spec.cachePolicy ?? CachePolicySpec(kind: .full)).filled
    let total = group.cached + group.new
    let isDecode = group.new == 1 && group.cached > 0
    // Whether the tokens that follow are made one by one.
    let isPrompt = !isDecode && group.logits == 0
    let most = model.spec.window.map { $0 - 1 } ?? Int.max
    let whole = AttentionShape(
      new: group.new, context: group.cached, window: model.spec.window,
      isCausal: model.isCausal)
    self.init(shape: whole, kept: model.isDecoder ? min(total, most) : 0)
    guard policy.kind != .full, model.isDecoder else { return }
    let limit = policy.kind == .window ? (policy.tokens ?? 0) + (policy.sinks ?? 0) : policy.budget
    let budget = limit ?? Int.max
    let picked = isDecode && group.cached > budget
    let rocket =
      policy.kind == .rocketkv && picked
      ? RocketKVPlan(tokens: group.cached, budget: budget, headWidth: model.headWidth) : nil
    if picked {
      let attended = rocket?.attended ?? budget
      self.init(
        shape: AttentionShape(new: 1, context: attended, window: nil, isCausal: true), kept: total)
    }
    switch policy.kind {
    case .full: break
    case .window: if !isPrompt { kept = min(total, budget) }
    case .snapkv: if !isPrompt { kept = min(total, budget) }
    case .quest:
      let page = policy.page ?? 1
      keptPages = (total + page - 1) / page
      if picked {
        pages = (group.cached + page - 1) / page
        pageFeatures = 2 * model.headWidth
      }
    case .rocketkv:
      if let rocket { (pages, pageFeatures) = (rocket.pages, rocket.picks) }
      if !isPrompt,
        let plan = RocketKVPlan(tokens: total, budget: budget, headWidth: model.headWidth)
      {
        kept = policy.keepAll == true ? total : plan.kept
        keptPages = plan.pages
      }
    }
    if policy.kind == .snapkv || policy.kind == .rocketkv, !isDecode, !isPrompt, total > budget {
      observing = min(policy.observed ?? 0, group.new)
    }
  }

  /// Elements that are read of the cache in one layer of `model`, without pages.
  func attendedElements(_ model: Transformer) -> Int { shape.cached * model.cacheWidth }

  /// Elements of pages that are read in one layer of `model`.
  func pageElements(_ model: Transformer) -> Int { pages * pageFeatures * model.kvHeads }

  /// Multiply-accumulates of choosing in one layer of `model`: scores of pages, and of all keys behind a prompt.
  func choiceMACs(_ model: Transformer, total: Int) -> Int {
    model.heads * (pages * pageFeatures + observing * total * model.headWidth)
  }
}
