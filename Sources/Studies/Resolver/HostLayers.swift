internal import Components
internal import CostModel
package import Inputs
package import Networks
internal import Reports

/// What a user says that runs on the accelerator's host: names of a workload's operations.
///
/// It is a property of how a network is served on a design, so it stands beside the question's other
/// values and not in the workload: `--host` of commands, `host` of a scenario's `profile` and of a
/// sweep's `inference`.
package enum HostLayers {
  /// The names in `text`: `fc,classifier`, or a list in brackets as YAML writes it.
  package static func names(_ text: String, _ form: Question.Form) throws(InputError) -> [String] {
    let place = form.path("host")
    guard text.hasPrefix("[") else {
      return text.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingPrefix { $0 == " " }.description
      }
    }
    guard case .sequence(let items) = try YAMLParser.parse(text, file: place).content else {
      throw InputError("expected a list of names, found `\(text)`", file: nil, path: place)
    }
    var names: [String] = []
    for item in items {
      guard case .scalar(let scalar) = item.content else {
        throw InputError("expected a list of names, found `\(text)`", file: nil, path: place)
      }
      names.append(scalar.text)
    }
    return names
  }

  /// Throws where a name is no operation of `workload`, of a supernet's largest sub-network, or is
  /// there twice.
  package static func check(
    _ names: [String], of workload: Workload, _ form: Question.Form
  ) throws(InputError) {
    guard !names.isEmpty else { return }
    let known = operations(of: workload)
    var seen = Set<String>()
    for (index, name) in names.enumerated() {
      guard known.contains(name) else {
        throw InputError(
          "\(workload.spec.name) has no layer `\(name)`" + hint(name, known), file: nil,
          path: form.path("host[\(index)]"))
      }
      guard seen.insert(name).inserted else {
        throw InputError(
          "`\(name)` is there twice, expected different names", file: nil,
          path: form.path("host[\(index)]"))
      }
    }
  }

  /// `network`, of which `names` run elsewhere; throws where the design is left with no layer.
  static func apply(
    _ names: [String], to network: Network, _ form: Question.Form
  ) throws(InputError) -> Network {
    let result = network.onHost(names)
    guard result.ownLayers.isEmpty else { return result }
    throw InputError(
      "every layer of \(network.subnet ?? network.name) runs elsewhere, leave one to the design",
      file: nil, path: form.path("host"))
  }

  /// What a sweep says of what runs elsewhere, on the design called `architecture` and with the
  /// sub-network called `subnet`, or with every one that the workload names.
  package static func notes(
    _ names: [String], of workload: Workload, architecture: String, subnet: String?,
    _ folders: SpecFolders
  ) throws(InputError) -> [String] {
    guard !names.isEmpty else { return [] }
    var paths: [String] = []
    let evaluator = Evaluator(
      try Resolver.design(architecture, folders: folders, paths: &paths))
    let networks: [Network]
    switch workload.content {
    case .network(let network): networks = [network]
    case .supernet(_, let subnets):
      networks = (subnet.map { [$0] } ?? subnets.compactMap(\.name)).compactMap {
        try? workload.network(subnet: $0)
      }
    }
    let works = networks.map { evaluator.hostWork(of: $0.onHost(names)) }
    return ["runs elsewhere: " + HostWork.text(works, names: names)]
  }

  /// The operations that a network of `workload` may have.
  private static func operations(of workload: Workload) -> [String] {
    switch workload.content {
    case .network(let network): return network.operations.map(\.name)
    case .supernet(let space, _):
      let largest = try? space.graph(of: space.largest(resolution: 224))
      return largest?.operations.map(\.name) ?? []
    }
  }

  /// Names that may have been meant.
  private static func hint(_ name: String, _ known: [String]) -> String {
    if let near = nearestName(to: name, among: known) { return ", did you mean `\(near)`?" }
    let similar = known.filter { !name.isEmpty && $0.contains(name) }
    if let first = similar.first {
      return ", expected one layer's name such as `\(first)`"
    }
    guard let first = known.first, let last = known.last else { return "" }
    return known.count <= 12
      ? ", expected one of \(known.joined(separator: ", "))"
      : ", its layers are `\(first)` to `\(last)`"
  }
}
