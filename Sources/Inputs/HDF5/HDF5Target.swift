/// A dataset about to be written.
struct HDF5Target {
  var dataset: String
  var dimensions: [Int]
  var type: ElementType

  /// How many values one kernel has; an error when the dimensions are impossible.
  func kernelSize(file: String) throws(InputError) -> Int {
    var bytes = 4
    for extent in dimensions {
      let (product, isOver) = bytes.multipliedReportingOverflow(by: extent)
      guard extent > 0, !isOver else {
        throw InputError("the dimensions \(dimensions) are impossible", file: file, path: dataset)
      }
      bytes = product
    }
    guard let kernels = dimensions.first else {
      throw InputError("a tensor needs dimensions", file: file, path: dataset)
    }
    return bytes / 4 / kernels
  }
}
