internal import Foundation
public import Inputs

/// What another simulator says of a network: SCALE-Sim's `COMPUTE_REPORT.csv`, or Timeloop's statistics
/// of one layer.
///
/// Source: `simulator.py` of scalesim-project/SCALE-Sim, which writes the columns, and the section
/// `Summary Stats` of NVlabs/timeloop.
public struct PeerResult: Sendable {
  /// What is said of one layer.
  struct Layer: Sendable {
    /// Cycles.
    let cycles: Double
    /// Joules; nil where nothing says it.
    let energyJ: Double?
  }

  /// Who says it.
  let program: String
  /// The layers in the order of the file.
  let layers: [Layer]
  /// What a reader should know.
  let notes: [String]

  /// Whether a path names such a file: `.csv` or `.txt`.
  public static func isOne(_ path: String) -> Bool {
    path.hasSuffix(".csv") || path.hasSuffix(".txt")
  }

  /// Reads the file at `path`; throws with line and column where it is none of them.
  public init(path: String) throws(InputError) {
    let limit = 16 << 20
    let bytes = try InputFile.read(path, limit: limit)
    guard bytes.count <= limit else {
      throw InputError("larger than 16 MiB, too large for a report", file: path)
    }
    if let fault = UTF8Check.firstFault(in: bytes, file: path) {
      throw InputError("not valid UTF-8", at: fault)
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).map(String.init)
    if path.hasSuffix(".csv") {
      program = "SCALE-Sim"
      layers = try Self.table(lines, path)
      notes = [
        "SCALE-Sim's `Total Cycles` is the number of the last cycle, counted from 0: one less than "
          + "there are"
      ]
    } else {
      program = "Timeloop"
      layers = [try Self.statistics(lines, path)]
      notes = []
    }
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    text.trimmingCharacters(in: .whitespaces)
  }

  private static func table(_ lines: [String], _ path: String) throws(InputError) -> [Layer] {
    let fields = (lines.first ?? "").split(separator: ",").map(trimmed)
    guard let column = fields.firstIndex(of: "Total Cycles"), fields.contains("LayerID") else {
      throw InputError(
        "expected SCALE-Sim's columns `LayerID, ..., Total Cycles, ...`, as in its "
          + "COMPUTE_REPORT.csv", at: SourceLocation(file: path, line: 1, column: 1))
    }
    var layers: [Layer] = []
    for (index, line) in lines.enumerated().dropFirst() where !trimmed(line).isEmpty {
      let place = SourceLocation(file: path, line: index + 1, column: 1)
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
      guard cells.indices.contains(column), let cycles = Double(cells[column]), cycles >= 0,
        cycles < 0x1p53
      else {
        throw InputError(
          "Total Cycles: expected 0 to 2^53, found "
            + "`\(cells.indices.contains(column) ? cells[column] : "nothing")`", at: place)
      }
      layers.append(Layer(cycles: cycles, energyJ: nil))
    }
    guard !layers.isEmpty else { throw InputError("has no layers", file: path) }
    return layers
  }

  private static func statistics(_ lines: [String], _ path: String) throws(InputError) -> Layer {
    // The summary is the last section; levels above it have cycles of their own.
    guard let start = lines.lastIndex(where: { $0.contains("Summary Stats") }) else {
      throw InputError("expected Timeloop's statistics, with a section `Summary Stats`", file: path)
    }
    func value(_ key: String) throws(InputError) -> (number: Double, unit: String)? {
      for (offset, line) in lines[start...].enumerated() where trimmed(line).hasPrefix("\(key):") {
        let words = trimmed(line).dropFirst(key.count + 1).split(separator: " ")
        guard let first = words.first, let number = Double(first), number >= 0, number < 0x1p53
        else {
          throw InputError(
            "\(key): expected a number from 0 to 2^53",
            at: SourceLocation(file: path, line: start + offset + 1, column: 1))
        }
        return (number, words.count > 1 ? String(words[1]) : "")
      }
      return nil
    }
    guard let cycles = try value("Cycles") else {
      throw InputError("its `Summary Stats` have no line `Cycles:`", file: path)
    }
    let scales = ["uJ": 1e-6, "pJ": 1e-12, "nJ": 1e-9, "mJ": 1e-3, "J": 1.0]
    let energy = try value("Energy")
    return Layer(
      cycles: cycles.number,
      energyJ: energy.flatMap { found in scales[found.unit].map { $0 * found.number } })
  }
}
