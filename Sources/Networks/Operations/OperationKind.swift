public import Components

/// An operator that a workload file can name.
///
/// A new one is a file with a type that conforms, a line in `OperationKinds.registry`, and, where it
/// runs on the array or a vector unit, its definition in the reference model.
public protocol OperationKind: Sendable {
  /// What a file may say about it beside `name`, `operator`, `from` and `input`.
  associatedtype Spec: Codable & Hashable & Sendable
  /// The word in files, in kebab-case.
  static var kind: String { get }
  /// One sentence, for schemas and pages.
  static var summary: String { get }
  /// How many maps it reads.
  static var operands: ClosedRange<Int> { get }
  /// Whether a file has to name it, because its weights are found by that name.
  static var needsName: Bool { get }
  /// Whether the array carries it out, which no architecture fuses or leaves to another device.
  static var runsOnArray: Bool { get }
  /// What the file says.
  var spec: Spec { get }
  /// Makes the operator; throws when a value is out of its range.
  init(_ spec: Spec) throws(SpecError)
  /// What it writes and does when it reads maps of these extents; throws when it cannot read them.
  ///
  /// An error about the maps has the path `from`.
  func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult
}

extension OperationKind {
  /// One map, unless a kind says otherwise.
  public static var operands: ClosedRange<Int> { 1...1 }
  /// A name is made where the file gives none, unless a kind says otherwise.
  public static var needsName: Bool { false }
  /// A vector unit does, or nothing has to, unless a kind says otherwise.
  public static var runsOnArray: Bool { false }
}

/// What an operation writes and does.
public struct OperationResult: Hashable, Sendable {
  /// The operation's name.
  public let name: String
  /// Extents of what it writes.
  public let output: [Int]
  /// What carries it out.
  public let work: OperationWork
  /// Extents of its weights, nil where it has none.
  public let weight: [Int]?
  /// Windows that make one element each, along every direction of the map; nil for what has none or
  /// runs on the array.
  public let windows: [WindowAxis]?

  /// Makes a result.
  public init(
    name: String, output: [Int], work: OperationWork, weight: [Int]? = nil,
    windows: [WindowAxis]? = nil
  ) {
    self.name = name
    self.output = output
    self.work = work
    self.weight = weight
    self.windows = windows
  }

  /// A layer of which only its own shape is known.
  init(unconnected layer: Layer) {
    let isVector = layer.operation == .fullyConnected
    self.init(
      name: layer.name,
      output: isVector
        ? [layer.kernels] : [layer.kernels, layer.maps * layer.outputRows, layer.outputColumns],
      work: .array(layer),
      weight: layer.kernelRole == .weight
        ? [layer.kernels, layer.channelsPerGroup, layer.kernelRows, layer.kernelColumns] : nil)
  }
}

/// Extents of maps in messages.
enum ExtentText {
  static func list(_ extents: [Int]) -> String {
    "[" + extents.map(String.init).joined(separator: ", ") + "]"
  }

  static func product(_ extents: [Int]) -> String {
    extents.map(String.init).joined(separator: " x ")
  }
}
