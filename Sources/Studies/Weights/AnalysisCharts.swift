internal import Reports
internal import WeightAnalysis

/// The pictures of a weight file.
struct AnalysisCharts {
  /// A tensor with its counts.
  struct Item {
    let name: String
    let tensor: QuantizedTensor
    let counts: OperationCounts
  }

  let items: [Item]

  var all: [Chart] { [plane, additions] }

  private func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? .nan : Double(part) / Double(whole)
  }

  /// A tensor's place between sparsity and repetition.
  private var plane: Chart {
    let schemes = items.reduce(into: [QuantizationScheme]()) { found, item in
      if !found.contains(item.tensor.scheme) { found.append(item.tensor.scheme) }
    }
    let series = schemes.enumerated().map { index, scheme in
      PointPlot.Series(
        scheme.name, SeriesStyle(index), .points(radius: 5),
        items.filter { $0.tensor.scheme == scheme }.map { item in
          let unique = share(item.counts.uniquePatterns, of: item.counts.nonZeroPatterns)
          return .init(
            item.tensor.density, unique,
            tip: "\(item.name)\n\(NumberText.share(item.tensor.density)) non-zero\n"
              + "\(NumberText.count(item.counts.uniquePatterns)) different patterns of "
              + "\(NumberText.count(item.counts.nonZeroPatterns)), tiles of "
              + "\(item.counts.tileWidth)")
        })
    }
    return Chart(
      name: "plane", title: "Sparsity and repetition of each tensor",
      caption:
        "To the left, more weights are zero and can be skipped; further down, fewer patterns "
        + "differ and more sums can be shared. A marker per quantized tensor.", width: .half,
      plot: .points(
        PointPlot(
          x: Axis("density: non-zero weights", unit: "%", startsAtZero: true),
          y: Axis("different patterns among non-zero ones", unit: "%", startsAtZero: true),
          series: series)))
  }

  private var additions: Chart {
    Chart(
      name: "additions", title: "Additions of each tensor, by what is used",
      caption: "Additions per output pixel: with every weight, without the zeros, with shared "
        + "patterns, and with both (a trie of the patterns).", width: .half,
      plot: .bars(
        BarPlot(
          series: [
            .init("dense", SeriesStyle(7)), .init("sparsity", SeriesStyle(0)),
            .init("repetition", SeriesStyle(1)), .init("both", SeriesStyle(2)),
          ],
          bars: items.map { item in
            let counts = item.counts
            return .init(
              item.name,
              [counts.dense, counts.sparse, counts.repetition, counts.trieHighest].map(Double.init))
          }, axis: Axis("additions", unit: ""), arrangement: .grouped)))
  }
}
