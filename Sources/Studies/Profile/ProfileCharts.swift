internal import Architectures
internal import Reports
internal import Serving
internal import Units

/// The pictures and the headline of a profile table.
struct ProfileCharts {
  /// Rows and columns that the picture of cells shows; of more, as many evenly spread ones.
  private static let (rows, columns) = (24, 12)

  let table: ProfileTable

  /// Latency and energy against accuracy, what batches and what sub-graphs on chip save.
  var all: [Chart] {
    [
      tradeOff(
        "latency", Axis.fitting("latency", unit: "s", known(\.latency.seconds)),
        \.latency.seconds)
    ] + (table.hasEnergy ? [energy] : []) + batches + savings
  }

  /// The ends of the trade-off, and the most that a sub-graph on chip saves.
  var headline: [Report.Headline] {
    let all = table.subnets.indices.map { (row: $0, seconds: latency($0, empty)) }
    let fastest = all.min { $0.seconds < $1.seconds }
    let best = table.subnets.indices.max { accuracy($0) < accuracy($1) }
    let most = places.filter { saving($0.row, $0.column).isFinite }
      .max { saving($0.row, $0.column) < saving($1.row, $1.column) }
    return [
      fastest.map {
        .init(
          "fastest", NumberText.quantity($0.seconds, unit: "s"), note: table.subnets[$0.row].name)
      },
      best.map {
        .init(
          "most accurate", NumberText.share(accuracy($0)),
          note: "\(table.subnets[$0].name), "
            + NumberText.quantity(latency($0, empty), unit: "s"))
      },
      most.map {
        .init(
          "most saved on chip", NumberText.share(saving($0.row, $0.column)),
          note: "\(table.subnets[$0.row].name) with \(table.subgraphs[$0.column].name)")
      },
    ].compactMap { $0 }
  }

  // MARK: Figures

  /// The column of the empty buffer, the first where none is empty.
  private var empty: Int { table.subgraphs.firstIndex { $0.load.bytes == .zero } ?? 0 }

  /// The columns of which the buffer holds anything.
  private var held: [Int] {
    table.subgraphs.indices.filter { table.subgraphs[$0].load.bytes > .zero }
  }

  /// Every cell with something on chip.
  private var places: [(row: Int, column: Int)] {
    table.subnets.indices.flatMap { row in held.map { (row, $0) } }
  }

  private func accuracy(_ row: Int) -> Double { table.subnets[row].accuracy }

  /// In seconds, of the smallest batch.
  private func latency(_ row: Int, _ column: Int) -> Double {
    table.cell(row, column, batch: 0).latency.seconds
  }

  /// The share of the latency with an empty buffer that a sub-graph saves.
  private func saving(_ row: Int, _ column: Int) -> Double {
    1 - latency(row, column) / latency(row, empty)
  }

  private func known(_ value: (ProfileTable.Cell) -> Double) -> [Double] {
    table.subnets.indices.flatMap { row in
      table.subgraphs.indices.map { value(table.cell(row, $0, batch: 0)) }
    }
  }

  /// `, batches of 4` where the smallest batch is no single image.
  private var batchText: String {
    table.batches.first.map { $0 == 1 ? "" : ", batches of \($0)" } ?? ""
  }

  // MARK: Pictures

  private var energy: Chart {
    let unit = table.energyUnit
    let value: (ProfileTable.Cell) -> Double = { unit.amount($0.energy) }
    return tradeOff(
      "energy", Axis.fitting("energy", unit: unit.symbol, known(value)), value)
  }

  /// Every sub-network with an empty buffer, and with the sub-graph that is best for it.
  private func tradeOff(
    _ word: String, _ axis: Axis, _ value: (ProfileTable.Cell) -> Double
  ) -> Chart {
    func point(_ row: Int, _ column: Int) -> PointPlot.Point {
      let amount = value(table.cell(row, column, batch: 0))
      return .init(
        amount, accuracy(row),
        tip: "\(table.subnets[row].name), \(table.subgraphs[column].name) on chip\n"
          + "\(NumberText.quantity(amount, unit: axis.unit)), \(NumberText.share(accuracy(row)))")
    }
    let plain = table.subnets.indices.map { point($0, empty) }
    let best = table.subnets.indices.compactMap { row -> PointPlot.Point? in
      held.min {
        value(table.cell(row, $0, batch: 0)) < value(table.cell(row, $1, batch: 0))
      }.map { point(row, $0) }
    }
    return Chart(
      name: "\(word)-accuracy", title: "Accuracy against \(word) of each sub-network\(batchText)",
      caption: best.isEmpty
        ? "The buffer is empty."
        : "With an empty buffer, and with the sub-graph on chip that is best "
          + "for the sub-network.", width: .half,
      plot: .points(
        PointPlot(
          x: axis, y: Axis("accuracy", unit: "%"),
          series: [.init("empty buffer", SeriesStyle(0), .points(radius: 4.5), plain)]
            + (best.isEmpty
              ? []
              : [.init("best sub-graph on chip", SeriesStyle(1), .points(radius: 4.5), best)]))))
  }

  /// What an image takes in batches; nothing with one size.
  private var batches: [Chart] {
    guard table.batches.count > 1 else { return [] }
    let shown = Self.spread(table.subnets.count, 8)
    let series = shown.enumerated().map { index, row in
      PointPlot.Series(
        table.subnets[row].name, SeriesStyle(index), .markedLine,
        table.batches.indices.map { batch in
          let size = Double(table.batches[batch])
          let seconds = table.cell(row, empty, batch: batch).latency.seconds / size
          return .init(
            size, seconds,
            tip: "\(table.subnets[row].name), batch \(table.batches[batch])\n"
              + "\(NumberText.quantity(seconds, unit: "s")) an image")
        })
    }
    return [
      Chart(
        name: "latency-batch", title: "Latency of an image by the size of its batch",
        caption: "With an empty buffer."
          + Self.shownText(shown.count, table.subnets.count, "sub-networks"),
        width: .half,
        plot: .points(
          PointPlot(
            x: .fitting("images of a batch", unit: "", table.batches.map(Double.init)),
            y: Axis("latency of an image", unit: "s"), series: series)))
    ]
  }

  /// What each sub-graph on chip saves of each sub-network's latency; nothing where the buffer is always
  /// empty.
  private var savings: [Chart] {
    let others = held
    guard !others.isEmpty else { return [] }
    let rows = Self.spread(table.subnets.count, Self.rows)
    let columns = Self.spread(others.count, Self.columns).map { others[$0] }
    return [
      Chart(
        name: "cache-effect", title: "Latency saved by what is on chip\(batchText)",
        caption: "Share of the latency with an empty buffer."
          + Self.shownText(rows.count, table.subnets.count, "sub-networks")
          + Self.shownText(columns.count, others.count, "sub-graphs"), width: .full,
        plot: .cells(
          CellPlot(
            columns: columns.map { table.subgraphs[$0].name },
            rows: rows.map { table.subnets[$0].name }, columnTitle: "sub-graph on chip",
            rowTitle: "sub-network", axis: Axis("latency saved", unit: "%"),
            values: rows.map { row in columns.map { saving(row, $0) } })))
    ]
  }

  /// At most `limit` of `count` positions, evenly spread, the first and the last among them.
  private static func spread(_ count: Int, _ limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    return (0..<limit).map { $0 * (count - 1) / (limit - 1) }
  }

  private static func shownText(_ shown: Int, _ all: Int, _ word: String) -> String {
    shown == all
      ? "" : " \(NumberText.count(shown)) of \(NumberText.count(all)) \(word), evenly spread."
  }
}
