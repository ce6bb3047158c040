internal import CHDF5

/// Writes an HDF5 file of weight tensors; the same calls give the same bytes.
///
/// The file grows beside its target under another name and takes its place on `finish()`. A writer
/// dropped before that leaves nothing behind.
public struct WeightFileWriter {
  private let output: HDF5Output

  /// Begins a file that will stand at `path`.
  public static func create(_ path: String) throws(InputError) -> WeightFileWriter {
    WeightFileWriter(output: try HDF5Output(path))
  }

  /// Adds an attribute to a dataset already written, or to the file.
  public func setAttribute(
    _ name: String, _ value: WeightAttribute, dataset: String? = nil
  ) throws(InputError) {
    try HDF5Library.locked { () throws(InputError) in
      try output.setAttribute(name, value, dataset: dataset)
    }
  }

  /// Writes a float32 tensor, `block` giving the values of each range of kernels.
  public func writeFloat32(
    _ dataset: String, dimensions: [Int], kernelsPerBlock: Int,
    compression: TensorCompression? = nil, block: (Range<Int>) throws -> [Float]
  ) throws {
    try write(
      HDF5Target(dataset: dataset, dimensions: dimensions, type: .float32),
      kernelsPerBlock: kernelsPerBlock, compression: compression, block: block)
  }

  /// Writes an int8 tensor, `block` giving the values of each range of kernels.
  public func writeInt8(
    _ dataset: String, dimensions: [Int], kernelsPerBlock: Int,
    compression: TensorCompression? = nil, block: (Range<Int>) throws -> [Int8]
  ) throws {
    try write(
      HDF5Target(dataset: dataset, dimensions: dimensions, type: .int8),
      kernelsPerBlock: kernelsPerBlock, compression: compression, block: block)
  }

  /// Closes the file and puts it at its place; nothing can be written afterwards.
  public func finish() throws(InputError) {
    try HDF5Library.locked { () throws(InputError) in try output.finish() }
  }

  private func write<Element>(
    _ target: HDF5Target, kernelsPerBlock: Int, compression: TensorCompression?,
    block: (Range<Int>) throws -> [Element]
  ) throws {
    let kernelSize = try target.kernelSize(file: output.path)
    try HDF5Library.locked { () throws(InputError) in
      try output.createDataset(target, compression)
    }
    let kernels = target.dimensions[0]
    let step = min(max(1, kernelsPerBlock), kernels)
    var first = 0
    while first < kernels {
      let range = first..<min(first + step, kernels)
      let values = try block(range)
      guard values.count == range.count * kernelSize else {
        throw InputError(
          "a block has \(values.count) values, expected \(range.count * kernelSize)",
          file: output.path, path: target.dataset)
      }
      try values.withUnsafeBytes { bytes in
        try HDF5Library.locked { () throws(InputError) in
          try output.write(target, range, bytes)
        }
      }
      first = range.upperBound
    }
  }
}
