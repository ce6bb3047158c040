/// Joins the shards of one sweep.
public enum ShardMerge {
  /// Copies every point of `shards` into `folder`; the order of the shards does not matter.
  ///
  /// Throws when they are parts of different sweeps, or do not make a whole.
  public static func merge(_ shards: [String], into folder: String) throws(StoreError) -> Int {
    guard !ResultStore.exists(in: folder) else { throw .occupied(folder) }
    // One shard is open at a time, however many there are.
    var folders: [Int: String] = [:]
    var counts: [Int: Int] = [:]
    var first: (folder: String, manifest: SweepManifest)?
    for path in shards {
      let store = try ResultStore.open(in: path, isWriter: false)
      defer { try? store.close() }
      guard let shard = store.manifest.shard else {
        throw .incomplete("\(path): a whole sweep, not a shard of one")
      }
      if let first {
        let reasons = store.manifest.differences(from: first.manifest)
        guard reasons.isEmpty, shard.count == first.manifest.shard?.count else {
          let reason =
            reasons.isEmpty ? "cut into \(shard.count) shards" : reasons.joined(separator: "; ")
          throw .incomplete("\(path) and \(first.folder) are not of one sweep: \(reason)")
        }
      } else {
        first = (path, store.manifest)
      }
      guard folders[shard.index] == nil else {
        throw .incomplete("\(path): shard \(shard.text) is given twice")
      }
      folders[shard.index] = path
      counts[shard.index] = try store.count()
    }
    guard let count = first?.manifest.shard?.count, var manifest = first?.manifest else {
      throw .incomplete("no shard is given")
    }
    let missing = (1...count).filter { folders[$0] == nil }
    guard missing.isEmpty else {
      throw .incomplete(
        "of \(count) shards \(missing.map { "\($0)" }.joined(separator: ", ")) "
          + (missing.count == 1 ? "is missing" : "are missing"))
    }
    for index in 1...count {
      let expected = manifest.points * index / count - manifest.points * (index - 1) / count
      let found = counts[index] ?? 0
      guard found == expected else {
        throw .incomplete(
          "shard \(index)/\(count) has \(found) of \(expected) points, `--resume` it first")
      }
    }
    manifest.shard = nil
    let whole = try ResultStore.create(in: folder, manifest)
    for index in 1...count {
      guard let path = folders[index] else { continue }
      let store = try ResultStore.open(in: path, isWriter: false)
      try whole.append(store)
      try store.close()
    }
    try manifest.write(to: folder)
    try whole.close()
    return manifest.points
  }
}

extension ResultStore {
  /// Copies the rows of `other`, a few thousand at a time.
  fileprivate func append(_ other: ResultStore) throws(StoreError) {
    var rows: [Row] = []
    try other.forEach { row in
      rows.append(row)
      if rows.count == 4096 {
        try self.insert(rows)
        rows.removeAll(keepingCapacity: true)
      }
    }
    try insert(rows)
  }
}
