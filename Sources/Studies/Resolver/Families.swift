public import Components
public import CostModel
public import Inputs
public import Networks
public import WeightAnalysis

/// The members that files and flags can name, one list for each family.
///
/// Those of the library to begin with; a program that uses the library adds its own and hands the
/// families on with its folders:
///
///     var folders = SpecFolders()
///     folders.families.quantizers = Quantizers.registry.adding(.init(FourLevels.self) { $0 })
public struct Families: Sendable {
  /// The arrays that layers run on.
  public var datapaths = Datapaths.registry
  /// The rules that cut layers for the on-chip memory.
  public var mappers = LayerMappers.registry
  /// The spaces of sub-networks.
  public var supernets = Supernets.registry
  /// The operators of workload files.
  public var operations = OperationKinds.registry
  /// What weights are quantized by, and the alphabets of weight files.
  public var quantizers = Quantizers.registry

  /// The members of the library.
  public init() {}
}

extension SpecFolders {
  /// The workload of `file`, whose spaces and operators are those of the families.
  public func workload(_ file: SpecFile) throws(InputError) -> Workload {
    try Workload(file, supernets: families.supernets, operations: families.operations)
  }
}
