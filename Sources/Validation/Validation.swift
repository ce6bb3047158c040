internal import Documents
internal import Inputs
public import Reports
public import Studies

/// Every reference beside what the model finds.
public struct Validation: Sendable {
  /// Names of the references.
  public static let names = ValidationReferences.all.map { $0.name }

  /// One reference with its quantities.
  struct Entry: Sendable {
    let name: String
    let source: String
    let agreements: [Agreement]
  }

  let entries: [Entry]
  private let inputs: [Provenance.Input]

  /// Puts the model beside the reference called `name`, or beside all of them.
  public init(_ name: String?, folders: SpecFolders) throws {
    if let name, !Self.names.contains(name) {
      let near = nearestName(to: name, among: Self.names).map { ", did you mean `\($0)`?" }
      throw InputError(
        "no reference `\(name)`"
          + (near ?? ", expected one of \(Self.names.joined(separator: ", "))"),
        file: nil)
    }
    inputs = Provenance.Input.repository(folders)
    let files = ReferenceFiles(folders: folders)
    entries = try ValidationReferences.all.filter { name == nil || $0.name == name }.map {
      Entry(name: $0.name, source: $0.source, agreements: try $0.agreements(files))
    }
  }

  /// Whether everything is as expected.
  public var holds: Bool {
    entries.allSatisfy { $0.agreements.allSatisfy { $0.status != .outside } }
  }

  /// One row per quantity.
  public func report(command: String) -> Report {
    let rows: [[Table.Cell]] = entries.flatMap { entry in
      entry.agreements.map { agreement in
        let isCompared = agreement.isCompared
        func percent(_ error: Double) -> Table.Cell {
          .text(isCompared ? Agreement.percent(error) : "-")
        }
        return [
          .text(entry.name), .text(agreement.quantity), .count(agreement.pairs.count),
          percent(agreement.meanError), percent(agreement.largestError), percent(agreement.bias),
          .text(agreement.toleranceText), .text(agreement.status.rawValue),
        ]
      }
    }
    return Report(
      title: "Agreement with references",
      facts: entries.map { ($0.name, $0.source) },
      table: Table(
        columns: [
          .init("reference", "name"), .init("quantity", "quantity"), .init("count", "count"),
          .init("mean error", "mape"), .init("largest", "max_error"), .init("bias", "bias"),
          .init("tolerance", "tolerance"), .init("status", "status"),
        ], rows: rows, total: nil),
      conclusions: [], warnings: [],
      document: document(command).json)
  }

  private func document(_ command: String) -> ValidationDocument {
    ValidationDocument(
      references: entries.flatMap { entry in
        entry.agreements.map { agreement in
          func error(_ value: Double) -> Double? { agreement.isCompared ? value : nil }
          return ValidationDocument.Quantity(
            name: entry.name, source: entry.source, quantity: agreement.quantity,
            count: agreement.pairs.count, mape: error(agreement.meanError),
            maxError: error(agreement.largestError), bias: error(agreement.bias),
            tolerance: agreement.toleranceText, status: agreement.status.rawValue)
        }
      }, provenance: Provenance(version: umemakiVersion, inputs: inputs, command: command))
  }
}
