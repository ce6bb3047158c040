internal import Components
internal import Inputs
internal import Networks

extension Resolver {
  /// What a transformer does for `question`; nil for other workloads.
  ///
  /// - Throws: `InputError` about a value of the question, where it is written.
  func iteration(
    _ question: Question, of workload: Workload
  ) throws(InputError) -> TransformerIteration? {
    let asked = question.iteration
    guard let own = workload.transformer else {
      guard let field = asked.firstField else { return nil }
      throw InputError(
        "\(workload.spec.name) is no transformer, leave it out", file: nil,
        path: form.path(field))
    }
    let batch = asked.batch ?? (question.batch == 1 ? nil : question.batch)
    guard asked.firstField != nil || batch != nil else { return own }
    let spec = try spec(asked, batch: batch, own.iteration.spec)
    do throws(SpecError) {
      return try workload.iteration(spec)?.iteration
    } catch {
      throw InputError(
        error.message, file: nil, path: form.path(error.path.isEmpty ? "phase" : error.path))
    }
  }

  /// The iteration that is asked for: all of it where a phase or sequences are given, else the file's
  /// with other numbers.
  private func spec(
    _ asked: IterationQuestion, batch: Int?, _ own: IterationSpec
  ) throws(InputError) -> IterationSpec {
    let logits = try word(asked.logits, "logits", IterationSpec.Logits.self)
    if let text = asked.sequences {
      var spec = IterationSpec(
        phase: try word(asked.phase, "phase", IterationSpec.Phase.self), tokens: asked.tokens,
        context: asked.context, batch: batch, logits: logits)
      spec.sequences = try sequences(text)
      return spec
    }
    if let phase = try word(asked.phase, "phase", IterationSpec.Phase.self) {
      return IterationSpec(
        phase: phase, tokens: asked.tokens, context: asked.context, batch: batch, logits: logits)
    }
    var spec = own
    if let tokens = asked.tokens { spec.tokens = tokens }
    if let context = asked.context { spec.context = context }
    if let batch { spec.batch = batch }
    if let logits { spec.logits = logits }
    return spec
  }

  private func word<Word: RawRepresentable<String> & CaseIterable>(
    _ text: String?, _ field: String, _ type: Word.Type
  ) throws(InputError) -> Word? {
    guard let text else { return nil }
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue)
      throw InputError(
        "expected one of \(words.joined(separator: ", ")), found `\(text)`", file: nil,
        path: form.path(field))
    }
    return word
  }

  /// The sequences in `text`, `[{tokens: 512}, {tokens: 1, context: 1024, count: 31}]`.
  private func sequences(_ text: String) throws(InputError) -> [SequenceSpec] {
    let place = form.path("sequences")
    let node = try YAMLParser.parse(text, file: place)
    return try SpecFile(path: place, node: node).decode([SequenceSpec].self)
  }
}
