internal import Architectures
internal import Units

/// A buffer that input and sums share bank by bank.
struct Banks {
  private let name: String
  private let count: Int
  /// Bits of a bank.
  private let size: Int

  /// The banks of the input's buffer; nil where it has none.
  init?(of architecture: Architecture) {
    let buffer = architecture.buffer(for: .input)
    guard let count = buffer.banks else { return nil }
    name = buffer.name
    self.count = count
    size = buffer.size.bits.count / count
  }

  /// What is wrong with holding so many bits of each; nil while they have banks of their own.
  func excess(input: Int, sums: Int) -> String? {
    let needed = (input + size - 1) / size + (sums + size - 1) / size
    guard needed > count else { return nil }
    return "\(name) has \(count) banks, input and sums need \(needed)"
  }
}
