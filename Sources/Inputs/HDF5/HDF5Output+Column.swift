internal import CHDF5

/// An array of one axis that grows at its end, in chunks of `rowsPerChunk` that are compressed.
extension HDF5Output {
  /// Rows of a chunk; whoever adds so many at a time rewrites none.
  static let rowsPerChunk = 16_384

  /// Makes an empty column; inside `HDF5Library.locked` only.
  func createColumn(_ array: StoredArray) throws(InputError) {
    let stored = array.isWhole ? shim_H5T_STD_I64LE() : shim_H5T_IEEE_F64LE()
    guard let id = fileID,
      // The largest extent is none.
      let space = HDF5Handle(H5Screate_simple(1, [0], [hsize_t.max])),
      let list = HDF5Handle(H5Pcreate(shim_H5P_DATASET_CREATE())),
      H5Pset_obj_track_times(list.id, false) >= 0,
      H5Pset_chunk(list.id, 1, [hsize_t(Self.rowsPerChunk)]) >= 0,
      H5Pset_shuffle(list.id) >= 0, H5Pset_deflate(list.id, 1) >= 0,
      let dataset = HDF5Handle(
        H5Dcreate2(
          id, array.dataset, stored, space.id, shim_H5P_DEFAULT(), list.id, shim_H5P_DEFAULT())),
      dataset.close()
    else { throw failure("cannot be created", array.dataset) }
    if let units = array.units {
      try setAttribute("units", .text(units), dataset: array.dataset)
    }
    try label(array)
  }

  /// Adds values behind the first `count`; inside `HDF5Library.locked` only.
  func append(_ array: StoredArray, after count: Int) throws(InputError) {
    switch array.values {
    case .float64(let values):
      try append(array.dataset, shim_H5T_NATIVE_DOUBLE(), values, after: count)
    case .int64(let values):
      try append(array.dataset, shim_H5T_NATIVE_INT64(), values, after: count)
    case .text: throw failure("texts have no column", array.dataset)
    }
  }

  private func append<Element>(
    _ dataset: String, _ memory: hid_t, _ values: [Element], after count: Int
  ) throws(InputError) {
    guard !values.isEmpty else { return }
    let rows = [hsize_t(values.count)]
    guard let id = fileID, let column = HDF5Handle(shim_open_dataset(id, dataset)),
      H5Dset_extent(column.id, [hsize_t(count + values.count)]) >= 0,
      let space = HDF5Handle(H5Dget_space(column.id)),
      H5Sselect_hyperslab(space.id, H5S_SELECT_SET, [hsize_t(count)], nil, rows, nil) >= 0,
      let block = HDF5Handle(H5Screate_simple(1, rows, nil)),
      values.withUnsafeBytes({
        H5Dwrite(column.id, memory, block.id, space.id, shim_H5P_DEFAULT(), $0.baseAddress) >= 0
      }), column.close()
    else { throw failure("the values cannot be written", dataset) }
  }
}

extension StoredArray {
  /// Whether the values are whole numbers.
  var isWhole: Bool {
    if case .int64 = values { true } else { false }
  }
}
