package import Reports

/// A design of a sweep: its point beside the values of its axes, which are texts, and its figures.
package struct DesignRow: Codable, Hashable, Sendable {
  /// The point's number.
  package let point: Int
  /// What became of it.
  package let status: String
  /// Axes and figures by the names of their columns; null where there is no figure.
  package let values: [String: JSONValue]

  package init(point: Int, status: String, values: [String: JSONValue]) {
    self.point = point
    self.status = status
    self.values = values
  }

  /// Reads a row; every other member is a value.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: AnyKey.self)
    point = try members.decode(Int.self, forKey: AnyKey("point"))
    status = try members.decode(String.self, forKey: AnyKey("status"))
    var values: [String: JSONValue] = [:]
    for key in members.allKeys where !["point", "status"].contains(key.stringValue) {
      values[key.stringValue] = try members.decode(JSONValue.self, forKey: key)
    }
    self.values = values
  }

  /// Writes the values beside the point.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: AnyKey.self)
    for (name, value) in values { try members.encode(value, forKey: AnyKey(name)) }
    try members.encode(point, forKey: AnyKey("point"))
    try members.encode(status, forKey: AnyKey("status"))
  }
}
