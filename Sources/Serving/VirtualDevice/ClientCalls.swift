internal import Components
internal import Inputs

/// What a client of a virtual device may call, as its line of JSON is decoded, and what it is told.
package enum ClientCalls {
  /// The version of the messages.
  package static let version = "umemaki.device-calls/1"

  package struct Allocate: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case allocate }
    package let call: Word
    package let bytes: Int
  }

  package struct Free: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case free }
    package let call: Word
    package let buffer: Int
  }

  package struct Load: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case load }
    package let call: Word
    package let buffer: Int
    package let subnet: String
  }

  package struct Launch: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case launch }
    package let call: Word
    package let buffer: Int
    package let batch: Int
  }

  package struct Wait: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case wait }
    package let call: Word
    package let tickets: [Int]?
    package let untilPs: Int?
  }

  package struct Bye: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case bye }
    package let call: Word
  }

  package struct Failure: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case error }
    package let call: Word
    package let text: String
  }

  /// The words of all calls.
  static let words = ["allocate", "free", "load", "launch", "wait", "bye", "error"]

  /// The word of a call; nil where there is none.
  static func word(of node: YAMLNode) -> String? {
    guard case .mapping(let entries) = node.content,
      case .scalar(let scalar)? = entries.first(where: { $0.key == "call" })?.value.content
    else { return nil }
    return scalar.text
  }

  static func decode<Call: Decodable>(
    _ type: Call.Type, from node: YAMLNode
  ) throws(InputError) -> Call {
    try StrictDecoder().decode(type, from: node)
  }

  // MARK: Messages

  static func hello(
    _ client: String, _ options: PolicyOptions, _ device: VirtualDevice, _ table: ProfileTable
  ) -> String {
    let subnets = table.subnets.enumerated().map { index, subnet in
      "{\"name\":\(PolicyText.quoted(subnet.name)),\"accuracy\":\(subnet.accuracy),\"bytes\":"
        + "\(device.bytes(of: index).map { "\($0)" } ?? "null")}"
    }
    return
      "{\"message\":\"hello\",\"protocol\":\"\(version)\",\"client\":\(PolicyText.quoted(client)),"
      + "\"now_ps\":0,\"memory_bytes\":\(device.memory),\"largest_batch\":\(table.largestBatch),"
      + "\"subnets\":[\(subnets.joined(separator: ","))],\"options\":\(options.json)}"
  }

  static func done(_ now: Int, _ key: String? = nil, _ number: Int = 0) -> String {
    "{\"message\":\"done\",\"now_ps\":\(now)" + (key.map { ",\"\($0)\":\(number)" } ?? "") + "}"
  }

  static let bye = "{\"message\":\"bye\"}"
}
