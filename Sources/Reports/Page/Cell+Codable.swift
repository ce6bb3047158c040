extension Table.Cell: Codable {
  private enum CodingKeys: String, CodingKey {
    case text, count, value, unit, share, ratio
  }

  /// Reads a cell; a mapping without members is an empty one.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if let text = try values.decodeIfPresent(String.self, forKey: .text) {
      self = .text(text)
    } else if let count = try values.decodeIfPresent(Int.self, forKey: .count) {
      self = .count(count)
    } else if let share = try values.decodeIfPresent(Double.self, forKey: .share) {
      self = .share(share)
    } else if let ratio = try values.decodeIfPresent(Double.self, forKey: .ratio) {
      self = .ratio(ratio)
    } else if let value = try values.decodeIfPresent(Double.self, forKey: .value) {
      self = .quantity(value, unit: try values.decode(String.self, forKey: .unit))
    } else {
      self = .none
    }
  }

  /// Writes the value below the name of its kind.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .text(let text): try values.encode(text, forKey: .text)
    case .count(let count): try values.encode(count, forKey: .count)
    case .share(let share): try values.encode(share, forKey: .share)
    case .ratio(let ratio): try values.encode(ratio, forKey: .ratio)
    case .quantity(let value, let unit):
      try values.encode(value, forKey: .value)
      try values.encode(unit, forKey: .unit)
    case .none: break
    }
  }
}
