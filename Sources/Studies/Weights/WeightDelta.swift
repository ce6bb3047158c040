internal import Documents
public import Inputs
public import Reports
internal import WeightAnalysis

/// What brings a file of coded weights to a later one: the bytes of an update over the air.
public struct WeightDelta: Sendable {
  private let document: DeltaDocument
  private let paths: [String]

  /// Compares two files that `umemaki quantize` wrote.
  ///
  /// Tensors of a codebook in both files are sent by what changed or as a whole, whichever takes fewer bits;
  /// others are sent as a whole where any value changed.
  ///
  /// - Throws: `InputError` about a file, or where neither has a tensor of a codebook.
  public init(from old: String, to new: String, layout: WeightLayout?, command: String) throws {
    let files = try [old, new].map { path in
      let file = try WeightFile(path: path)
      try file.checkFilters()
      return file
    }
    guard files.contains(where: { $0.weights.contains { $0.codebook != nil } }) else {
      throw InputError(
        "no tensor is coded, here or in \(old); `umemaki quantize --scheme codebook` makes such files",
        file: new)
    }
    let before = Dictionary(
      files[0].weights.map { ($0.dataset, $0) }, uniquingKeysWith: { first, _ in first })
    let tensors = try files[1].weights.map { tensor in
      try Self.compare(before[tensor.dataset], files[0], tensor, files[1], layout)
    }
    let kept = Set(files[1].weights.map(\.dataset))
    func bytes(_ bits: (DeltaDocument.Tensor) -> Int) -> Int {
      tensors.reduce(0) { $0 + (bits($1) + 7) / 8 }
    }
    paths = [old, new]
    document = DeltaDocument(
      tensors: tensors, removed: before.keys.filter { !kept.contains($0) }.sorted(),
      updateBytes: bytes(\.sentBits), wholeBytes: bytes(\.wholeBits),
      provenance: Provenance(filesAt: [old, new], command: command))
  }

  private static func compare(
    _ old: TensorDescription?, _ oldFile: WeightFile, _ new: TensorDescription,
    _ newFile: WeightFile, _ layout: WeightLayout?
  ) throws -> DeltaDocument.Tensor {
    func values(_ tensor: TensorDescription, _ file: WeightFile) throws -> TensorValues {
      try TensorValues(
        file: file, tensor: tensor,
        place: WeightPlace(of: tensor, in: file, layout: layout, isDepthwise: false))
    }
    let after = try values(new, newFile)
    let before = try old.map { try values($0, oldFile) }
    let coded = try after.coded()
    if let coded, let previous = try before?.coded(),
      let update = CodedUpdate(from: previous, to: coded)
    {
      let isWhole = update.bits > coded.bits
      return DeltaDocument.Tensor(
        dataset: new.dataset, weights: coded.shape.count,
        sent: update.bits == 0 && update.changed == 0 && previous == coded
          ? "nothing" : isWhole ? "whole" : "delta",
        changed: update.changed, runBits: update.runBits, symbolBits: update.symbolBits,
        codebookBits: update.codebookBits, escapeBits: update.escapeBits, wholeBits: coded.bits,
        sentBits: min(update.bits, coded.bits))
    }
    let now = try after.all()
    let then = try before?.all()
    let width =
      switch new.elementType {
      case .int8: 8
      case .float16, .bfloat16: 16
      case .float32: 32
      case .float64: 64
      }
    let whole = coded?.bits ?? now.count * width
    let changed =
      if let then, then.count == now.count { zip(then, now).count { $0 != $1 } } else { now.count }
    return DeltaDocument.Tensor(
      dataset: new.dataset, weights: now.count, sent: changed == 0 ? "nothing" : "whole",
      changed: changed, wholeBits: whole, sentBits: changed == 0 ? 0 : whole)
  }

  /// The report.
  public var report: Report {
    let share = Double(document.updateBytes) / Double(max(document.wholeBytes, 1))
    return Report(
      title: "\(paths[0]) to \(paths[1]), \(NumberText.bytes(document.updateBytes))",
      facts: [
        ("update", "run lengths of unchanged symbols, new symbols, new codebooks and escapes"),
        ("whole", "index streams, codebooks and escapes of every tensor"),
      ],
      table: Table(
        columns: [
          .init("tensor", "dataset"), .init("weights", "weights"), .init("sent", "sent"),
          .init("changed", "changed"), .init("runs (bit)", "run_bits"),
          .init("symbols (bit)", "symbol_bits"), .init(nil, "codebook_bits"),
          .init(nil, "escape_bits"), .init("whole (bit)", "whole_bits"),
          .init("sent (bit)", "sent_bits"),
        ],
        rows: document.tensors.map { tensor in
          func bits(_ count: Int?) -> Table.Cell { count.map { .count($0) } ?? .none }
          return [
            .text(tensor.dataset), .count(tensor.weights), .text(tensor.sent),
            .count(tensor.changed), bits(tensor.runBits), bits(tensor.symbolBits),
            bits(tensor.codebookBits), bits(tensor.escapeBits), .count(tensor.wholeBits),
            .count(tensor.sentBits),
          ]
        }, total: nil),
      conclusions: [
        (
          "update",
          "\(NumberText.bytes(document.updateBytes)), \(NumberText.share(share)) of the "
            + "\(NumberText.bytes(document.wholeBytes)) of the new file"
        )
      ],
      warnings: document.removed.map { "\($0): only in \(paths[0])" }, document: document.json)
  }
}
