/// The coding key of a superclass's part.
struct SuperKey: CodingKey {
  init() {}

  init?(intValue: Int) { return nil }

  init?(stringValue: String) {
    if stringValue != "super" { return nil }
  }

  var intValue: Int? { nil }

  var stringValue: String { "super" }
}
