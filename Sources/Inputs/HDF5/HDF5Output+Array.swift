internal import CHDF5

extension HDF5Output {
  /// Adds an array in one piece; inside `HDF5Library.locked` only.
  func write(_ array: StoredArray) throws(InputError) {
    switch array.values {
    case .float64(let values):
      try write(array, shim_H5T_IEEE_F64LE(), shim_H5T_NATIVE_DOUBLE(), values)
    case .int64(let values):
      try write(array, shim_H5T_STD_I64LE(), shim_H5T_NATIVE_INT64(), values)
    case .text(let values):
      try write(array, texts: values)
    }
    if let units = array.units {
      try setAttribute("units", .text(units), dataset: array.dataset)
    }
    try label(array)
  }

  /// Texts of one length, padded with zero bytes.
  private func write(_ array: StoredArray, texts: [String]) throws(InputError) {
    guard !texts.contains(where: { $0.utf8.contains(0) }) else {
      throw InputError("a text holds a zero byte", file: path, path: array.dataset)
    }
    let size = max(1, texts.map(\.utf8.count).max() ?? 1)
    let bytes = texts.flatMap { text in
      Array(text.utf8) + Array(repeating: 0, count: size - text.utf8.count)
    }
    guard let type = HDF5Handle(H5Tcopy(shim_H5T_C_S1())), H5Tset_size(type.id, size) >= 0,
      H5Tset_strpad(type.id, H5T_STR_NULLPAD) >= 0, H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0
    else { throw failure("cannot be created", array.dataset) }
    try write(array, type.id, type.id, bytes)
  }

  private func write<Element>(
    _ array: StoredArray, _ stored: hid_t, _ memory: hid_t, _ values: [Element]
  ) throws(InputError) {
    let extents = array.dimensions.map { hsize_t($0) }
    guard let id = fileID,
      let space = HDF5Handle(
        extents.isEmpty
          ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(extents.count), extents, nil)),
      let list = HDF5Handle(H5Pcreate(shim_H5P_DATASET_CREATE())),
      H5Pset_obj_track_times(list.id, false) >= 0,
      let dataset = HDF5Handle(
        H5Dcreate2(
          id, array.dataset, stored, space.id, shim_H5P_DEFAULT(), list.id, shim_H5P_DEFAULT()))
    else { throw failure("cannot be created", array.dataset) }
    let isWritten =
      values.isEmpty
      || values.withUnsafeBytes {
        H5Dwrite(
          dataset.id, memory, shim_H5S_ALL(), shim_H5S_ALL(), shim_H5P_DEFAULT(), $0.baseAddress)
          >= 0
      }
    guard isWritten, dataset.close() else {
      throw failure("the values cannot be written", array.dataset)
    }
  }

  /// Names the axes as the HDF5 dimension scale specification does, one text per axis.
  func label(_ array: StoredArray) throws(InputError) {
    guard !array.axes.isEmpty else { return }
    guard let id = fileID, let dataset = HDF5Handle(shim_open_dataset(id, array.dataset)),
      let type = HDF5Handle(H5Tcopy(shim_H5T_C_S1())),
      H5Tset_size(type.id, shim_H5T_VARIABLE()) >= 0,
      let space = HDF5Handle(H5Screate_simple(1, [hsize_t(array.axes.count)], nil))
    else { throw failure("the axes cannot be labelled", array.dataset) }
    // One zero-terminated text behind the other, and where each starts.
    let text = array.axes.flatMap { Array($0.utf8CString) }
    var starts: [Int] = []
    var next = 0
    for axis in array.axes {
      starts.append(next)
      next += axis.utf8CString.count
    }
    let isWritten = text.withUnsafeBufferPointer { buffer in
      let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
      return write(dataset, "DIMENSION_LABELS", type.id, type.id, space, pointers)
    }
    guard isWritten, dataset.close() else {
      throw failure("the axes cannot be labelled", array.dataset)
    }
  }
}
