internal import Inputs

/// Operators without multiply-accumulates whose results depend on values, and images of sampling.
enum DynamicRules {
  static let all: [OperatorRule] = [
    .unknown([
      "NonZero", "NonMaxSuppression", "Compress", "Unique", "Optional", "OptionalGetElement",
      "OptionalHasElement", "ZipMap",
      "TreeEnsembleClassifier", "TreeEnsembleRegressor", "StringNormalizer", "Tokenizer",
      "LabelEncoder", "BeamSearch", "GreedySearch", "Sampling", "ImageDecoder", "RegexFullMatch",
      "StringConcat", "StringSplit",
    ]),
    OperatorRule(["TopK"]) { context throws(OperatorFault) in
      var shape = try context.shape(0)
      let axis = try context.axis(try context.integer("axis", default: -1), rank: shape.count)
      let count =
        context.node.attribute("k") == nil
        ? try NodeContext.bounded(try context.integers(of: 1), context.name(1)).first ?? 0
        : try context.integer("k", default: 0)
      shape[axis] = count
      return NodeResult([GraphValue(shape: shape), GraphValue(shape: shape)])
    },
    .shape(["RoiAlign", "MaxRoiPool"]) { context throws(OperatorFault) in
      let (input, rois) = (try context.shape(0), try context.shape(1))
      guard input.count == 4, rois.count == 2 else {
        throw .wrong("an input of rank \(input.count) and regions of rank \(rois.count)")
      }
      if let pooled = try context.integers("pooled_shape") { return [rois[0], input[1]] + pooled }
      return [
        rois[0], input[1], try context.integer("output_height", default: 1),
        try context.integer("output_width", default: 1),
      ]
    },
    .shape(["GridSample"]) { context throws(OperatorFault) in
      let (input, grid) = (try context.shape(0), try context.shape(1))
      guard input.count >= 3, grid.count == input.count else {
        throw .wrong("an input of rank \(input.count) and a grid of rank \(grid.count)")
      }
      return Array(input[..<2]) + grid[1..<(grid.count - 1)]
    },
    .shape(["GatherND"]) { context throws(OperatorFault) in
      let (input, indices) = (try context.shape(0), try context.shape(1))
      let batch = try context.integer("batch_dims", default: 0)
      guard let length = indices.last, batch >= 0, batch + length <= input.count else {
        throw .wrong("indices of \(indices) into \(input)")
      }
      return indices.dropLast() + input[(batch + length)...]
    },
    .shape(["Multinomial", "MelWeightMatrix", "HannWindow", "HammingWindow", "BlackmanWindow"]) {
      context throws(OperatorFault) in
      throw .unknown("\(context.node.place): the extents of its result depend on values")
    },
    .shape(["RandomNormal", "RandomUniform"]) { context throws(OperatorFault) in
      try context.integers("shape") ?? []
    },
    .shape(["Col2Im", "AffineGrid", "MaxUnpool"]) { context throws(OperatorFault) in
      throw .unknown("\(context.node.place): the extents of its result depend on values")
    },
    // One embedding for each index, `block_size` values of a few bits in a block.
    .shape(["GatherBlockQuantized"]) { context throws(OperatorFault) in
      var (table, indices) = (try context.shape(0), try context.shape(1))
      let axis = try context.axis(
        try context.integer("gather_axis", default: 0), rank: table.count)
      let isPacked = try context.input(0).constant?.source?.message.dataType == 2
      let bits = try context.integer("bits", default: 4)
      if isPacked, (1...8).contains(bits), let last = table.indices.last, last != axis {
        table[last] = try NodeContext.product([table[last], 8 / bits])
      }
      table.remove(at: axis)
      indices.append(contentsOf: table)
      return indices
    },
    .shape(["Det"]) { context throws(OperatorFault) in Array(try context.shape(0).dropLast(2)) },
  ]
}
