internal import Foundation
internal import Inputs

/// Files of a folder.
enum InputFolder {
  /// Most files taken from one folder.
  static let limit = 10_000

  /// Whether a folder stands at `path`.
  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The paths of the files with one of `endings`, numbers in their names in the order of numbers.
  static func files(_ path: String, endings: [String]) throws(InputError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw InputError("the folder cannot be read", file: path, kind: .unreadable)
    }
    let fitting = names.filter { name in
      !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) }
    }
    guard fitting.count <= limit else {
      throw InputError("holds more than \(limit) files", file: path)
    }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    return fitting.sorted { key($0).lexicographicallyPrecedes(key($1)) }.map { "\(folder)/\($0)" }
  }

  /// Texts with each number filled up to one length, so that 2 comes before 10.
  private static func key(_ name: String) -> [String] {
    var parts: [String] = []
    var digits = ""
    for character in name {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      if !digits.isEmpty { parts.append(padded(digits)) }
      digits = ""
      parts.append(String(character))
    }
    if !digits.isEmpty { parts.append(padded(digits)) }
    return parts + [name]
  }

  private static func padded(_ digits: String) -> String {
    String(repeating: "0", count: max(0, 20 - digits.count)) + digits
  }

  /// The last part of a path without its ending.
  static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}
