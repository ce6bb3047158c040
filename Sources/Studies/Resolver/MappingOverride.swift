internal import Architectures
package import Components
package import CostModel
package import Inputs

/// A mapping rule as a flag or a field of a sweep names it.
struct MappingOverride {
  let spec: MappingSpec

  /// `search`; `mappings.yaml`, the rule `file` with that file; or `{rule: search, objective: energy}`.
  ///
  /// - Throws: `InputError` at `path` about braces that are no rule.
  init(_ text: String, path: String) throws(InputError) {
    guard !text.hasPrefix("{") else {
      do {
        let node = try YAMLParser.parse(text, file: "")
        spec = try SpecFile(path: "", node: node).decode(MappingSpec.self)
      } catch {
        throw InputError(error.message, file: nil, path: path)
      }
      return
    }
    let isFile = text.hasSuffix(".yaml") || text.hasSuffix(".yml") || text.contains("/")
    spec = MappingSpec(
      isFile
        ? Choice(kind: FileMapper.kind).setting("file", to: text) : Choice(kind: text))
  }

  /// What `body` gives; what it says of a rule that no file names is said at `path`.
  static func placed<T>(
    _ text: String?, path: String, _ body: () throws(InputError) -> T
  ) throws(InputError) -> T {
    do {
      return try body()
    } catch {
      guard text != nil, error.location?.file.isEmpty ?? false else { throw error }
      throw InputError(error.message, file: nil, path: path)
    }
  }
}

extension Resolver {
  /// The files that a mapping rule names, as a flag or a field of a sweep says it.
  ///
  /// - Throws: `InputError` about a text that is no rule.
  package static func mappingFiles(
    of text: String, among mappers: Registry<any LayerMapper>
  ) throws(InputError) -> [String] {
    let spec = try MappingOverride(text, path: "").spec
    return try LayerMappers.make(spec, among: mappers).member.files(
      in: LayerMappers.folder(of: spec))
  }
}
