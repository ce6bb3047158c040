internal import Components
internal import Inputs

/// What a process may answer, as its line of JSON is decoded.
enum PolicyAnswer {
  /// Answers `hello`.
  struct Ready: Decodable {
    /// The one word.
    enum Word: String, Codable, CaseIterable { case ready }
    /// What a process may want to be told.
    enum Event: String, Codable, CaseIterable { case done }
    let message: Word
    let `protocol`: String?
    let events: [Event]?
  }

  /// Answers `decide`: these queries, or as many of the first as `batch` says, run together.
  struct Choose: Decodable {
    /// The one word.
    enum Word: String, Codable, CaseIterable { case choose }
    let message: Word
    let subnet: String
    let queries: [Int]?
    let batch: Int?
    let device: Int?
    let load: String?
  }

  /// Answers `decide`: these queries are given up.
  struct Drop: Decodable {
    /// The one word.
    enum Word: String, Codable, CaseIterable { case drop }
    let message: Word
    let queries: [Int]
  }

  /// Answers `decide`: the device stays idle until the next event, at the latest until a time.
  struct Wait: Decodable {
    /// The one word.
    enum Word: String, Codable, CaseIterable { case wait }
    let message: Word
    let untilPs: Int?
  }

  /// Answers `served`: the sub-graph to hold.
  struct Hold: Decodable {
    /// The one word.
    enum Word: String, Codable, CaseIterable { case hold }
    let message: Word
    let subgraph: String
  }

  /// Answers anything: the process cannot go on.
  struct Failure: Decodable {
    /// The one word.
    enum Word: String, Codable, CaseIterable { case error }
    let message: Word
    let text: String
  }

  /// The word of an answer; nil where there is none.
  static func word(of node: YAMLNode) -> String? {
    guard case .mapping(let entries) = node.content,
      case .scalar(let scalar)? = entries.first(where: { $0.key == "message" })?.value.content
    else { return nil }
    return scalar.text
  }

  static func decode<Answer: Decodable>(
    _ type: Answer.Type, from node: YAMLNode
  ) throws(InputError) -> Answer {
    try StrictDecoder().decode(type, from: node)
  }
}
