internal import Architectures
package import Components
internal import Documents
public import Inputs
public import Reports
internal import Serving
internal import Units

/// Programs of the user's own on a simulated device.
public struct VirtualDeviceExperiment: Sendable {
  package let spec: VirtualDeviceSpec
  private let file: SpecFile
  private let folder: String
  private let table: ProfileTable
  private let paths: [String]

  private static let mostClients = 64
  private static let mostCalls = 1_000_000

  /// Reads the scenario and its table.
  ///
  /// - Throws: `InputError` with the place of what is wrong.
  public init(_ name: String, folders: SpecFolders) throws(InputError) {
    try self.init(folders.file(at: ScenarioKind.path(of: name, folders)))
  }

  package init(_ file: SpecFile) throws(InputError) {
    let spec = try file.decode(VirtualDeviceSpec.self)
    let folder = try ServingExperiment.folder(of: file.path, named: nil, file)
    try file.locating { () throws(SpecError) in try Self.check(spec) }
    let path = ServingExperiment.path(spec.table, in: folder)
    let table: ProfileTable
    do throws(InputError) {
      table = try ServingExperiment.table(path)
    } catch {
      guard error.kind == .unreadable else { throw error }
      throw file.error(SpecError("table", "\(error)"))
    }
    try file.locating { () throws(SpecError) in try Self.check(spec, table) }
    self.spec = spec
    self.file = file
    self.folder = folder
    self.table = table
    var paths = [file.path, path]
    for client in spec.clients {
      for path in ProcessFiles.named(client.command, in: folder) where !paths.contains(path) {
        paths.append(path)
      }
    }
    self.paths = paths
  }

  private static func check(_ spec: VirtualDeviceSpec) throws(SpecError) {
    guard spec.memory.count > 0 else {
      throw SpecError("memory", "expected more than nothing")
    }
    guard (1...mostClients).contains(spec.clients.count) else {
      throw SpecError("clients", "expected 1 to \(mostClients), found \(spec.clients.count)")
    }
    if let most = spec.mostCalls, !(1...100_000_000).contains(most) {
      throw SpecError("most_calls", "expected 1 to 100000000, found \(most)")
    }
    var names: Set<String> = []
    for (index, client) in spec.clients.enumerated() {
      func place(_ key: String) -> String { "clients[\(index)].\(key)" }
      guard !client.name.isEmpty, names.insert(client.name).inserted else {
        throw SpecError(
          place("name"),
          client.name.isEmpty ? "must not be empty" : "a second client named `\(client.name)`")
      }
      let process = ProcessSpec(
        command: client.command, limit: client.limit ?? SimulationTime(10_000_000_000_000))
      do throws(SpecError) {
        try process.check()
      } catch {
        throw SpecError(place(error.path), error.message)
      }
    }
  }

  private static func check(
    _ spec: VirtualDeviceSpec, _ table: ProfileTable
  ) throws(SpecError) {
    var names: Set<String> = []
    for (index, weights) in (spec.weights ?? []).enumerated() {
      let key = "weights[\(index)]"
      guard table.subnets.contains(where: { $0.name == weights.subnet }) else {
        let near = nearestName(to: weights.subnet, among: table.subnets.map(\.name))
        throw SpecError(
          "\(key).subnet",
          "the table has no sub-network `\(weights.subnet)`"
            + (near.map { ", did you mean `\($0)`?" } ?? ""))
      }
      guard names.insert(weights.subnet).inserted else {
        throw SpecError("\(key).subnet", "`\(weights.subnet)` is there twice")
      }
      guard weights.bytes.count > 0 else {
        throw SpecError("\(key).bytes", "expected more than nothing")
      }
    }
  }

