internal import Components
public import Inputs
public import Networks

extension SpecFolders {
  /// The network of a workload by its name or path; of a supernet the sub-network called `subnet`.
  ///
  /// - Throws: `InputError` about the workload's file, or about a sub-network that is not there.
  public func network(_ workload: String, subnet: String?) throws(InputError) -> Network {
    try self.workload(SpecFile(path: try path(of: workload, in: "workloads")))
      .network(subnet: subnet)
  }
}
