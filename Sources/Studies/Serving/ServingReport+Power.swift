internal import Reports
internal import Serving
internal import Units

extension ServingReport {
  /// What devices draw and may draw, where the scenario says so.
  var powerFact: [(String, String)] {
    let all = spec.options.power.map { [("power", Self.text($0))] } ?? []
    return all
      + (spec.devices ?? []).compactMap { kind in
        kind.power.map { ("power, \(kind.name)", Self.text($0)) }
      }
  }

  /// What is said of the power of all devices, or of some.
  var supplied: DevicePower? {
    let isSaid = spec.devices?.contains { $0.power != nil } ?? false
    return spec.options.power ?? (isSaid ? DevicePower() : nil)
  }

  private static func text(_ power: DevicePower) -> String {
    let parts = [
      power.idle.map { "\(NumberText.quantity($0.value * 1e-3, unit: "W")) per idle device" },
      power.cap.map {
        "at most \(NumberText.quantity($0.value * 1e-3, unit: "W")) per device over a service, which "
          + "takes longer where it would draw more (assumed)"
      },
      power.battery.map {
        "\(NumberText.quantity($0.value, unit: "J")) for all devices and the whole run"
      },
    ].compactMap { $0 }
    return parts.joined(separator: ", ")
  }

  /// What idle devices drew, and which batteries ran out.
  var supply: [(String, String)] {
    guard let power = supplied else { return [] }
    return outcomes.compactMap { outcome in
      var parts: [String] = []
      if let idle = outcome.mean(\.idleEnergy) {
        parts.append(
          "\(NumberText.quantity(idle, unit: "J")) per query while idle, part of its energy")
      }
      if power.battery != nil {
        let empty = outcome.seeds.compactMap(\.emptied)
        parts.append(
          empty.isEmpty
            ? "the battery lasts"
            : "the battery is used up after \(NumberText.quantity(empty.reduce(0, +) / Double(empty.count), unit: "s"))"
              + (empty.count == outcome.seeds.count
                ? "" : " with \(empty.count) of \(outcome.seeds.count) seeds")
              + ", \(NumberText.count(outcome.sum(\.unpowered))) queries are not served")
      }
      return parts.isEmpty ? nil : ("\(outcome.name), power", parts.joined(separator: "; "))
    }
  }
}
