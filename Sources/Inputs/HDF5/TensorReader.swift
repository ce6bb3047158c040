internal import CHDF5

/// Keeps a dataset open while its blocks are read.
final class TensorReader: TensorBlocks {
  private let path: String
  private let tensor: TensorDescription
  private var file: HDF5Handle?
  private var dataset: HDF5Handle?

  init(file path: String, tensor: TensorDescription) throws(InputError) {
    self.path = path
    self.tensor = tensor
    do {
      try HDF5Library.locked { () throws(InputError) in try open() }
    } catch {
      close()
      throw error
    }
  }

  /// Closes the dataset and its file.
  func close() {
    HDF5Library.locked {
      dataset = nil
      file = nil
    }
  }

  func block(start: [Int], extents: [Int]) throws(InputError) -> [Float] {
    let size = extents.reduce(1, *)
    return try HDF5Library.locked { () throws(InputError) -> [Float] in
      guard let id = dataset?.id, let space = HDF5Handle(H5Dget_space(id)),
        H5Sselect_hyperslab(
          space.id, H5S_SELECT_SET, start.map { hsize_t($0) }, nil, extents.map { hsize_t($0) },
          nil) >= 0,
        let memory = HDF5Handle(H5Screate_simple(1, [hsize_t(size)], nil))
      else { throw failure() }
      var status: herr_t = -1
      let values = [Float](unsafeUninitializedCapacity: size) { buffer, initialized in
        buffer.initialize(repeating: 0)
        status = H5Dread(
          id, shim_H5T_NATIVE_FLOAT(), memory.id, space.id, shim_H5P_DEFAULT(),
          buffer.baseAddress)
        initialized = size
      }
      guard status >= 0 else { throw failure() }
      return values
    }
  }

  private func open() throws(InputError) {
    file = try HDF5Reading.open(path)
    guard let id = file?.id, let found = HDF5Handle(shim_open_dataset(id, "/" + tensor.dataset))
    else { throw failure() }
    let opened = HDF5Dataset(id: found.id)
    guard opened.extents() == tensor.dimensions.map({ UInt64(clamping: $0) }),
      opened.format().type == tensor.elementType
    else {
      throw InputError("changed while it was being read", file: path, path: tensor.dataset)
    }
    dataset = consume found
  }

  private func failure() -> InputError {
    InputError(
      "the values cannot be read, the file is damaged", file: path, path: tensor.dataset)
  }
}
