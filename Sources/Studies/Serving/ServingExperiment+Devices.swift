internal import Components
internal import Inputs
internal import Serving

/// The devices of a scenario, with what filled the table of each kind.
struct ScenarioDevices {
  let fleet: DeviceFleet
  /// By kind; nil where the table was imported.
  let builders: [ProfileBuilder?]
  /// The files that tables come from, each once.
  let paths: [String]
}

extension ServingExperiment {
  /// Makes or reads the profile tables of all devices.
  static func devices(
    _ spec: ServingSpec, _ folders: SpecFolders, _ file: SpecFile, _ folder: String
  ) throws(InputError) -> ScenarioDevices {
    var source = TableSource(folders: folders, file: file, folder: folder)
    guard let listed = spec.devices else {
      let (table, builder) = try source.table(spec.profile, spec.table, prefix: "")
      return ScenarioDevices(
        fleet: DeviceFleet(table, count: spec.options.devices), builders: [builder],
        paths: source.paths)
    }
    var kinds: [DeviceKind] = []
    var builders: [ProfileBuilder?] = []
    for (index, device) in listed.enumerated() {
      let place = "devices[\(index)]"
      try file.locating { () throws(SpecError) in try device.check(place) }
      let (table, builder) = try source.table(of: device, in: spec, place)
      builders.append(builder)
      kinds.append(
        try file.locating { () throws(SpecError) in
          do throws(SpecError) {
            return DeviceKind(
              name: device.name, count: device.count ?? 1,
              table: try table.scaled(bySpeed: device.speed ?? 1), actuation: device.actuation,
              memory: device.memory, link: device.link, power: device.power)
          } catch {
            throw SpecError("\(place).\(error.path)", error.message)
          }
        })
    }
    let fleet = try file.locating { () throws(SpecError) in try DeviceFleet(kinds) }
    guard !file.has("options.devices") || spec.options.devices == fleet.count else {
      throw file.error(
        SpecError(
          "options.devices",
          "expected \(fleet.count), as many as `devices` lists, or nothing, found "
            + "\(spec.options.devices)"))
    }
    return ScenarioDevices(fleet: fleet, builders: builders, paths: source.paths)
  }
}

/// Makes and reads tables, equal ones once.
private struct TableSource {
  let folders: SpecFolders
  let file: SpecFile
  let folder: String
  private(set) var paths: [String] = []
  private var made: [ProfileBuilder.Spec: (ProfileTable, ProfileBuilder)] = [:]
  private var read: [String: ProfileTable] = [:]

  init(folders: SpecFolders, file: SpecFile, folder: String) {
    self.folders = folders
    self.file = file
    self.folder = folder
  }

  /// The table of a kind of devices: its own, or the scenario's.
  mutating func table(
    of device: DeviceSpec, in spec: ServingSpec, _ place: String
  ) throws(InputError) -> (ProfileTable, ProfileBuilder?) {
    if device.profile != nil || device.table != nil {
      return try table(device.profile, device.table, prefix: "\(place).")
    }
    guard let architecture = device.architecture else {
      return try table(spec.profile, spec.table, prefix: "")
    }
    guard let profile = spec.profile else {
      throw file.error(
        SpecError(
          "\(place).architecture", "goes with the scenario's `profile`, which it does without"))
    }
    do {
      return try table(profile.on(architecture), nil, prefix: "")
    } catch {
      guard error.file == nil || error.file == file.node.location.file,
        error.path == "profile.architecture"
      else { throw error }
      throw file.error(SpecError("\(place).architecture", error.message))
    }
  }

  /// One of both; an error about a key is placed under `prefix`.
  mutating func table(
    _ profile: ProfileBuilder.Spec?, _ name: String?, prefix: String
  ) throws(InputError) -> (ProfileTable, ProfileBuilder?) {
    switch (profile, name) {
    case (let profile?, nil):
      if let known = made[profile] { return known }
      let builder = try ServingExperiment.builder(
        profile, folders, file, folder, prefix: "\(prefix)profile.")
      let table = try builder.table()
      made[profile] = (table, builder)
      note(builder.paths)
      return (table, builder)
    case (nil, let name?):
      let path = ServingExperiment.path(name, in: folder)
      if let known = read[path] { return (known, nil) }
      let table = try ServingExperiment.table(path)
      read[path] = table
      note([path])
      return (table, nil)
    default:
      throw file.error(
        SpecError(
          prefix.isEmpty ? "" : String(prefix.dropLast()), "expected either `profile` or `table`"))
    }
  }

  private mutating func note(_ files: [String]) {
    for file in files where !paths.contains(file) { paths.append(file) }
  }
}
