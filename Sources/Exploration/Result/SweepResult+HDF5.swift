internal import Inputs

extension SweepResult {
  /// Writes every point as HDF5: one dataset per column, all of them along the axis `point`.
  ///
  /// `point`, one text per axis of the sweep, `status`, `pareto` (1 on the front), one number per
  /// metric with its `units` (not a number where there is none), and `message`. Columns are read
  /// one after the other, so that memory holds one of them.
  /// - Throws: `InputError` when the file cannot be created, `StoreError` when the store cannot be
  ///   read.
  public func writeHDF5(to path: String) throws {
    let writer = try ArrayFileWriter.create(path)
    let manifest = store.manifest
    try writer.setAttribute("schema", "umemaki.sweep-points/1")
    try writer.setAttribute("sweep", manifest.name)
    try writer.setAttribute("summary", manifest.summary)
    try writer.setAttribute("target", manifest.target)
    func write(_ name: String, _ values: StoredArray.Values, units: String? = nil) throws {
      try writer.write(
        StoredArray(
          name, dimensions: [values.count], axes: ["point"], units: units, values: values))
    }
    let points = try store.numbers("point").compactMap { $0.map { Int($0) } }
    try write("point", .int64(points), units: "1")
    for axis in manifest.axes { try write(axis.name, .text(store.texts(axis.name))) }
    let words = try store.numbers("status").map { value in
      (value.flatMap { PointOutcome.Status(rawValue: Int($0)) } ?? .error).word
    }
    try write("status", .text(words))
    let best = Set(fronts.points)
    try write("pareto", .int64(points.map { best.contains($0) ? 1 : 0 }), units: "1")
    for metric in metrics {
      try write(
        metric.name, .float64(store.numbers(metric.name).map { $0 ?? .nan }),
        units: metric.unitText)
    }
    try write("message", .text(store.texts("message")))
    try writer.finish()
  }
}
