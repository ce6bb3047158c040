internal import Foundation
package import Inputs

/// One inference as `run --format json` wrote it: what programs, `compare` among them, read of it.
package struct RunDocument: Decodable, Sendable {
  package static let schema = "umemaki.run/1"

  package struct Totals: Decodable, Sendable {
    package let cycles: Int
    package let latency_s: Double
    package let energy_j: Double?
    package let energy_macs: Double?
    package let energy_units: Double?
    package let macs: Int
    package let dram_read_bytes: Int
    package let dram_write_bytes: Int
    package let utilization: Double
    package var energy: Double { energy_j ?? energy_macs ?? energy_units ?? .nan }
    package var unit: String { energy_j != nil ? "J" : energy_macs != nil ? "MACe" : "units" }
  }
  package struct Layer: Decodable, Sendable {
    package let name: String
    package let latency_s: Double
    package let energy_j: Double?
    package let energy_macs: Double?
    package let energy_units: Double?
    package var energy: Double { energy_j ?? energy_macs ?? energy_units ?? .nan }
  }
  /// What an import left out of the workload.
  package struct LeftOut: Decodable, Sendable {
    package let operators: Int
    package let macs: Int
    package let unknown_operators: Int
  }
  /// What runs elsewhere.
  package struct Host: Decodable, Sendable {
    package let operations: [String]
  }
  package let schema: String
  package let architecture: String
  package let workload: String
  package let subnet: String?
  package let energy_table: String
  package let dram_preset: String
  package let totals: Totals
  package let layers: [Layer]
  /// Buffers that the energy table has no size for; nil in files of earlier versions.
  package let energy_caveats: [String]?
  package let left_out: LeftOut?
  /// Nil where all of the network runs on the design.
  package let host: Host?
  package let batch: Int?

  /// MACs of one image.
  package var keptMACs: Int { totals.macs / max(batch ?? 1, 1) }

  package var label: String {
    "\(workload)\(subnet.map { " \($0)" } ?? "") on \(architecture)"
  }

  /// Reads a file that `run --format json` wrote.
  ///
  /// - Throws: `InputError` where the file is missing, no JSON, or another document.
  package init(fileAt path: String) throws(InputError) {
    let text = try JSONText(fileAt: path)
    if let schema = text.root["schema"], schema.text != Self.schema {
      throw InputError(
        "expected schema umemaki.run/1, found \(schema.text ?? schema.word)",
        at: text.place(of: schema), path: "schema")
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text.bytes))
    } catch let DecodingError.keyNotFound(key, context) {
      let path = Self.path(context.codingPath)
      throw InputError(
        "missing key `\(key.stringValue)`, expected a file of `run --format json`", file: text.file,
        path: path)
    } catch let DecodingError.typeMismatch(type, context) {
      throw InputError(
        "expected \(type), not a result of `run --format json`", file: text.file,
        path: Self.path(context.codingPath))
    } catch {
      throw InputError("not a result of `run --format json`", file: text.file)
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }
}
