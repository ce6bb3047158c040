public import Components
public import Inputs
internal import Units

/// Cores that differ from those of the file: a kind of cores.
///
/// A kind is what another architecture file describes of a core, its `datapath`, `memory.buffers` and
/// `mapping`, or what is given here of these; what is left out is as in the file.
public struct CoreKindSpec: Codable, Hashable, Sendable {
  /// What reports call it, and `place`.
  public let name: String
  /// Cores of the kind; 1 when left out.
  public let count: Int?
  /// An architecture whose array, buffers and mapping these cores have.
  public let architecture: ArchitectureName?
  /// Their array.
  public let datapath: Choice?
  /// The buffers of each of them.
  public let buffers: [BufferSpec]?
  /// How their layers are cut; by the datapath's own rule where that is given here.
  public let mapping: MappingSpec?
  /// How layers are divided among them; as among those of the file when left out.
  public let split: CoresSpec.Split?
  /// Operators that they run; all of the array's when left out.
  public let runs: [OperatorName]?
}

/// Layers that a kind of cores runs, whatever others would take.
public struct CorePlaceSpec: Codable, Hashable, Sendable {
  /// Names of layers; `*` stands for any letters.
  public let layers: [String]
  /// The kind.
  public let on: String
}

/// The name of an architecture file with its place.
public struct ArchitectureName: LocatedWord {
  /// `the name of an architecture`.
  public static let meaning = "the name of an architecture"
  /// The word.
  public let word: String
  /// Where it stands.
  public let location: SourceLocation
  /// The same as a path.
  public let path: String

  /// Takes a word as it stands.
  public init(word: String, location: SourceLocation, path: String) {
    self.word = word
    self.location = location
    self.path = path
  }
}

extension ArchitectureName: SchemaDescribed {
  package static var schemaNode: SchemaNode { .string }
  package static var schemaExample: ArchitectureName { ArchitectureName("mesh-16") }
}

extension CoresSpec {
  /// What the cores of the file are called.
  public var ownName: String { name ?? "main" }

  /// The names of all kinds, that of the file's cores first.
  public var kindNames: [String] { [ownName] + (others ?? []).map(\.name) }

  /// The kind that a layer is placed on by its name, and the entry of `place`; nil where none has it.
  public func placed(_ layer: String) -> (kind: String, entry: Int)? {
    for (index, entry) in (place ?? []).enumerated()
    where entry.layers.contains(where: { Self.matches(layer, $0) }) {
      return (entry.on, index)
    }
    return nil
  }

  /// Whether a name is like `pattern`, in which `*` stands for any letters.
  package static func matches(_ name: String, _ pattern: String) -> Bool {
    let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
      return name == pattern
    }
    guard name.count >= first.count + last.count, name.hasPrefix(first), name.hasSuffix(last) else {
      return false
    }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}

extension Architecture {
  /// This machine with nothing but the cores of one kind on its network: those of the file, or those
  /// of `kind`, whose array, buffers and mapping are those of `file` where it names one.
  ///
  /// What is there once, beside the memory, is with those of the file.
  public func cores(of kind: CoreKindSpec?, like file: ArchitectureSpec? = nil) -> Architecture {
    guard let whole = spec.cores else { return self }
    var own = spec
    own.cores = CoresSpec(
      count: kind.map { $0.count ?? 1 } ?? whole.count, split: kind?.split,
      runs: kind.map(\.runs) ?? whole.runs, of: whole)
    if let datapath = file?.datapath ?? kind?.datapath {
      own.datapath = datapath
      own.mapping = file?.mapping ?? kind?.mapping
    } else if let mapping = kind?.mapping {
      own.mapping = mapping
    }
    if kind != nil { (own.vectorUnit, own.idlePower) = (nil, nil) }
    if let buffers = file?.memory.buffers ?? kind?.buffers { own.memory.buffers = buffers }
    return Architecture(checked: own)
  }

