/// The coding key of a list's element.
struct IndexKey: CodingKey {
  var index: Int

  init(_ index: Int) { self.index = index }

  init?(intValue: Int) { index = intValue }

  init?(stringValue: String) { return nil }

  var intValue: Int? { index }

  var stringValue: String { "[\(index)]" }
}
