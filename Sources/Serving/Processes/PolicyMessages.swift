package import Components

/// What a process is told, as types: their shapes are the published schema, and a test reads every
/// message that is written as one of them.
package enum PolicyMessages {
  /// A value that may be `null`.
  package struct Nullable<Value: Decodable & Sendable>: Decodable, Sendable {
    /// The value, nil for `null`.
    package let value: Value?

    /// Reads the value or `null`.
    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      value = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    fileprivate init(_ value: Value?) { self.value = value }
  }

  /// The first message.
  package struct Hello: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case hello }
    package enum Role: String, Codable, CaseIterable, Sendable { case scheduler, caching }
    package let message: Word
    package let `protocol`: String
    package let role: Role
    package let seed: Int
    package let devices: Int
    package let deviceKinds: [String]?
    package let models: [Model]?
    package let options: PolicyOptions
    package let profile: Profile
  }

  /// The profile table; cells are lists by sub-network, sub-graph and batch.
  package struct Profile: Decodable, Sendable {
    package struct Subnet: Decodable, Sendable {
      package let name: String
      package let accuracy: Double
      package let weightBytes: Nullable<Int>
    }
    package struct Subgraph: Decodable, Sendable {
      package let name: String
      package let loadBytes: Int
      package let loadPs: Int
    }
    package let subnets: [Subnet]
    package let subgraphs: [Subgraph]
    package let batches: [Int]
    package let latencyPs: [[[Int]]]
    package let energyUnit: String
    package let energy: Nullable<[[[Double]]]>
    package let dramBytes: Nullable<[[[Int]]]>
  }

  /// What shares the memories of devices.
  package struct Model: Decodable, Sendable {
    package let name: String
    package let subnets: [String]
    package let bytes: Int
    package let pinned: Bool
  }

  /// Asks for a decision.
  package struct Decide: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case decide }
    package enum Activity: String, Codable, CaseIterable, Sendable {
      case idle, serving, loading, down, taken
    }
    package struct Device: Decodable, Sendable {
      package let device: Int
      package let activity: Activity
      package let subgraph: String
      package let subnet: Nullable<String>
      package let untilPs: Nullable<Int>
      package let memoryBytes: Int?
      package let models: [String]?
    }
    package struct Waiting: Decodable, Sendable {
      package let query: Int
      package let arrivalPs: Int
      package let deadlinePs: Int
      package let accuracy: Double
      package let subnet: Nullable<String>
      package let piece: Int?
    }
    package let message: Word
    package let nowPs: Int
    package let device: Int
    package let devices: [Device]
    package let waiting: Int
    package let queue: [Waiting]
  }

  /// A batch is through.
  package struct Done: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case done }
    package let message: Word
    package let nowPs: Int
    package let device: Int
    package let subnet: String
    package let queries: [Int]
  }

  /// A query was served: asks a caching policy what to hold.
  package struct Served: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case served }
    package let message: Word
    package let nowPs: Int
    package let subnet: String
    package let subgraph: String
  }

  /// The run is over.
  package struct Bye: Decodable, Sendable {
    package enum Word: String, Codable, CaseIterable, Sendable { case bye }
    package let message: Word
  }

  /// The version of the messages.
  package static let version = PolicyText.version

  /// The shape of every message, to the process and from it.
  package static var schema: SchemaNode {
    .anyOf([
      SchemaNode(of: Hello.self), SchemaNode(of: Decide.self), SchemaNode(of: Done.self),
      SchemaNode(of: Served.self), SchemaNode(of: Bye.self),
      SchemaNode(of: PolicyAnswer.Ready.self), SchemaNode(of: PolicyAnswer.Choose.self),
      SchemaNode(of: PolicyAnswer.Drop.self), SchemaNode(of: PolicyAnswer.Wait.self),
      SchemaNode(of: PolicyAnswer.Hold.self), SchemaNode(of: PolicyAnswer.Failure.self),
    ])
  }
}

extension PolicyMessages.Nullable: SchemaDescribed {
  package static var schemaNode: SchemaNode { .anyOf([SchemaNode(of: Value.self), .null]) }
  package static var schemaExample: Self { Self(nil) }
}
