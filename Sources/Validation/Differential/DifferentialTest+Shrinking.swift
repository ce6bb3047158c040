extension DifferentialTest {
  /// The smallest case near `sample` that still differs, and what it says.
  public func shrink(_ sample: DifferentialCase) throws -> (sample: DifferentialCase, text: String)?
  {
    guard case .differs(var text) = try compare(sample) else { return nil }
    var smallest = sample
    var found = true
    while found {
      found = false
      for candidate in smallest.simpler where candidate != smallest {
        // A simpler case may be no case at all.
        guard case .differs(let difference)? = try? compare(candidate),
          Self.topic(difference) == Self.topic(text)
        else { continue }
        (smallest, text, found) = (candidate, difference, true)
        break
      }
    }
    return (smallest, text)
  }

  /// What a difference is about: its text without the numbers.
  private static func topic(_ text: String) -> Substring { text.prefix { !$0.isNumber } }
}

extension DifferentialCase {
  /// Cases with one thing made smaller or plainer, the boldest first.
  var simpler: [DifferentialCase] {
    // A vector unit's case is small as it is.
    guard vector == nil else { return [] }
    if let maps { return maps.simpler.map { with(maps: $0) } }
    var cases: [DifferentialCase] = []
    func less(_ path: WritableKeyPath<DifferentialCase, Int>, _ least: Int) {
      let value = self[keyPath: path]
      for smaller in [least, least + (value - least) / 2, value - 1]
      where smaller >= least && smaller < value {
        var copy = self
        copy[keyPath: path] = smaller
        cases.append(copy)
      }
    }
    func plain<Value: Equatable>(_ path: WritableKeyPath<DifferentialCase, Value>, _ value: Value) {
      guard self[keyPath: path] != value else { return }
      var copy = self
      copy[keyPath: path] = value
      cases.append(copy)
    }
    less(\.batch, 1)
    less(\.residency, 0)
    for path in [
      \DifferentialCase.layer.groups, \.layer.kernels, \.layer.channels, \.layer.outputRows,
      \.layer.outputColumns, \.layer.kernelRows, \.layer.kernelColumns, \.layer.stride,
    ] { less(path, 1) }
    less(\.layer.padding, 0)
    less(\.layer.spare, 0)
    plain(\.layer.uneven, nil)
    if let uneven = layer.uneven {
      func smaller(_ path: WritableKeyPath<DifferentialLayer.Uneven, Int>, _ least: Int) {
        guard uneven[keyPath: path] > least else { return }
        var copy = self
        copy.layer.uneven?[keyPath: path] -= 1
        cases.append(copy)
      }
      for path in [
        \DifferentialLayer.Uneven.columnStride, \.rowDilation, \.columnDilation, \.spread,
      ] { smaller(path, 1) }
      for path in [\DifferentialLayer.Uneven.below, \.left, \.right] { smaller(path, 0) }
    }
    for simpler in moves?.simpler ?? [] {
      var copy = self
      copy.moves = simpler
      cases.append(copy)
    }
    for simpler in levels?.simpler ?? [] {
      var copy = self
      copy.levels = simpler
      cases.append(copy)
    }
    plain(\.code, nil)
    if code?.rate != nil {
      var copy = self
      copy.code?.rate = nil
      cases.append(copy)
    }
    less(\.layer.zeroPercent, 0)
    plain(\.gather, nil)
    plain(\.sharesPort, false)
    plain(\.rates.input, nil)
    plain(\.rates.weight, nil)
    plain(\.rates.output, nil)
    plain(\.banks, nil)
    plain(\.alignment.input, 1)
    plain(\.alignment.output, 1)
    plain(\.sizes.input, 1 << 20)
    plain(\.sizes.weight, 1 << 20)
    plain(\.sizes.output, 1 << 20)
    if scheme != nil {
      plain(\.scheme, nil)
      plain(\.scheme, "signed-binary")
    }
    plain(\.packsWeights, false)
    return cases + simplerDatapaths
  }

  private func with(maps: MapCase) -> DifferentialCase {
    var copy = self
    copy.maps = maps
    return copy
  }

  /// What the words of a datapath may become, the plainest first.
  private static let plainer = [
    "mode": ["dense", "sparse"], "reuse": ["direct"], "zero_tiles": ["skipped"],
    "dead_columns": ["loaded"], "activation_width": ["8 bit"],
  ]

  private var simplerDatapaths: [DifferentialCase] {
    datapath.enumerated().flatMap { index, parameter -> [DifferentialCase] in
      var values = Self.plainer[parameter.key] ?? []
      values = Array(values.prefix { $0 != parameter.value })
      if let least = parameter.least, let value = Int(parameter.value) {
        values += [least, value - 1].filter { $0 >= least && $0 < value }.map { "\($0)" }
      }
      return values.map { value in
        var copy = self
        copy.datapath[index].value = value
        return copy
      }
    }
  }
}
