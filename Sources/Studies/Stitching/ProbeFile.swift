internal import Inputs

/// Distributions over the classes that linear probes behind the blocks of two networks give: datasets
/// `probes/NETWORK/BLOCK`, samples x classes, blocks counted from 1.
struct ProbeFile {
  private let first: [StitchSelection.Probe]
  private let second: [StitchSelection.Probe]

  /// How far the sum of a distribution may be from 1.
  private static let tolerance = 1e-3

  /// Reads the probes of every block of two networks.
  init(_ path: String, blocks: [(name: String, count: Int)]) throws {
    let file = try WeightFile(path: path)
    try file.checkFilters()
    var probes: [[StitchSelection.Probe]] = []
    var shape: [Int]?
    for (name, count) in blocks {
      probes.append(
        try (1...count).map { block in
          let dataset = "probes/\(name)/\(block)"
          guard let tensor = file.tensors.first(where: { $0.dataset == dataset }) else {
            throw InputError(
              "no dataset of this name, expected the probe behind block \(block) of \(name), samples x classes",
              file: path, path: dataset)
          }
          guard tensor.dimensions.count == 2, shape ?? tensor.dimensions == tensor.dimensions else {
            throw InputError(
              "shape \(WeightFile.text(tensor.dimensions)), expected samples x classes"
                + (shape.map { ", \(WeightFile.text($0)) as the others" } ?? ""), file: path,
              path: dataset)
          }
          shape = tensor.dimensions
          return try Self.probe(tensor, file)
        })
    }
    (first, second) = (probes[0], probes[1])
  }

  private static func probe(
    _ tensor: TensorDescription, _ file: WeightFile
  ) throws -> StitchSelection.Probe {
    let (samples, classes) = (tensor.dimensions[0], tensor.dimensions[1])
    let values = try TensorValues(
      file: file, tensor: tensor,
      place: WeightPlace(
        layout: .oihw,
        slice: TensorShape(kernels: samples, channels: classes, rows: 1, columns: 1),
        isDepthwise: false)
    ).all()
    for sample in 0..<samples {
      let row = values[sample * classes..<(sample + 1) * classes]
      let sum = row.reduce(0.0) { $0 + Double($1) }
      guard abs(sum - 1) <= tolerance, row.allSatisfy({ $0 >= 0 }) else {
        throw InputError(
          "sample \(sample) is no distribution: expected shares from 0 on that add up to 1, found a sum of \(sum)",
          file: file.path, path: tensor.dataset)
      }
    }
    return StitchSelection.Probe(values: values.map(Double.init), classes: classes)
  }

  /// The score of the stitch behind block `i` of the first network that leaves out `j` blocks of the second.
  func gamma(_ i: Int, _ j: Int) -> Double {
    StitchSelection.gamma(first[i - 1], second[j - 1], next: second[j])
  }
}
