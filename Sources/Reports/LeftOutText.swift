internal import Foundation
public import Networks

/// What is said of a network that an import took a part of.
public enum LeftOutText {
  /// `21.2 MMAC of 21.2 MMAC (99.9996 %) in 1 operator are left out`.
  public static func share(_ leftOut: LeftOutSpec, kept: Int) -> String {
    let operators =
      "\(NumberText.count(leftOut.operators)) operator\(leftOut.operators == 1 ? "" : "s")"
    let unknown = leftOut.unknownOperators ?? 0
    guard unknown < leftOut.operators else {
      return "\(operators) of unknown MACs left out, \(macs(Double(kept))) kept"
    }
    let part = Double(leftOut.macs)
    let all = part + Double(kept)
    let text =
      "\(unknown > 0 ? "at least " : "")\(macs(part)) of \(macs(all)) "
      + "(\(percent(leftOut.macs, beside: kept))) in \(operators) left out"
    guard unknown > 0 else { return text }
    return text + ", the MACs of \(NumberText.count(unknown)) of them are unknown"
  }

  /// The warning that every report of the rest carries.
  public static func warning(_ leftOut: LeftOutSpec, kept: Int) -> String {
    "the workload is a part of a network: \(share(leftOut, kept: kept))"
  }

  private static func macs(_ count: Double) -> String {
    NumberText.quantity(count, unit: "MAC")
  }

  /// A share in per cent with as many digits as it takes to tell it from none and from all.
  static func percent(_ part: Int, beside rest: Int) -> String {
    let all = Double(part) + Double(rest)
    guard all > 0 else { return "0 %" }
    let smaller = 100 * Double(min(part, rest)) / all
    let digits =
      smaller > 0 && smaller < 0.1 ? min(12, Int((-log10(smaller)).rounded(.up))) : 1
    return String(format: "%.\(digits)f %%", 100 * Double(part) / all)
  }
}
