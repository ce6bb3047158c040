/// What an iteration reads of its cache, and what is there behind it.
extension TransformerIteration {
  /// Sums over sequences and layers.
  private func sum(_ each: (Iteration.Group, CacheReading) -> Int) -> Int {
    guard model.isDecoder else { return 0 }
    return iteration.groups.reduce(0) {
      $0 + model.layers * $1.count * each($1, CacheReading($1, of: model))
    }
  }

  /// Elements of so many tokens of each sequence in all layers; in floating point, for what is not read may be
  /// more than integers hold.
  private func elements(_ tokens: (Iteration.Group, CacheReading) -> Int) -> Double {
    guard model.isDecoder else { return 0 }
    let each = Double(model.layers) * Double(model.cacheWidth)
    return iteration.groups.reduce(0) {
      $0 + each * Double($1.count) * Double(tokens($1, CacheReading($1, of: model)))
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
  public var fullCacheElements: Double {
    elements { group, _ in
      AttentionShape(
        new: group.new, context: group.cached, window: model.spec.window,
        isCausal: model.isCausal
      ).cached
    }
  }

  /// Elements of tokens that are kept for those to come, and of minima and maxima of pages beside them.
  public var keptElements: (tokens: Double, pages: Double) {
    (elements { $1.kept }, elements { $1.keptPages })
  }

  /// Elements of all tokens that there are, without a policy and a window.
  public var allElements: Double { elements { group, _ in group.cached + group.new } }

  /// Bytes of `count` elements of tokens, of `bits` each where the model does not say; those of a token and head share a
  /// scale.
  public func cacheBytes(_ count: Double, bits: Int) -> Double {
    let storage = model.spec.cache ?? StorageSpec(bits: bits)
    let row = model.spec.latent == nil ? model.headWidth : model.cacheWidth
    return storage.cacheBits(count, row: row) / 8
  }

  /// Bytes of what is kept, with elements of `bits` where the model does not say; the minima and maxima of a page and
  /// head share a scale.
  public func keptBytes(bits: Int) -> Double {
    let storage = model.spec.cache ?? StorageSpec(bits: bits)
    let (tokens, pages) = keptElements
    return cacheBytes(tokens, bits: bits) + storage.cacheBits(pages, row: 2 * model.headWidth) / 8
  }

  /// Bytes that are read of the cache and appended to it, with elements of `bits` where the model does not say.
  ///
  /// What is read of a page and head has a scale.
  public func cacheBytes(bits: Int) -> (read: Double, written: Double) {
    let storage = model.spec.cache ?? StorageSpec(bits: bits)
    let tokens = Double(sum { $1.attendedElements(model) })
    var read = cacheBytes(tokens, bits: bits)
    if model.isDecoder {
      for group in iteration.groups {
        let reading = CacheReading(group, of: model)
        guard reading.pages > 0 else { continue }
        let elements = model.layers * group.count * reading.pageElements(model)
        read += storage.cacheBits(Double(elements), row: reading.pageFeatures) / 8
      }
    }
    return (read, cacheBytes(Double(cacheElements.written), bits: bits))
  }
}
