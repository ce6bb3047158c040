internal import Components
internal import Inputs

/// A value of a file that no source gives, said beside it: an entry of the file's `assumed`.
///
/// The model does not read these entries. `validate --perturb` moves the values that they name and
/// asks which conclusions depend on them.
public struct AssumedSpec: Codable, Hashable, Sendable {
  /// Name in reports.
  public let name: String
  /// Where the value comes from.
  public let origin: Origin
  /// The dotted paths of the values in this file that are one constant and move together.
  ///
  /// A step into a list is an index, `sram[0].write`, or an entry's name, `memory.buffers[sums].size`.
  public let paths: [String]
  /// Files of one group move their constants of one name together; by itself when left out.
  public let group: String?
  /// Why the value is not moved, such as that it is a choice and no number; moved when left out.
  public let fixed: String?

  /// Where a value without a source comes from.
  public enum Origin: String, Codable, CaseIterable, Sendable {
    /// Fitted on measurements.
    case calibrated
    /// Chosen, or inferred.
    case assumed
  }
}

extension AssumedSpec {
  /// Checks the entries of a file: each name once, each path a value of the file that is named once,
  /// a number above 0 unless the entry says why it is not moved.
  ///
  /// They speak of the file as it was written, so that one with a value replaced is not checked.
  static func check(_ entries: [AssumedSpec]?, _ reading: SpecReading) {
    guard let entries, !reading.file.isEdited else { return }
    var names = Set<String>()
    var owners: [SourceLocation: String] = [:]
    for (index, entry) in entries.enumerated() {
      let place = "assumed[\(index)]"
      reading.expect(!entry.name.isEmpty, "\(place).name", "must not be empty")
      reading.expect(
        names.insert(entry.name).inserted || entry.name.isEmpty, "\(place).name",
        "a second constant named `\(entry.name)`")
      reading.expect(!entry.paths.isEmpty, "\(place).paths", "expected at least one path")
      reading.expect(entry.group != "", "\(place).group", "must not be empty, leave it out")
      reading.expect(
        entry.fixed != "", "\(place).fixed", "expected why it is not moved, or leave it out")
      reading.expect(
        entry.group == nil || entry.fixed == nil, "\(place).group",
        "what is not moved moves with nothing, leave out `group` or `fixed`")
      for (number, path) in entry.paths.enumerated() {
        let key = "\(place).paths[\(number)]"
        reading.check([key]) { () throws(SpecError) in
          let location = try check(path, key, isFixed: entry.fixed != nil, of: reading.file)
          guard let owner = owners.updateValue(entry.name, forKey: location) else { return }
          throw SpecError(key, "`\(path)` is a value of `\(owner)` already, name it once")
        }
      }
    }
  }

  /// Where the value at `path` stands; throws, at `key`, unless there is one that can be moved.
  private static func check(
    _ path: String, _ key: String, isFixed: Bool, of file: SpecFile
  ) throws(SpecError) -> SourceLocation {
    let node: YAMLNode
    do throws(SpecError) {
      node = try file.value(at: path)
    } catch {
      throw SpecError(key, error.message)
    }
    if isFixed { return node.location }
    guard case .scalar(let scalar) = node.content else {
      throw SpecError(key, "`\(path)` is no single value, expected the paths of those in it")
    }
    guard AssumedValue(scalar.text) != nil else {
      throw SpecError(
        key,
        "cannot move `\(scalar.text)` of `\(path)`, expected a number above 0, or `fixed` with why "
          + "it is not moved")
    }
    return node.location
  }
}
