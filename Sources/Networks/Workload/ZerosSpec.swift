internal import Components

/// Shares of zeros that a layer states: of the maps themselves, without padding, and of its weights.
struct ZerosSpec: Decodable, Hashable, Sendable {
  /// Of what it reads, one share per map; nobody said where left out.
  let input: InputShares?
  /// Of what it hands on, with functions of single elements behind it applied, such as `relu`; nobody
  /// said where left out.
  let output: Double?
  /// Of its weights, where synthetic ones are made; nobody said where left out.
  let weight: Double?

  /// Throws unless every share is one and at least one is there.
  func check() throws(SpecError) {
    guard input != nil || output != nil || weight != nil else {
      throw SpecError("zeros", "expected `input`, `output` or `weight`")
    }
    let inputs = (input?.values ?? []).map { ("zeros.input", $0) }
    let others = [("zeros.output", output), ("zeros.weight", weight)]
    for (key, share) in inputs + others.compactMap({ other in other.1.map { (other.0, $0) } })
    where !(0...1).contains(share) {
      throw SpecError(key, "expected 0 to 1, found \(share)")
    }
  }

  /// How many shares a layer may state of what it reads.
  static func expected(_ maps: Int) -> String {
    maps == 1 ? "one share" : "a list of \(maps) shares, one per map"
  }
}

/// One share, or one per map.
struct InputShares: Decodable, Hashable, Sendable {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let list = try? single.decode([Double].self) {
      self.init(list)
    } else {
      self.init([try single.decode(Double.self)])
    }
  }
}

extension InputShares: SchemaDescribed {
  static var schemaNode: SchemaNode { .anyOf([.number, .array(.number)]) }
  static var schemaExample: InputShares { InputShares([]) }
}
