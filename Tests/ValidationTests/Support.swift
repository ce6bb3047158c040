import Architectures
import Components
import CostModel
import Foundation
import TestSupport
import Testing

/// The rows of the reference table in `folder`, by column name.
func reference(_ folder: String) throws -> [[String: String]] {
  let root = try #require(Bundle.module.url(forResource: "References", withExtension: nil))
  let url = root.appending(path: "\(folder)/reference.csv")
  return try referenceRows(url)
}

func quotient(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }
