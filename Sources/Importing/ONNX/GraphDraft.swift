internal import Components
internal import Inputs
internal import Networks

/// A workload in the making: maps that are there from the beginning, operations, and who reads what.
struct GraphDraft {
  /// A map that operations read by its name.
  struct Place: Hashable, Sendable {
    /// The name in the workload file.
    let name: String
    /// Channels or features first.
    let extents: [Int]
    /// Number of elements.
    var elements: Int { extents.reduce(1, *) }
  }

  /// One operation.
  struct Entry {
    /// The name, unique in the file.
    let name: String
    /// The operator's word.
    let kind: String
    /// What it reads.
    let from: [String]
    /// Its parameters, `key: value` each.
    let parameters: [String]
    /// The layer that runs on the array, nil for other work.
    let layer: Layer?
    /// Where the values of the weights are.
    let weights: ImportedTensor?
  }

  /// Maps that are there from the beginning; the first one is the workload's `input`.
  private(set) var inputs: [Place] = []
  /// The operations in order of execution.
  private(set) var entries: [Entry] = []
  private var read: Set<String> = []
  private var wanted: Set<String> = []
  private var reshaped: [String: Place] = [:]
  private var names: Set<String> = ["input"]
  private var numbers: [String: Int] = [:]
  private let reserved: Set<String>

  /// An empty workload; operations without weights do not take the `reserved` names.
  init(reserved: Set<String> = []) { self.reserved = reserved }

  /// The layers that run on the array.
  var layers: [Layer] { entries.compactMap(\.layer) }

  /// A map that is there from the beginning.
  mutating func addInput(_ name: String, _ extents: [Int]) -> Place {
    let place = Place(
      name: inputs.isEmpty ? "input" : freeName("map.\(name)", isWeighted: false),
      extents: extents)
    inputs.append(place)
    return place
  }

  /// The elements of `place` under other extents; equal requests share one operation.
  mutating func reshape(_ place: Place, to extents: [Int]) throws(SpecError) -> Place {
    let key = "\(extents) \(place.name)"
    if let known = reshaped[key] { return known }
    let kind = try Reshape(Reshape.Spec(extents: extents))
    let made = try add(kind, named: "\(place.name).as", reads: [place])
    reshaped[key] = made
    return made
  }

  /// Adds an operation; throws where it cannot read the maps.
  mutating func add(
    _ kind: any OperationKind, named name: String, reads: [Place], weights: ImportedTensor? = nil
  ) throws(SpecError) -> Place {
    let result = try kind.result(of: reads.map(\.extents), name: name)
    let free = freeName(name, isWeighted: type(of: kind).needsName)
    let layer = try kind.result(of: reads.map(\.extents), name: free).work.layer
    entries.append(
      Entry(
        name: free, kind: type(of: kind).kind, from: reads.map(\.name),
        parameters: Self.parameters(of: kind), layer: layer, weights: weights))
    for place in reads { read.insert(place.name) }
    return Place(name: free, extents: result.output)
  }

  /// Says that the network is made for the sake of a map.
  mutating func want(_ place: Place) { wanted.insert(place.name) }

  /// Names of what is wanted or read by nothing, in the order in which they are written.
  var outputs: [String] {
    entries.map(\.name).filter { wanted.contains($0) || !read.contains($0) }
  }

  /// `name`, or `name_2`, `name_3` and so on, whichever nothing has yet.
  private mutating func freeName(_ name: String, isWeighted: Bool) -> String {
    var free = name
    while !isWeighted && reserved.contains(free) || !names.insert(free).inserted {
      numbers[name, default: 1] += 1
      free = "\(name)_\(numbers[name, default: 1])"
    }
    return free
  }

  /// What a file may leave out of any operator but a pooling.
  private static let defaults: Set<String> = [
    "kernel: 1", "stride: 1", "dilation: 1", "padding: 0", "groups: 1", "output_padding: 0",
    "heads: 1", "axis: 0",
  ]

  /// `key: value` of every parameter that is not the default.
  private static func parameters<Kind: OperationKind>(of kind: Kind) -> [String] {
    guard let text = try? YAMLEncoder().encode(kind.spec),
      case .mapping(let entries)? = (try? YAMLParser.parse(text, file: ""))?.content
    else { return [] }
    let all = entries.map { "\($0.key): \($0.value.flowText)" }
    let isPool = kind.spec is PoolSpec
    return all.filter {
      !defaults.contains($0) || isPool && ($0.hasPrefix("kernel") || $0.hasPrefix("stride"))
    }
  }
}
