package import Architectures
package import CostModel
package import Networks
package import Reports
package import Units
package import WeightAnalysis

/// A question whose files were read and checked: everything that the model is asked with.
package struct Resolved: Sendable {
  /// The design.
  package let design: Design
  /// The workload.
  package let workload: Workload
  /// The network, or the sub-network.
  package let network: Network
  /// The quantized tensors by layer name.
  package let tensors: [String: QuantizedTensor]
  /// What a report says of each layer's weights; nil for layers without a file.
  package let summaries: [WeightSummary?]
  /// What is on chip when the inference starts.
  package let placement: Placement
  /// The area table with its name, where the question or the architecture names one.
  package let area: (name: String, table: AreaTable)?
  /// Images per inference; 1 for an iteration, whose sequences are in its network.
  package let batch: Int
  /// What a transformer does; nil for other workloads.
  package let iteration: TransformerIteration?
  /// The files that were read.
  package let paths: [String]

  /// The area by component, where there is a table.
  package var areaShares: (table: String, shares: [Share<SquareMillimetres>])? {
    area.map { ($0.name, AreaModel($0.table).area(of: design)) }
  }

  /// The whole area in square millimetres, not a number where there is no table.
  package var totalArea: Double { area.map { AreaModel($0.table).total(of: design).value } ?? .nan }
}