  /// Starts the programs, hears them until they have ended and says what they did.
  ///
  /// - Throws: `InputError` at the client that called what cannot be, said what is no call, was silent or
  ///   ended.
  public func report(command: String) throws(InputError) -> Report {
    let outcome: DeviceClients.Outcome
    do throws(DeviceClients.Fault) {
      let bytes = Dictionary(
        uniqueKeysWithValues: (spec.weights ?? []).map { ($0.subnet, $0.bytes.count) })
      var clients = try DeviceClients(
        spec.clients.map {
          DeviceClients.Client(
            name: $0.name, command: $0.command, options: $0.options ?? PolicyOptions(),
            limit: $0.limit?.seconds ?? 10, showsErrors: $0.standardError != .hide)
        },
        VirtualDevice(
          table, memory: spec.memory, link: spec.link, bytesOfSubnets: bytes,
          clients: spec.clients.count), table, folder: folder,
        mostCalls: spec.mostCalls ?? Self.mostCalls)
      outcome = try clients.run()
    } catch {
      throw file.error(SpecError("clients[\(error.client)]", error.message))
    }
    return Self.report(
      document(outcome, Provenance(filesAt: paths, command: command)), table.energyUnit)
  }

  private func document(
    _ outcome: DeviceClients.Outcome, _ provenance: Provenance
  ) -> VirtualDeviceDocument {
    func seconds(_ picoseconds: Int) -> Double { SimulationTime(picoseconds).seconds }
    let device = outcome.device
    return VirtualDeviceDocument(
      scenario: spec.name, memoryBytes: device.memory, peakBytes: device.peakBytes,
      endS: seconds(outcome.ends.max() ?? 0), arrayBusyS: seconds(device.arrayBusy),
      linkBusyS: seconds(device.linkBusy), energyUnit: table.energyUnit.key,
      clients: spec.clients.indices.map { index in
        let own = device.figures[index]
        let isIdle = own.launches == 0
        return VirtualDeviceDocument.Client(
          name: spec.clients[index].name, calls: outcome.calls[index], loads: own.loads,
          loadedBytes: own.loadedBytes, launches: own.launches, images: own.images,
          latencyMeanS: isIdle ? nil : own.latencySum / Double(own.launches) / 1e12,
          latencyMaxS: isIdle ? nil : seconds(own.latencyMax),
          energy: table.hasEnergy ? table.energyUnit.amount(Picojoules(own.energy)) : nil,
          peakBytes: own.peakBytes,
          endS: seconds(outcome.ends[index]))
      }, provenance: provenance)
  }

  private static func report(_ document: VirtualDeviceDocument, _ unit: EnergyUnit) -> Report {
    func seconds(_ value: Double) -> String { NumberText.quantity(value, unit: "s") }
    func bytes(_ value: Int) -> Table.Cell { .quantity(Double(value), unit: "B") }
    func share(_ value: Double) -> String {
      document.endS > 0 ? NumberText.share(value / document.endS) : "none"
    }
    return Report(
      title: "\(document.scenario), programs on a virtual device",
      facts: [
        ("until", "\(seconds(document.endS)) of virtual time, when the last program had ended"),
        ("array", "\(seconds(document.arrayBusyS)) at work, \(share(document.arrayBusyS))"),
        ("link", "\(seconds(document.linkBusyS)) at work, \(share(document.linkBusyS))"),
        (
          "memory",
          "at most \(document.peakBytes) of \(document.memoryBytes) bytes allocated at once"
        ),
        ("latency", "from a launch to its end, what it waited for the array included"),
      ],
      table: Table(
        columns: [
          .init("client", "client"), .init("calls", "calls"), .init("loads", "loads"),
          .init("loaded", "loaded_bytes"), .init("launches", "launches"),
          .init("images", "images"), .init("mean", "latency_mean_s"),
          .init("max", "latency_max_s"), .init("energy", unit.key), .init("peak", "peak_bytes"),
          .init("end", "end_s"),
        ],
        rows: document.clients.map { client in
          [
            .text(client.name), .count(client.calls), .count(client.loads),
            bytes(client.loadedBytes), .count(client.launches), .count(client.images),
            client.latencyMeanS.map { .quantity($0, unit: "s") } ?? .none,
            client.latencyMaxS.map { .quantity($0, unit: "s") } ?? .none,
            client.energy.map { .quantity($0, unit: unit.symbol) } ?? .none,
            bytes(client.peakBytes), .quantity(client.endS, unit: "s"),
          ]
        }, total: nil),
      conclusions: [], warnings: [], document: document.json)
  }
}
