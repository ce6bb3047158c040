package import CostModel
internal import Units

/// What reports say of what runs elsewhere.
extension HostWork {
  /// `fc, 2.05 MMAC, 1.95 MiB of weights`.
  package var text: String { Self.text([self], names: names) }

  /// The same of several networks, from the least to the most.
  package static func text(_ works: [HostWork], names: [String]) -> String {
    func range(_ values: [Int], _ text: (Int) -> String) -> String {
      guard let low = values.min(), let high = values.max() else { return text(0) }
      return low == high ? text(low) : "\(text(low)) to \(text(high))"
    }
    let macs = range(works.map(\.macs)) { NumberText.quantity(Double($0), unit: "MAC") }
    let bytes = range(works.map(\.weightBytes.count)) { NumberText.bytes($0) }
    return "\(names.joined(separator: ", ")), \(macs), \(bytes) of weights"
  }
}
