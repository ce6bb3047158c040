internal import Architectures
internal import Components
internal import Inputs
internal import Studies

/// A constant that is calibrated or assumed, not taken from a source: an entry of a file's `assumed`,
/// or of several files that move it together.
struct PerturbedConstant: Sendable {
  /// Name in reports.
  let name: String
  /// Its origin.
  let origin: AssumedSpec.Origin
  /// The files that hold it, such as `arch/sushi-zcu104`, with the dotted paths of its values in each.
  private(set) var places: [(file: String, paths: [String])]

  init(_ name: String, _ origin: AssumedSpec.Origin, in files: [String], _ paths: [String]) {
    self.name = name
    self.origin = origin
    places = files.map { ($0, paths) }
  }

  /// The files that hold it, moved together.
  var files: [String] { places.map(\.file) }

  /// Adds the values at `paths` of `file`.
  mutating func join(_ file: String, _ paths: [String]) { places.append((file, paths)) }

  /// The folders with this constant times `factor`.
  func moved(by factor: Double, in folders: SpecFolders) throws(InputError) -> SpecFolders {
    var result = folders
    for (name, paths) in places {
      var file = try Self.file(name, in: folders)
      for path in paths {
        let text = try Self.text(at: path, of: file)
        let value = YAMLNode(text: try Self.moved(text, by: factor, file), at: file.node.location)
        file = try file.locating { () throws(SpecError) in try file.replacing(path, with: value) }
      }
      result.hold(file)
    }
    return result
  }

  /// The file called `name`, `FOLDER/NAME`.
  static func file(_ name: String, in folders: SpecFolders) throws(InputError) -> SpecFile {
    let parts = name.split(separator: "/")
    return try folders.file(
      at: folders.path(
        of: String(parts[parts.count - 1]), in: parts.dropLast().joined(separator: "/")))
  }

  /// The text of the single value at `path`.
  static func text(at path: String, of file: SpecFile) throws(InputError) -> String {
    let node = try file.locating { () throws(SpecError) in try file.value(at: path) }
    guard case .scalar(let scalar) = node.content else {
      throw file.error(SpecError(path, "no single value to move"))
    }
    return scalar.text
  }

  /// A number with its unit, times `factor`.
  static func moved(
    _ text: String, by factor: Double, _ file: SpecFile
  ) throws(InputError) -> String {
    guard let value = AssumedValue(text) else {
      throw file.error(SpecError("", "cannot move `\(text)`, expected a number above 0 and a unit"))
    }
    return value.moved(by: factor)
  }
}
