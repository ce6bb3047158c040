internal import CHDF5

/// Writes an HDF5 file of named arrays; the same calls give the same bytes.
///
/// The file grows beside its target under another name and takes its place on `finish()`. A writer
/// dropped before that leaves nothing behind.
public struct ArrayFileWriter {
  private let output: HDF5Output

  /// Begins a file that will stand at `path`.
  ///
  /// - Throws: `InputError` of kind `unreadable` when it cannot be created.
  public static func create(_ path: String) throws(InputError) -> ArrayFileWriter {
    ArrayFileWriter(output: try HDF5Output(path))
  }

  /// Adds a text attribute to the file.
  public func setAttribute(_ name: String, _ text: String) throws(InputError) {
    try HDF5Library.locked { () throws(InputError) in
      try output.setAttribute(name, .text(text), dataset: nil)
    }
  }

  /// Adds an array with its `units` attribute and its axis labels.
  ///
  /// - Throws: `InputError` when the extents do not match the values, or a text holds a zero byte.
  public func write(_ array: StoredArray) throws(InputError) {
    guard array.dimensions.allSatisfy({ $0 >= 0 }), array.axes.count == array.dimensions.count,
      array.dimensions.reduce(1, *) == array.values.count
    else {
      throw InputError(
        "has \(array.values.count) values for \(array.dimensions)", file: output.path,
        path: array.dataset)
    }
    try HDF5Library.locked { () throws(InputError) in try output.write(array) }
  }

  /// Rows that columns are best added by: whole chunks, of which none is written twice.
  public static var rowsPerChunk: Int { HDF5Output.rowsPerChunk }

  /// Begins columns that grow along one axis; `arrays` give names, units, axes and types, no values.
  ///
  /// - Throws: `InputError` when one cannot be created.
  public func createColumns(_ arrays: [StoredArray]) throws(InputError) {
    try HDF5Library.locked { () throws(InputError) in
      for array in arrays { try output.createColumn(array) }
    }
  }

  /// Adds values to columns that hold `count` already.
  ///
  /// - Throws: `InputError` when they cannot be written.
  public func append(_ arrays: [StoredArray], after count: Int) throws(InputError) {
    try HDF5Library.locked { () throws(InputError) in
      for array in arrays { try output.append(array, after: count) }
    }
  }

  /// Closes the file and puts it at its place; nothing can be written afterwards.
  public func finish() throws(InputError) {
    try HDF5Library.locked { () throws(InputError) in try output.finish() }
  }
}
