public import Components

/// The datapaths an architecture file can name.
public enum Datapaths {
  /// The list; a new datapath is one line here.
  public static let registry = Registry<any Datapath>(
    "datapath",
    [
      .init(DotProductArray.self) { $0 },
      .init(SystolicArray.self) { $0 },
      .init(SparseRepetitionArray.self) { $0 },
      .init(SparseGEMMArray.self) { $0 },
      .init(RowStationaryArray.self) { $0 },
      .init(TensorCoreArray.self) { $0 },
    ])
}
