import WeightAnalysis

/// The metrics by sets of columns and strings, slowly and without bit masks.
struct Oracle {
  /// The weights of each filter: 1, 0 or -1.
  let filters: [[Int]]
  let scheme: QuantizationScheme
  let width: Int

  init(_ tensor: QuantizedTensor, width: Int) {
    let size = tensor.shape.filterSize
    let values = tensor.values().map(Int.init)
    filters = stride(from: 0, to: values.count, by: size).map { Array(values[$0..<$0 + size]) }
    scheme = tensor.scheme
    self.width = width
  }

  var size: Int { filters[0].count }

  var tiles: [Range<Int>] {
    stride(from: 0, to: size, by: width).map { $0..<min(size, $0 + width) }
  }

  /// The masks of each filter, as sets of columns.
  var masks: [[Set<Int>]] {
    filters.map { filter in
      let plus = Set(filter.indices.filter { filter[$0] > 0 })
      let minus = Set(filter.indices.filter { filter[$0] < 0 })
      switch scheme.name {
      case "binary": return [plus]
      case "signed-binary": return [plus.union(minus)]
      default: return [plus, minus]
      }
    }
  }

  /// The distinct non-empty masks in a tile.
  func unique(_ tile: Range<Int>) -> Set<Set<Int>> {
    var result = Set<Set<Int>>()
    for mask in masks.joined() { result.insert(mask.filter(tile.contains)) }
    result.remove([])
    return result
  }

  var offset: Int { scheme == .binary ? size - 1 + filters.count : 0 }

  var merges: Int {
    masks.reduce(0) { sum, planes in
      var parts = 0
      for mask in planes {
        for tile in tiles where mask.contains(where: tile.contains) { parts += 1 }
      }
      return sum + max(0, parts - 1)
    }
  }

  var sparse: Int { filters.reduce(0) { $0 + max(0, $1.count { $0 != 0 } - 1) } }

  func signature(_ filter: [Int], _ tile: Range<Int>, mirrored: Bool) -> String {
    var part = Array(filter[tile])
    if scheme == .signedBinary { part = part.map(abs) }
    if mirrored, let first = part.first(where: { $0 != 0 }), first < 0 { part = part.map { -$0 } }
    return part.map(String.init).joined(separator: ",")
  }

  func repetition(mirrored: Bool) -> Int {
    tiles.reduce(filters.count * (tiles.count - 1)) { sum, tile in
      let distinct = Set(filters.map { signature($0, tile, mirrored: mirrored) })
      return sum + distinct.count * (tile.count - 1)
    }
  }

  var mirroredDirect: Int {
    let built = tiles.reduce(0) { sum, tile in
      Set(filters.map { signature($0, tile, mirrored: true) }).reduce(sum) { sum, text in
        sum + max(0, text.split(separator: ",").count { $0 != "0" } - 1)
      }
    }
    return filters.reduce(built) { sum, filter in
      sum + max(0, tiles.count { tile in filter[tile].contains { $0 != 0 } } - 1)
    }
  }

  var direct: Int {
    tiles.reduce(merges + offset) { $0 + unique($1).reduce(0) { $0 + $1.count - 1 } }
  }

  func trie(dropping choose: (Set<Int>) -> Int?) -> Int {
    tiles.reduce(merges + offset) { sum, tile in
      var nodes = Set<Set<Int>>()
      for var node in unique(tile) {
        while node.count > 1, let dropped = choose(node) {
          nodes.insert(node)
          node.remove(dropped)
        }
      }
      return sum + nodes.count
    }
  }

  var subset: Int {
    tiles.reduce(merges + offset) { sum, tile in
      let masks = unique(tile)
      return masks.reduce(sum) { sum, mask in
        let parent = masks.filter { $0.isStrictSubset(of: mask) }.map(\.count).max() ?? 1
        return sum + mask.count - parent
      }
    }
  }

  var lookupTable: Int {
    let planes = scheme == .ternary ? 2 : 1
    var sum = offset + filters.count * (planes * tiles.count - 1)
    for tile in tiles {
      for pattern in 1..<(1 << tile.count) { sum += pattern.nonzeroBitCount - 1 > 0 ? 1 : 0 }
    }
    return sum
  }

  /// Pairs eliminated one by one, every pair counted afresh in every step.
  var pairwise: Int {
    tiles.reduce(merges + offset) { sum, tile in
      var rows = masks.joined().map { Set($0.filter(tile.contains).map { $0 - tile.lowerBound }) }
      var columns = tile.count
      while true {
        var best = (count: 1, left: 0, right: 0)
        for left in 0..<columns {
          for right in 0..<left {
            let count = rows.count { $0.contains(left) && $0.contains(right) }
            if count > best.count { best = (count, left, right) }
          }
        }
        guard best.count > 1 else { break }
        rows = rows.map { row in
          guard row.contains(best.left), row.contains(best.right) else { return row }
          return row.subtracting([best.left, best.right]).union([columns])
        }
        columns += 1
      }
      return rows.reduce(sum + columns - tile.count) { $0 + max(0, $1.count - 1) }
    }
  }
}
