internal import Documents
public import Inputs
public import Reports
internal import WeightAnalysis

/// Tries codecs of several settings on one weight file: bits against error.
public struct CodecSearch: Sendable {
  /// Entries of codebooks to try.
  public var entries = [2, 4, 8, 16, 32]
  /// Shares to prune.
  public var prune = [0.0, 0.5]
  /// Shares to keep as they are.
  public var escapes = [0.0, 0.01]
  /// The weights that share a codebook: `layer` or `filter`.
  public var scope = "layer"
  /// Workload whose rule says which layers stay at full precision.
  public var workload: String?
  /// Layout of tensors whose file does not say.
  public var layout: WeightLayout?

  /// Tries the defaults.
  public init() {}

  /// The settings in order, checked.
  ///
  /// - Throws: `InputError` about a flag.
  private func codecs() throws(InputError) -> [CodebookCodec] {
    guard let scope = CodebookCodec.Scope(rawValue: scope) else {
      throw InputError("expected layer or filter, found `\(scope)`", file: nil, path: "--scope")
    }
    for (flag, count) in [
      ("--entries", entries.count), ("--prune", prune.count), ("--escapes", escapes.count),
    ] where count == 0 || count > 64 {
      throw InputError("expected 1 to 64 values, found \(count)", file: nil, path: flag)
    }
    var codecs: [CodebookCodec] = []
    for entries in entries {
      for prune in prune {
        for escapes in escapes {
          do throws(WeightError) {
            codecs.append(
              try CodebookCodec(entries: entries, prune: prune, escapes: escapes, scope: scope))
          } catch {
            guard case .setting(let name, let message) = error else {
              throw InputError("\(error)", file: nil)
            }
            throw InputError(message, file: nil, path: "--\(name)")
          }
        }
      }
    }
    return codecs
  }

  /// Tries every setting on every tensor that is quantized.
  ///
  /// - Throws: `InputError` about the file or a flag.
  public func report(_ path: String, folders: SpecFolders, command: String) throws -> Report {
    let codecs = try codecs()
    let file = try WeightFile(path: path)
    try file.checkFilters()
    let kept = try KeptTensors(workload: workload, fullPrecision: [], folders: folders)
    var sums = codecs.map { _ in (bits: 0, error: CodingError.Sum()) }
    var (tensors, weights) = (0, 0)
    var warnings: [String] = []
    for tensor in file.weights {
      let place = try WeightPlace(
        of: tensor, in: file, layout: layout, isDepthwise: kept.depthwise.contains(tensor.dataset))
      if let reason = kept.reason(for: tensor, place.extents) {
        warnings.append("\(tensor.dataset): \(reason)")
        continue
      }
      let reader = TensorValues(file: file, tensor: tensor, place: place)
      let values = try reader.all()
      tensors += 1
      weights += values.count
      for (index, codec) in codecs.enumerated() {
        do throws(WeightError) {
          let coded = try codec.encode(values, shape: reader.shape())
          sums[index].bits += coded.bits
          sums[index].error.add(values, coded: coded.values())
        } catch {
          throw InputError("\(error)", file: path, path: tensor.dataset)
        }
      }
    }
    guard tensors > 0 else {
      throw InputError("no tensor to code; \(file.holdings)", file: path)
    }
    let trials = zip(codecs, sums).map {
      CodecTrial($0, bits: $1.bits, error: $1.error.error, weights: weights)
    }
    let document = CodecsDocument(
      trials: zip(trials, CodecTrial.frontier(trials)).map { trial, isBest in
        CodecsDocument.Trial(
          entries: trial.codec.entries, prune: trial.codec.prune, escapes: trial.codec.escapes,
          scope: trial.codec.scope.rawValue, bytes: (trial.bits + 7) / 8,
          bitsPerWeight: Double(trial.bits) / Double(weights),
          meanSquareError: trial.error.meanSquare, sqnrDb: trial.error.signalToNoise,
          pareto: isBest)
      }, tensors: tensors, weights: weights,
      provenance: Provenance(filesAt: [path], command: command))
    return Self.report(document, path, warnings)
  }

  private static func report(
    _ document: CodecsDocument, _ path: String, _ warnings: [String]
  ) -> Report {
    let best = document.trials.filter(\.pareto).min { $0.bytes < $1.bytes }
    return Report(
      title: "\(path), codecs of \(document.tensors) tensors",
      facts: [
        ("bits", "index stream, codebooks and escapes, over all weights"),
        (
          "SQNR",
          "squares of the weights over squares of what they are off; says nothing of accuracy"
        ),
      ],
      table: Table(
        columns: [
          .init("entries", "entries"), .init("prune", "prune"), .init("escapes", "escapes"),
          .init("scope", "scope"), .init("size", "bytes"),
          .init("bit per weight", "bits_per_weight"), .init(nil, "mean_square_error"),
          .init("SQNR (dB)", "sqnr_db"), .init("best", "pareto"),
        ],
        rows: document.trials.map { trial in
          [
            .count(trial.entries), .share(trial.prune), .share(trial.escapes), .text(trial.scope),
            .quantity(Double(trial.bytes), unit: "B"), .ratio(trial.bitsPerWeight),
            .quantity(trial.meanSquareError, unit: ""), trial.sqnrDb.map { .ratio($0) } ?? .none,
            .text(trial.pareto ? "yes" : "no"),
          ]
        }, total: nil),
      conclusions: best.map {
        [
          (
            "fewest bits",
            "\($0.entries) entries, \(NumberText.share($0.prune)) pruned, "
              + "\(NumberText.share($0.escapes)) kept: \(NumberText.ratio($0.bitsPerWeight)) bit per weight"
          )
        ]
      } ?? [], warnings: warnings, document: document.json)
  }
}
