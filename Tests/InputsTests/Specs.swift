import Inputs

enum Order: String, Codable, CaseIterable, Hashable { case rowMajor = "row_major", tiled }

struct Buffer: Codable, Hashable {
  var size: Int
  var energyPJ: Double?
  var isShared: Bool?
}

struct Chip: Codable, Hashable {
  var name: String
  var frequency: Double
  var buffers: [Buffer]
  var order: Order?
  var lanes: UInt8?
  var offsets: [Int]?
  var levels: [String: Int]?
}

/// A type that checks itself and accepts a number or a text.
struct Width: Codable, Hashable {
  var bits: Int

  init(bits: Int) { self.bits = bits }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let bits = try? container.decode(Int.self) {
      self.bits = bits
    } else if try container.decode(String.self) == "wide" {
      bits = 64
    } else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a width is a number or `wide`")
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bits)
  }
}

struct OwnError: Error, CustomStringConvertible {
  var description: String { "an error of its own" }
}

struct Picky: Decodable {
  enum CodingKeys: String, CodingKey { case low, high, own }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if try container.decodeIfPresent(Bool.self, forKey: .own) == true { throw OwnError() }
    let low = try container.decode(Int.self, forKey: .low)
    if try container.decode(Int.self, forKey: .high) < low {
      throw DecodingError.dataCorruptedError(
        forKey: .high, in: container, debugDescription: "must not be below `low`")
    }
  }
}

struct Kinded: Decodable {
  var kind: String
  var settings: RawNode
}

struct Nested: Decodable {
  enum CodingKeys: String, CodingKey { case outer, list }
  enum InnerKeys: String, CodingKey { case value }
  var value: Int
  var sum = 0

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let inner = try container.nestedContainer(keyedBy: InnerKeys.self, forKey: .outer)
    value = try inner.decode(Int.self, forKey: .value)
    var list = try container.nestedUnkeyedContainer(forKey: .list)
    sum = try list.decode(Int.self)
    sum += try list.decode(Int.self)
  }
}

class Base: Decodable {
  enum CodingKeys: String, CodingKey { case first }
  var first: Int

  required init(from decoder: any Decoder) throws {
    first = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .first)
  }
}

final class Derived: Base {
  enum MoreKeys: String, CodingKey { case second }
  var second: Int

  required init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: MoreKeys.self)
    second = try container.decode(Int.self, forKey: .second)
    try super.init(from: container.superDecoder())
  }
}
