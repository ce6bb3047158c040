public import Components
public import CostModel
public import Inputs
public import Units

/// A design space as its file describes it.
public struct SweepSpec: Codable, Hashable, Sendable {
  /// Name of the sweep.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Where the question comes from.
  public let source: String
  /// What is run at every point: one inference.
  public let inference: InferenceTarget?
  /// What is run at every point: a serving experiment.
  public let serving: ServingTarget?
  /// What varies.
  public let axes: [AxisSpec]
  /// Values that follow from others; none when left out.
  public let derived: [DerivedSpec]?
  /// Such as `area <= 10 mm2`; none when left out.
  public let constraints: [String]?
  /// One to three metrics.
  public let objectives: [String]
  /// How points are chosen; `grid` when left out.
  public internal(set) var search: Choice?
  /// How policies are compared in planes; by their runs when left out.
  public let planes: PlanesSpec?

  /// One inference.
  public struct InferenceTarget: Codable, Hashable, Sendable {
    /// Architecture, a name or a path.
    public let architecture: String
    /// Workload, a name or a path.
    public let workload: String
    /// Sub-network of a supernet.
    public let subnet: String?
    /// What the persistent buffer holds: `none` when left out, `self`, a sub-network, or a YAML file
    /// of slices.
    public let cached: String?
    /// What the persistent buffer is filled with first where `cached` is a network; `cycles` when
    /// left out.
    public let fill: SubgraphFill?
    /// Layers and other operations that run on the accelerator's host, by name; none when left out.
    public let host: [String]?
    /// Images per inference; 1 when left out.
    public let batch: Int?
    /// Weight file.
    public let weights: String?
    /// Layout of tensors whose file does not say.
    public let layout: WeightLayout?
    /// Energy table instead of the architecture's.
    public let energy: String?
    /// DRAM preset instead of the architecture's.
    public let dram: String?
    /// Mapping rule instead of the architecture's: a name, a mapping file, or a rule in braces.
    public let mapping: String?
    /// Which points a search of mappings is run for; `all` when left out.
    public let searches: SearchedPoints?
    /// By how much of every objective a point that is not searched may be better than one that is; nothing
    /// when left out.
    public let tolerance: Percentage?
    /// Area table instead of the architecture's.
    public let area: String?
    /// A workload whose published accuracies estimate those of sub-networks without one.
    public let accuracyFrom: String?
  }

  /// Which points of a sweep a search of mappings is run for.
  public enum SearchedPoints: String, Codable, CaseIterable, Hashable, Sendable {
    /// Every point.
    case all
    /// Those that may be on the front.
    case promising
  }

  /// A serving experiment.
  public struct ServingTarget: Codable, Hashable, Sendable {
    /// Scenario, a name or a path.
    public let scenario: String
    /// The runs of the scenario that are compared; all when left out.
    public let runs: [String]?
    /// Area table instead of the architecture's.
    public let area: String?
  }
}
