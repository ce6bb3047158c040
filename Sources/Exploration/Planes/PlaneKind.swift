internal import Architectures

/// A comparison of policies at equal values of one figure.
struct PlaneKind: Sendable {
  /// Column name of what is held equal; more of it is better.
  let level: String
  /// Column names of what is compared, the first one that the sweep has.
  let values: [String]
  /// What it is called.
  let name: String

  /// Column names of energies, in whichever unit.
  static let energies = EnergyUnit.allCases.map(\.key)

  /// Those that papers draw: SuperServe (NSDI 2025) attainment against accuracy, SUSHI (MLSys 2023) latency
  /// at equal accuracy.
  ///
  /// The accuracy beside attainment is that of the queries that meet their deadline, as SuperServe counts
  /// it; the one beside latency is that of all queries that are served, as latency is.
  static let all = [
    PlaneKind(
      level: "accuracy", values: ["slo_attainment"], name: "attainment at equal accuracy"),
    PlaneKind(
      level: "slo_attainment", values: ["accuracy"], name: "accuracy at equal attainment"),
    PlaneKind(
      level: "accuracy_completed", values: ["latency_s"], name: "latency at equal accuracy"),
    PlaneKind(
      level: "slo_attainment", values: energies,
      name: "energy at equal attainment"),
  ]
}
