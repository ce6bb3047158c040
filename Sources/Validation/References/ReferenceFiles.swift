internal import Components
internal import CostModel
internal import Foundation
internal import Inputs
internal import Networks
internal import Studies

/// The reference tables and the specifications of the repository.
struct ReferenceFiles: Sendable {
  let folders: SpecFolders

  /// The rows of a table below `Tests`, by column name.
  func rows(_ path: String) throws(InputError) -> [ReferenceRow] {
    let file = (folders.root == "." ? "" : folders.root + "/") + "Tests/" + path
    guard let data = FileManager.default.contents(atPath: file) else {
      throw InputError(
        "no such file; references are part of the source, run this in its folder", file: file,
        kind: .unreadable)
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    guard let header = lines.first else { throw InputError("the table is empty", file: file) }
    var rows: [ReferenceRow] = []
    for (index, line) in lines.dropFirst().enumerated() {
      guard line.count == header.count else {
        throw InputError(
          "expected \(header.count) cells, found \(line.count)",
          at: SourceLocation(file: file, line: index + 2, column: 1))
      }
      rows.append(
        ReferenceRow(
          cells: Dictionary(zip(header, line)) { first, _ in first },
          location: SourceLocation(file: file, line: index + 2, column: 1)))
    }
    return rows
  }

  /// A workload of the repository.
  func workload(_ name: String) throws(InputError) -> Workload {
    try Workload(folders.file(at: folders.path(of: name, in: "workloads")))
  }

  /// A design of the repository.
  func design(_ name: String) throws(InputError) -> Design {
    var paths: [String] = []
    return try Resolver.design(name, folders: folders, paths: &paths)
  }

  /// A design of the repository with some values replaced or added, `values` by dotted key; a value in
  /// braces is a section.
  func design(_ name: String, with values: [(key: String, text: String)]) throws -> Design {
    let path = try folders.path(of: name, in: "arch")
    var file = try folders.file(at: path)
    for (key, text) in values {
      file = try file.replacing(key, with: YAMLParser.parse(text, file: path))
    }
    var held = folders
    held.hold(file)
    var paths: [String] = []
    return try Resolver.design(path, folders: held, paths: &paths)
  }
}

/// One line of a reference table.
struct ReferenceRow: Sendable {
  fileprivate let cells: [String: String]
  fileprivate let location: SourceLocation

  fileprivate init(cells: [String: String], location: SourceLocation) {
    self.cells = cells
    self.location = location
  }

  /// The cell of a column.
  func text(_ column: String) throws(InputError) -> String {
    guard let text = cells[column] else {
      throw InputError("no column `\(column)`", at: location)
    }
    return text
  }

  /// The whole number of a column.
  func whole(_ column: String) throws(InputError) -> Int {
    let text = try text(column)
    guard let value = Int(text) else {
      throw InputError("expected a whole number, found `\(text)`", at: location, path: column)
    }
    return value
  }

  /// The number of a column.
  func real(_ column: String) throws(InputError) -> Double {
    let text = try text(column)
    guard let value = Double(text), value.isFinite else {
      throw InputError("expected a number, found `\(text)`", at: location, path: column)
    }
    return value
  }
}
