internal import Architectures
internal import Components
internal import CostModel
internal import Documents
internal import Foundation
internal import Networks
internal import Reports
internal import Units

extension Explanation {
  /// Why one operation costs what it costs.
  func report(of study: LayerStudy) -> Report {
    let bill = EnergyBill(study, of: run)
    return Report(
      title: "\(study.entry.name) of \(run.title)",
      facts: facts(study), table: bill.table,
      conclusions: bill.conclusions + moves(study.constants), warnings: run.allWarnings,
      document: document(layers: [study.place], study: study).json)
  }

  private func facts(_ study: LayerStudy) -> [(String, String)] {
    let (entry, cost) = (study.entry, study.entry.cost)
    let cycles = cost.total.count
    let seconds = run.design.architecture.spec.frequency.seconds(cost.total)
    let shape = entry.layer.map { "\($0.operation.rawValue) \(LayerShapeText.text(of: $0))" }
    let ofTime = NumberText.share(share(Double(cycles), of: Double(run.cycles.count)))
    let ofEnergy = NumberText.share(share(cost.totalEnergy.value, of: run.totalEnergy.value))
    let energy = NumberText.quantity(unit.amount(cost.totalEnergy), unit: unit.symbol)
    var lines: [(String, String)] = [
      ("operation", shape ?? entry.vectorWork?.operator ?? ""),
      (
        "latency",
        "\(NumberText.quantity(seconds, unit: "s")), \(NumberText.count(cycles)) cycles, "
          + "\(ofTime) of the inference"
      ), ("energy", "\(energy), \(ofEnergy) of the inference"),
    ]
    lines += causes(cycles) { cost.cycles[$0].count }
    lines += use(cost)
    lines += study.loops(batch: run.batch).enumerated().map { ($0 == 0 ? "loops" : "", $1) }
    lines += traffic(study)
    lines += limits(study)
    lines += room(study)
    return lines
  }

  /// How it is divided, on several cores.
  private func use(_ cost: LayerCost) -> [(String, String)] {
    guard let use = cost.cores else { return [] }
    let text =
      if let stage = use.stage {
        "stage \(stage.place + 1) of \(stage.count) that run beside one another"
      } else {
        "\(use.used) used" + (use.split.map { ", divided by \($0.rawValue)" } ?? "")
      }
    return [
      (
        "cores",
        (use.kind.map { "\($0): " } ?? "") + text + "; bounds and loops are those of one core"
      )
    ]
  }

  /// Bytes of each operand against those that cannot be avoided.
  private func traffic(_ study: LayerStudy) -> [(String, String)] {
    let lines = study.traffic.map { entry -> String in
      let bytes = "\(entry.operand.rawValue) \(NumberText.bytes(entry.bytes))"
      guard let least = entry.least, least > 0 else { return bytes }
      let ratio = NumberText.ratio(Double(entry.bytes) / Double(least))
      return "\(bytes), \(ratio) times the \(NumberText.bytes(least)) of moving it once"
    }
    return lines.isEmpty
      ? [("DRAM", "nothing is moved")]
      : lines.enumerated().map { ($0 == 0 ? "DRAM" : "", $1) }
  }

  /// What each limit asks for, and which holds the layer as it is cut and at best.
  private func limits(_ study: LayerStudy) -> [(String, String)] {
    guard let bound = study.bound else { return [] }
    let cycles = study.entry.cost.total.count
    let parts = bound.least.map {
      "\($0.limit.rawValue) \(NumberText.count($0.cycles.count))"
    }
    func times(_ least: Int) -> String {
      NumberText.ratio(Double(cycles) / Double(max(least, 1)))
    }
    var lines: [(String, String)] = [
      (
        "limit",
        "\(bound.limit.rawValue) as it is cut; cycles at least: \(parts.joined(separator: ", "))"
      ), ("", "\(times(bound.cycles.count)) times the bound"),
    ]
    if let distance = study.distance {
      let best = distance.best.cycles.count
      lines.append(
        (
          "",
          "\(times(best)) times the fastest mapping of the search, "
            + "\(NumberText.count(best)) cycles and \(NumberText.bytes(distance.best.bytes.count)) "
            + "of DRAM, held by \(distance.limit.rawValue)"
        ))
    }
    return lines
  }

  /// What would have to fit where for fewer bytes to be moved.
  private func room(_ study: LayerStudy) -> [(String, String)] {
    guard let room = study.room else { return [] }
    let moved = study.entry.cost.dramRead + study.entry.cost.dramWrite
    var lines: [String] = []
    if moved > room.best {
      lines.append(
        "another mapping in the same memories moves \(NumberText.bytes(room.best.count)) of DRAM, "
          + "as it is cut \(NumberText.bytes(moved.count))")
    }
    if room.best <= room.endless {
      lines.append("no memory on chip is too small: endless ones save no byte of DRAM")
    } else {
      lines += room.growths.map { growth in
        let size = NumberText.bytes(growth.size.count)
        guard growth.enough > growth.size else {
          return "\(growth.memory) of \(size): more of it alone saves nothing"
        }
        return "\(growth.memory) of \(size): with \(NumberText.bytes(growth.enough.count)) "
          + "\(NumberText.bytes(growth.bytes.count)) of DRAM in place of "
          + NumberText.bytes(room.best.count)
      }
      lines.append("all of them endless: \(NumberText.bytes(room.endless.count)) of DRAM")
    }
    return lines.enumerated().map { ($0 == 0 ? "room" : "", $1) }
  }

  /// Values of the architecture file that move the operation most.
  private func moves(_ moved: MovedConstants) -> [(String, String)] {
    let count = 5
    func lines(
      _ name: String, _ value: (MovedConstants.Figures) -> Double
    ) -> [(String, String)] {
      let most = moved.most(count, by: value)
      guard !most.isEmpty else { return [(name, "no value of the architecture file")] }
      return most.enumerated().map { index, constant in
        let texts = [constant.less, constant.more].map { move -> String in
          guard let figures = move.figures else { return "\(move.text) is refused" }
          let change = (value(figures) / value(moved.base) - 1) * 100
          return "\(move.text) " + String(format: "%+.2f %%", change)
        }
        return (
          index == 0 ? name : "",
          "\(constant.path), \(constant.text): " + texts.joined(separator: ", ")
        )
      }
    }
    let refused = moved.constants.count { $0.less.figures == nil || $0.more.figures == nil }
    let left = refused == 0 ? "" : "; \(refused) of them are refused one way at least"
    let all: (String, String) = (
      "moved",
      "\(moved.constants.count) values of the architecture file by 10 % either way, counts by one at least, each by itself"
        + left
    )
    return lines("time moves with") { $0.seconds } + lines("energy moves with") { $0.energy } + [
      all
    ]
  }
}
