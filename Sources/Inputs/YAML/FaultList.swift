/// Gives some value of a type, so that decoding can go on past one that is wrong.
public protocol PlaceholderSource {
  /// Any value of `type`, nil where none is known.
  static func placeholder<Value: Decodable>(of type: Value.Type) -> Value?
  /// The keys that a value of `type` must have, such as `{low, high}`; nil for one without keys.
  static func outline<Value: Decodable>(of type: Value.Type) -> String?
}

extension PlaceholderSource {
  /// Nothing is known of keys, unless a source says otherwise.
  public static func outline<Value: Decodable>(of type: Value.Type) -> String? { nil }
}

/// Everything that is wrong with one document, so that it can be said at once.
///
/// A value that cannot be decoded is written down, and a placeholder stands in for it; checks of a
/// part that holds placeholders have to be left out, `isBroken` says which.
public final class FaultList {
  /// The errors, in the order in which they were found.
  public private(set) var errors: [InputError] = []
  private var known: Set<InputError> = []
  /// The paths of values that could not be decoded.
  private var broken: Set<String> = []
  /// The same, and the paths of everything that one of them is a part of.
  private var holders: Set<String> = []
  private let source: (any PlaceholderSource.Type)?

  /// An empty list; without a `source` decoding ends at the first value that is wrong.
  public init(placeholders source: (any PlaceholderSource.Type)? = nil) { self.source = source }

  /// Whether nothing is wrong so far.
  public var isEmpty: Bool { errors.isEmpty }

  /// Adds an error, and those that it brings along, unless they are known.
  public func add(_ error: InputError) {
    for single in error.all where known.insert(single).inserted { errors.append(single) }
  }

  /// Adds the errors about a value that could not be decoded; gives a placeholder for it.
  func placeholder<Value: Decodable>(
    for error: InputError, at path: String, _ type: Value.Type
  ) -> Value? {
    add(error)
    note(path)
    return source?.placeholder(of: type)
  }

  /// The keys that a value of `type` must have, nil where none are known.
  func outline<Value: Decodable>(of type: Value.Type) -> String? { source?.outline(of: type) }

  /// Adds an error about a key that nothing asked for.
  func addUnknown(_ error: InputError, at path: String) {
    add(error)
    note(path)
  }

  private func note(_ path: String) {
    guard broken.insert(path).inserted else { return }
    holders.formUnion(Self.holders(of: path))
  }

  /// Whether the value at `path`, a part of it or what it is a part of could not be decoded.
  public func isBroken(_ path: String) -> Bool {
    guard !broken.isEmpty else { return false }
    return holders.contains(path) || Self.holders(of: path).contains { broken.contains($0) }
  }

  /// A path, and those of everything that it is a part of: `a`, `a.b` and nothing of `a.b[2]`.
  private static func holders(of path: String) -> [String] {
    let text = path.utf8
    return ["", path]
      + text.indices.filter { text[$0] == UInt8(ascii: ".") || text[$0] == UInt8(ascii: "[") }
      .map { String(path[..<$0]) }
  }

  /// Throws all errors as one, in the order of their places; does nothing where there is none.
  public func finish() throws(InputError) {
    guard let all = InputError.joined(errors) else { return }
    throw all
  }
}

extension InputError {
  /// Several errors as one that says them all, in the order of their places; nil for none.
  public static func joined(_ errors: [InputError]) -> InputError? {
    let sorted = errors.flatMap(\.all).enumerated().sorted { one, other in
      let (a, b) = (one.element.location, other.element.location)
      let left = (a?.file ?? "", a?.line ?? 0, a?.column ?? 0, one.offset)
      let right = (b?.file ?? "", b?.line ?? 0, b?.column ?? 0, other.offset)
      return left < right
    }.map(\.element)
    guard var first = sorted.first else { return nil }
    first.others = Array(sorted.dropFirst())
    return first
  }

  /// The error without the others, and each of these.
  public var all: [InputError] {
    guard !others.isEmpty else { return [self] }
    var first = self
    first.others = []
    return [first] + others.flatMap(\.all)
  }
}
