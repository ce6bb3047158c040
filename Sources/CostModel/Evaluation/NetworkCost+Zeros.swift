internal import Architectures
internal import Networks
public import Units

extension NetworkCost {
  /// Bytes of maps that cross the coded links, as they would be without a code; nil where no link has
  /// one.
  public var uncodedMaps: (read: Bytes, written: Bytes)? {
    guard Links(design.architecture).codesMaps else { return nil }
    return entries.reduce((.zero, .zero)) { sum, entry in
      guard let maps = entry.cost.uncoded else { return sum }
      return (sum.0 + maps.input, sum.1 + maps.output)
    }
  }

  /// The same maps as they cross.
  public var codedMaps: (read: Bytes, written: Bytes) {
    entries.reduce((.zero, .zero)) { sum, entry in
      (
        sum.0 + entry.cost.traffic(.dram, .input).read,
        sum.1 + entry.cost.traffic(.dram, .output).write
      )
    }
  }

  /// What a design does for want of shares of zeros, in words; nothing where it needs none.
  var unstatedZeros: [String] {
    let links = Links(design.architecture)
    guard links.codesMaps || design.datapath.gating != nil else { return [] }
    var (raw, full) = (0, 0)
    func count(_ link: Links.Link, _ maps: [ZeroShares.Moved]?, bytes: Bytes) {
      guard let code = link.code, bytes > .zero else { return }
      let unknown = maps?.filter { $0.zeros == nil && !($0.isInput && code.firstInput == .raw) }
      raw += unknown?.count ?? 1
    }
    for entry in entries {
      let zeros = entry.work.zeros
      count(
        links.input, zeros.map { $0.inputs + $0.beside },
        bytes: entry.cost.traffic(.dram, .input).read)
      count(links.output, zeros?.results, bytes: entry.cost.traffic(.dram, .output).write)
      if entry.layer != nil, design.datapath.gating != nil, zeros?.input == nil { full += 1 }
    }
    var found: [String] = []
    if raw > 0 {
      found.append(
        "the workload states no `zeros` of \(raw) maps that cross a coded link: they cross raw")
    }
    if full > 0 {
      found.append(
        "the workload states no `zeros` of the input of \(full) layers: only padding is gated there"
      )
    }
    return found
  }
}
