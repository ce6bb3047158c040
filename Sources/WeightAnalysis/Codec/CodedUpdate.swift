/// What brings a coded tensor to a later state: the symbols that changed, each behind the length of the run
/// of those that did not, and codebooks and escapes where they changed.
///
/// Runs are gamma codes of one more than their lengths; new symbols have a Huffman code of their own, whose
/// lengths are left out as those of a tensor are. Source of the idea: delta compression of quantized
/// checkpoints, Inshrinkerator (Agrawal et al., SoCC 2024), by run lengths.
public struct CodedUpdate: Hashable, Sendable {
  /// Symbols that changed.
  public let changed: Int
  /// The run lengths and new symbols, bit by bit.
  let stream: [UInt8]
  /// Bits of the run lengths.
  public let runBits: Int
  /// Bits of the new symbols.
  public let symbolBits: Int
  /// Bits of the new codebooks, none where they are the old ones.
  public let codebookBits: Int
  /// Bits of the escapes, none where they are the old ones.
  public let escapeBits: Int
  private let code: HuffmanCode
  private let codebooks: [[Float]]
  private let escapes: [CodedTensor.Escape]

  /// All bits of the update.
  public var bits: Int { runBits + symbolBits + codebookBits + escapeBits }

  /// What changed from one tensor to another of equal shape; nil for tensors that differ in their shape, the
  /// weights that share a codebook, or whether weights are pruned.
  public init?(from old: CodedTensor, to new: CodedTensor) {
    guard old.shape == new.shape, old.scope == new.scope, old.hasPruned == new.hasPruned else {
      return nil
    }
    var counts = [Int](repeating: 0, count: 256)
    var changed = 0
    for (before, after) in zip(old.symbols, new.symbols) where before != after {
      counts[Int(after)] += 1
      changed += 1
    }
    code = HuffmanCode(counts: counts)
    let words = code.words
    var writer = BitWriter()
    var (run, runBits) = (0, 0)
    for (before, after) in zip(old.symbols, new.symbols) {
      guard before != after else {
        run += 1
        continue
      }
      writer.appendGamma(run + 1)
      runBits += BitWriter.gammaBits(run + 1)
      writer.append(words[Int(after)], bits: code.lengths[Int(after)])
      run = 0
    }
    writer.finish()
    self.changed = changed
    self.runBits = runBits
    symbolBits = code.bits
    stream = writer.bytes
    codebookBits = old.codebooks == new.codebooks ? 0 : new.codebookBits
    escapeBits = old.escapes == new.escapes ? 0 : new.escapeBits
    codebooks = new.codebooks
    escapes = new.escapes
  }

  /// The later state of `old`; nil where this is no update of it.
  public func applied(to old: CodedTensor) -> CodedTensor? {
    var symbols = old.symbols
    var reader = BitReader(stream)
    let table = HuffmanCode.DecodingTable(code)
    var place = -1
    for _ in 0..<changed {
      guard let run = reader.gamma(), run <= symbols.count - 1 - place,
        let symbol = table.next(&reader)
      else { return nil }
      place += run
      symbols[place] = symbol
    }
    return CodedTensor(
      shape: old.shape, scope: old.scope, hasPruned: old.hasPruned, codebooks: codebooks,
      symbols: symbols, escapes: escapes)
  }
}
