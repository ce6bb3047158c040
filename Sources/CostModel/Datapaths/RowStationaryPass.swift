internal import Networks

/// When the stages of a pass of a row-stationary array are done.
///
/// Weights enter first. Then columns of the input arrive, windows are multiplied and their sums
/// leave: each stage in order, in whole cycles per column, behind the stage before it and never held
/// up by the one behind. Within an image columns arrive evenly, so what a stage waits for is a
/// maximum of linear functions of the column, and largest at the image's first or last one; where a
/// kernel has gaps its windows are walked one by one.
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
  /// Input columns of an image that a window touches.
  let inputColumns: Int
  /// How the windows lie along them.
  let columns: WindowAxis

  /// From the first weight to the last sum.
  var cycles: Int {
    var (computed, left) = (0, 0)
    for image in 0..<images {
      if columns.dilation == 1 {
        let first = (image * inputColumns + columns.kernel) * columnCycles
        let last = (image + 1) * inputColumns * columnCycles
        let firstComputed = max(computed, first) + windowCycles
        computed = max(
          max(computed, first) + outputColumns * windowCycles, last + windowCycles)
        left = max(max(left, firstComputed) + outputColumns * sumCycles, computed + sumCycles)
      } else {
        for window in 0..<outputColumns {
          let arrived = image * inputColumns + columns.arrived(for: window, of: outputColumns)
          computed = max(computed, arrived * columnCycles) + windowCycles
          left = max(left, computed) + sumCycles
        }
      }
    }
    return weightCycles + left
  }

  /// Columns of the input, each read for the last time when it has arrived.
  var release: InputRelease {
    InputRelease(
      cycles: cycles - weightCycles, steps: images * inputColumns, perStep: columnCycles)
  }
}
