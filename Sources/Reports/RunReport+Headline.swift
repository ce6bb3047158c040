internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Units

extension RunReport {
  /// Latency, energy, utilization, traffic and accuracy.
  var headline: [Report.Headline] {
    let band = run.design.energy.band(of: run.energy)
    func amount(_ value: Picojoules) -> String {
      NumberText.quantity(energy(value), unit: energyUnit)
    }
    let accuracy = run.network.top1.map { [Report.Headline("top-1", "\($0)", note: "published")] }
    return [
      .init(
        "latency", NumberText.quantity(run.seconds, unit: "s"),
        note: "\(NumberText.count(run.cycles.count)) cycles"),
      .init(
        "energy", amount(run.totalEnergy),
        note: "assumed band \(amount(band.low)) to \(amount(band.high))"),
      .init(
        "utilization", NumberText.share(run.utilization),
        note: "of \(NumberText.count(run.design.lanes)) \(run.design.datapath.lane)s"),
      .init(
        "DRAM", NumberText.bytes((run.dramRead + run.dramWrite).count),
        note: "\(NumberText.bytes(run.weightBytes.count)) of weights"),
    ] + (accuracy ?? [])
  }
}
