/// When the stages of a pass of a row-stationary array are done.
///
/// Weights enter first. Then columns of the input arrive, windows are multiplied and their sums
/// leave: each stage in order, in whole cycles per column, behind the stage before it and never held
/// up by the one behind. Within an image columns arrive evenly, so what a stage waits for is a
/// maximum of linear functions of the column, and largest at the image's first or last one.
struct RowStationaryPass {
  /// Cycles in which the weights enter.
  let weightCycles: Int
  /// Cycles of a column of the input, of a window and of a column of sums.
  let columnCycles: Int
  let windowCycles: Int
  let sumCycles: Int
  let images: Int
  /// Of one image.
  let outputColumns: Int
  /// Input columns of an image that a window touches, and those of its first window.
  let inputColumns: Int
  let kernelColumns: Int

  /// From the first weight to the last sum.
  var cycles: Int {
    var (computed, left) = (0, 0)
    for image in 0..<images {
      let first = (image * inputColumns + kernelColumns) * columnCycles
      let last = (image + 1) * inputColumns * columnCycles
      let firstComputed = max(computed, first) + windowCycles
      computed = max(
        max(computed, first) + outputColumns * windowCycles, last + windowCycles)
      left = max(max(left, firstComputed) + outputColumns * sumCycles, computed + sumCycles)
    }
    return weightCycles + left
  }

  /// From the arrival of the first `part` of `whole` of the columns to the last sum.
  func cycles(after part: Int, of whole: Int) -> Int {
    cycles - weightCycles - quotient(images * inputColumns * part, whole) * columnCycles
  }
}
