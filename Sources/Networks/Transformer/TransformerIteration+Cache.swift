/// What an iteration reads of its cache, and what is there behind it.
extension TransformerIteration {
  /// Sums over sequences and layers.
  private func sum(_ each: (Iteration.Group, CacheReading) -> Int) -> Int {
    guard model.isDecoder else { return 0 }
    return iteration.groups.reduce(0) {
      $0 + model.layers * $1.count * each($1, CacheReading($1, of: model))
    }
  }

  /// Elements of keys and values that are read of the cache, minima and maxima of pages included, and that are
  /// appended to it.
  public var cacheElements: (read: Int, written: Int) {
    (
      sum { $1.attendedElements(model) + $1.pageElements(model) },
      sum { group, _ in group.new * model.cacheWidth }
    )
  }

  /// Elements that would be read without a cache policy.
  public var fullCacheElements: Int {
    sum { group, _ in
      AttentionShape(
        new: group.new, context: group.cached, window: model.spec.window,
        isCausal: model.isCausal
      ).cached * model.cacheWidth
    }
  }

  /// Elements of tokens that are kept for those to come, and of minima and maxima of pages beside them.
  public var keptElements: (tokens: Int, pages: Int) {
    (sum { $1.kept * model.cacheWidth }, sum { $1.keptPages * model.cacheWidth })
  }

  /// Elements of all tokens that there are, without a policy and a window.
  public var allElements: Int {
    sum { group, _ in (group.cached + group.new) * model.cacheWidth }
  }

  /// Bytes of `count` elements of tokens, of `bits` each where the model does not say; those of a token and head share a
  /// scale.
  public func cacheBytes(_ count: Int, bits: Int) -> Double {
    let storage = model.spec.cache ?? StorageSpec(bits: bits)
    let row = model.spec.latent == nil ? model.headWidth : model.cacheWidth
    return storage.cacheBits(Double(count), row: row) / 8
  }

  /// Bytes that are read of the cache and appended to it, with elements of `bits` where the model does not say.
  ///
  /// What is read of a page and head has a scale.
  public func cacheBytes(bits: Int) -> (read: Double, written: Double) {
    let storage = model.spec.cache ?? StorageSpec(bits: bits)
    let tokens = sum { $1.attendedElements(model) }
    var read = cacheBytes(tokens, bits: bits)
    if model.isDecoder {
      for group in iteration.groups {
        let reading = CacheReading(group, of: model)
        guard reading.pages > 0 else { continue }
        let elements = model.layers * group.count * reading.pageElements(model)
        read += storage.cacheBits(Double(elements), row: reading.pageFeatures) / 8
      }
    }
    return (read, cacheBytes(cacheElements.written, bits: bits))
  }
}
