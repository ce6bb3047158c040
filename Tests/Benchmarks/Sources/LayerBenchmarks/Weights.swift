import Benchmark
import WeightAnalysis

/// The quantized layers of ResNet-18, Laplace weights.
struct QuantizedResNet18 {
  let shapes: [FilterShape]
  let floats: [[Float]]
  let tensors: [QuantizedTensor]

  init() throws {
    let stages = [
      (64, 64, 4), (128, 64, 1), (128, 128, 3), (256, 128, 1), (256, 256, 3),
      (512, 256, 1), (512, 512, 3),
    ]
    shapes = try stages.flatMap { kernels, channels, count in
      try (0..<count).map { _ in
        try FilterShape(kernels: kernels, channels: channels, rows: 3, columns: 3)
      }
    }
    var state: UInt64 = 1
    floats = shapes.map { shape in
      (0..<shape.count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // A density that falls off as fast as Laplace's is all that the counts depend on.
        let uniform = Float(state >> 40) / Float(1 << 24) * 2 - 1
        return uniform * uniform * uniform
      }
    }
    let rule = try SignedBinary()
    tensors = try zip(floats, shapes).map { try rule.quantize($0, shape: $1) }
  }
}

func addWeightBenchmarks() throws {
  let network = try QuantizedResNet18()
  var counted = 0
  benchmark("trie and direct counts, T = 6, 10,985,472 weights") {
    for tensor in network.tensors {
      counted += (try? OperationCounts(tensor, tileWidth: 6, subsets: false))?.trieHighest ?? 0
    }
  }
  let rule = try SignedBinary()
  benchmark("quantize and pack, 10,985,472 weights") {
    for (values, shape) in zip(network.floats, network.shapes) {
      counted += (try? rule.quantize(values, shape: shape))?.shape.count ?? 0
    }
  }
  for (name, codec) in [
    ("16 entries", try CodebookCodec(entries: 16)),
    (
      "16 entries, half pruned, 1 % kept", try CodebookCodec(entries: 16, prune: 0.5, escapes: 0.01)
    ),
  ] {
    let coded = try zip(network.floats, network.shapes).map { try codec.encode($0, shape: $1) }
    let streams = coded.map(\.stream)
    let plain = coded.map { $0.values() }
    benchmark("encode, \(name), 10,985,472 weights") {
      for (values, shape) in zip(network.floats, network.shapes) {
        counted += (try? codec.encode(values, shape: shape))?.escapes.count ?? 0
      }
    }
    benchmark("code words written, \(name), 10,985,472 weights") {
      for tensor in coded { counted += tensor.stream.count }
    }
    benchmark("code words read, \(name), 10,985,472 weights") {
      for (tensor, stream) in zip(coded, streams) {
        counted += tensor.code.decoded(stream, count: tensor.shape.count)?.count ?? 0
      }
    }
    benchmark("codebooks found again, \(name), 10,985,472 weights") {
      for (tensor, values) in zip(coded, plain) {
        let again = try? CodedTensor(
          values, shape: tensor.shape, scope: .layer, hasPruned: codec.prune > 0,
          escapesFrom: tensor.smallestEscape)
        counted += again?.escapes.count ?? 0
      }
    }
  }
  var copy = network.floats
  benchmark("plain copy of the same weights") {
    for index in network.floats.indices {
      copy[index].withUnsafeMutableBufferPointer { target in
        network.floats[index].withUnsafeBufferPointer { source in
          _ = target.update(fromContentsOf: source)
        }
      }
    }
  }
}
