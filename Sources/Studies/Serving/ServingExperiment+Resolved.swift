internal import Components
internal import Foundation
package import Inputs
internal import Serving

extension ServingExperiment {
  /// The folder that relative paths in the scenario at `path` start from; empty for the working
  /// directory.
  static func folder(
    of path: String, named name: String?, _ file: SpecFile
  ) throws(InputError) -> String {
    guard let folder = name else {
      return path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .joined(separator: "/")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw file.error(
        SpecError("folder", "no folder `\(folder)` from the working directory"))
    }
    return folder
  }

  /// The scenario with every default of its choices and options filled in; every kind is looked up
  /// and every run checked.
  ///
  /// Where it names files, it says from where, so that it means the same wherever it is stored.
  package func resolved() throws(InputError) -> ServingSpec {
    try check()
    var spec = spec
    if namesFiles { spec.folder = folder.isEmpty ? "." : folder }
    spec.options.devices = fleet.count
    spec.devices = spec.devices?.map(\.resolved)
    spec.models = spec.models?.map(\.resolved)
    spec.arrivals = try ArrivalProcesses.registry.resolved(spec.arrivals)
    for index in spec.runs.indices {
      spec.runs[index].policy = try SchedulerPolicies.registry.resolved(spec.runs[index].policy)
      // What is tuned is left out of the file, as `tune` wants it.
      guard spec.runs[index].tune == nil else { continue }
      spec.runs[index].caching = try CachingPolicies.registry.resolved(spec.runs[index].caching)
    }
    return spec
  }

  /// Whether anything is read, or a process started, from the scenario's folder.
  private var namesFiles: Bool {
    let runsProcess = spec.runs.contains {
      $0.policy.kind == ProcessPolicy.kind || $0.caching.kind == ProcessCaching.kind
    }
    return spec.folder != nil || spec.table != nil || spec.profile?.weights != nil || runsProcess
      || (spec.devices ?? []).contains { $0.table != nil || $0.profile?.weights != nil }
      || !arrivalFiles.isEmpty
      || !Self.policyFiles(spec, in: folder).isEmpty
  }
}
