public import Architectures
public import Components
public import Inputs
internal import Networks
internal import Units

/// Cores of a design that are alike, where others are not.
public struct CoreKind: Sendable {
  /// What the file calls them.
  public let name: String
  /// The place of the first of them on the network; the core at 0 is beside the memory.
  public let first: Int
  /// The operators that they run; nil for all of the array's.
  public let operators: [String]?
  /// The machine with no other cores than these.
  public let design: Design

  /// Cores of the kind.
  public var count: Int { design.architecture.spec.coreCount }

  /// What reports call a component of these cores: buffers by the kind, where it is not the file's own.
  func prefixed(_ component: ComponentID, _ own: String) -> String {
    switch component {
    case .buffer, .localBuffer: first == 0 ? own : "\(name).\(own)"
    default: own
    }
  }

  /// The kinds of cores of `architecture`, that of the file's first; none where all are alike.
  ///
  /// - Parameters:
  ///   - architecture: The machine.
  ///   - datapath: The file's array.
  ///   - mapper: The file's rule.
  ///   - table: The prices.
  ///   - datapaths: The arrays that there are.
  ///   - mappers: The rules that there are.
  ///   - read: Gives the file of an architecture by its name.
  /// - Returns: The kinds in the order of their cores on the network.
  /// - Throws: `InputError` about a kind, where it is written.
  public static func all(
    of architecture: Architecture, datapath: Registry<any Datapath>.Resolved,
    mapper: Registry<any LayerMapper>.Resolved, energy table: EnergyTable,
    among datapaths: Registry<any Datapath> = Datapaths.registry,
    mappers: Registry<any LayerMapper> = LayerMappers.registry,
    _ read: (String) throws(InputError) -> SpecFile
  ) throws(InputError) -> [CoreKind] {
    guard let cores = architecture.spec.cores, let others = cores.others else { return [] }
    var kinds = [
      CoreKind(
        name: cores.ownName, first: 0, operators: try operators(cores.runs),
        design: Design(
          architecture.cores(of: nil), datapath: datapath, mapper: mapper, energy: table))
    ]
    var first = cores.count
    for kind in others {
      var like: ArchitectureSpec?
      if let name = kind.architecture {
        like = try self.architecture(name, for: architecture, read)
      }
      let own = architecture.cores(of: kind, like: like)
      let isOwnArray = own.spec.datapath == architecture.spec.datapath
      let array = isOwnArray ? datapath : try datapaths.make(own.spec.datapath)
      let isOwnRule = isOwnArray && own.spec.mapping == architecture.spec.mapping
      let rule =
        isOwnRule && own.spec.memory.buffers == architecture.spec.memory.buffers
        ? mapper : try LayerMappers.make(own.spec, for: array.member, among: mappers)
      kinds.append(
        CoreKind(
          name: kind.name, first: first, operators: try operators(kind.runs),
          design: Design(own, datapath: array, mapper: rule, energy: table)))
      first += kind.count ?? 1
    }
    return kinds
  }

  /// The words of operators of the array.
  private static func operators(_ names: [OperatorName]?) throws(InputError) -> [String]? {
    guard let names else { return nil }
    let known = Operator.allCases.map(\.rawValue)
    for name in names where !known.contains(name.word) {
      throw InputError(
        "no operator `\(name.word)` of the array, expected one of \(known.joined(separator: ", "))",
        at: name.location, path: name.path)
    }
    return names.map(\.word)
  }

  /// The architecture that a kind of `whole`'s cores is like.
  private static func architecture(
    _ name: ArchitectureName, for whole: Architecture,
    _ read: (String) throws(InputError) -> SpecFile
  ) throws(InputError) -> ArchitectureSpec {
    func wrong(_ message: String) -> InputError {
      InputError(message, at: name.location, path: name.path)
    }
    var chain = [whole.spec.name]
    func find(_ next: ArchitectureName) throws(InputError) -> Architecture {
      let file: SpecFile
      do {
        file = try read(next.word)
      } catch {
        throw error.kind == .unreadable ? wrong(error.message) : error
      }
      return try Architecture(file)
    }
    let found = try find(name)
    // Of a chain of files it is said where it ends, or that it does not.
    var last = found
    while let next = last.spec.cores?.others?.compactMap(\.architecture).first {
      let isKnown = chain.contains(last.spec.name)
      chain.append(last.spec.name)
      guard !isKnown else {
        throw wrong(
          "the files form a cycle, \(chain.joined(separator: " -> ")); name an architecture of one "
            + "core, or give `datapath` and `buffers` here")
      }
      last = try find(next)
    }
    if let cores = found.spec.severalCores {
      throw wrong(
        "\(found.spec.name) has \(cores.total) cores itself; name an architecture of one core, or "
          + "give `datapath` and `buffers` here")
    }
    let (own, other) = (whole.spec, found.spec)
    guard other.frequency == own.frequency else {
      throw wrong(
        "\(other.name) runs at \(other.frequency) and this design at \(own.frequency); all cores have "
          + "one clock, give `datapath` and `buffers` here")
    }
    guard other.precision == own.precision else {
      throw wrong(
        "operands of \(other.name) are not as wide as those of this design; give `datapath` and "
          + "`buffers` here")
    }
    guard other.mapping?.rule != "file" else {
      throw wrong("\(other.name) is mapped by a file, which says how one core cuts whole layers")
    }
    return other
  }
}