  /// Checks kinds of cores and what is placed on them.
  static func checkKinds(_ cores: CoresSpec, _ spec: ArchitectureSpec, _ reading: SpecReading) {
    let others = cores.others ?? []
    reading.expect(
      cores.others?.isEmpty != true, "cores.others", "expected a kind of cores, or leave out")
    reading.expect(
      cores.total <= mostCores || cores.count > mostCores, "cores.others",
      "expected up to \(mostCores) cores of all kinds, found \(cores.total)",
      restsOn: ["cores.count"])
    checkRuns(cores.runs, "cores", reading)
    if others.isEmpty {
      for (key, isGiven) in [
        ("name", cores.name != nil), ("runs", cores.runs != nil),
        ("objective", cores.objective != nil), ("place", cores.place != nil),
      ] {
        reading.expect(
          !isGiven, "cores.\(key)", "only where cores differ, leave out or add cores.others",
          restsOn: ["cores.others"])
      }
    }
    var names = Set<String>()
    for (index, name) in cores.kindNames.enumerated() {
      let path = index == 0 ? "cores.name" : "cores.others[\(index - 1)].name"
      let isWord =
        !name.isEmpty
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
      reading.expect(isWord, path, "expected letters, digits, `-` and `_`, found `\(name)`")
      reading.expect(
        names.insert(name).inserted, path, "a second kind of cores named `\(name)`",
        restsOn: ["cores.name"])
      for (place, buffer) in spec.memory.buffers.enumerated() where index > 0 {
        reading.expect(
          !buffer.name.hasPrefix(name + "."), "memory.buffers[\(place)].name",
          "`\(buffer.name)` begins like the buffers of cores `\(name)` in reports")
      }
    }
    for (index, kind) in others.enumerated() { check(kind, "cores.others[\(index)]", reading) }
    checkPlaces(cores, reading)
  }

  private static func checkRuns(_ runs: [OperatorName]?, _ path: String, _ reading: SpecReading) {
    guard let runs else { return }
    reading.expect(
      !runs.isEmpty, "\(path).runs",
      "cores that run nothing are not needed, expected operators, or leave out for all")
    for (index, name) in runs.enumerated() {
      reading.expect(
        !runs.prefix(index).contains { $0.word == name.word }, "\(path).runs[\(index)]",
        "`\(name.word)` a second time")
    }
  }

  private static func check(_ kind: CoreKindSpec, _ path: String, _ reading: SpecReading) {
    if let count = kind.count {
      reading.expect(
        (1...mostCores).contains(count), "\(path).count",
        "expected 1 to \(mostCores), found \(count)")
    }
    reading.expect(
      kind.split != .channels, "\(path).split",
      "only the cores of the file add sums up on their way, expected best, kernels, pixels or batch"
    )
    checkRuns(kind.runs, path, reading)
    reading.expect(
      kind.architecture?.word.isEmpty != true, "\(path).architecture",
      "expected \(ArchitectureName.meaning)")
    let given = [
      ("datapath", kind.datapath != nil), ("buffers", kind.buffers != nil),
      ("mapping", kind.mapping != nil),
    ].filter(\.1).map(\.0)
    if kind.architecture != nil {
      for key in given {
        reading.expect(
          false, "\(path).\(key)", "architecture says it already, leave one of both out",
          restsOn: ["\(path).architecture"])
      }
    } else {
      reading.expect(
        !given.isEmpty || kind.runs != nil, path,
        "these cores are like those of the file, raise cores.count, or give `architecture`, "
          + "`datapath`, `buffers` or `mapping`",
        restsOn: ["\(path).architecture", "\(path).datapath", "\(path).buffers", "\(path).mapping"])
    }
    reading.expect(
      kind.mapping?.rule != "file", "\(path).mapping.rule",
      "a file says how one core cuts whole layers, expected another rule")
    if let buffers = kind.buffers {
      checkBuffers(
        buffers, at: "\(path).buffers", reserved: reservedNames + [ComponentID.network.name],
        reading)
    }
  }

  private static func checkPlaces(_ cores: CoresSpec, _ reading: SpecReading) {
    guard let places = cores.place, cores.others != nil else { return }
    reading.expect(!places.isEmpty, "cores.place", "expected layers and their kind, or leave out")
    for (index, entry) in places.enumerated() {
      let path = "cores.place[\(index)]"
      reading.expect(
        !entry.layers.isEmpty && entry.layers.allSatisfy { !$0.isEmpty }, "\(path).layers",
        "expected names of layers, such as `[conv1, \"*dw*\"]`")
      reading.expect(
        cores.kindNames.contains(entry.on), "\(path).on",
        "no cores `\(entry.on)`, expected one of \(cores.kindNames.joined(separator: ", "))",
        restsOn: ["cores.others", "cores.name"])
    }
  }
}
