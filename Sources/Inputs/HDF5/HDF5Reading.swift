internal import CHDF5

/// Opens HDF5 files for reading and says in plain words why one cannot be opened.
enum HDF5Reading {
  /// Opens a file; inside `HDF5Library.locked` only.
  static func open(_ path: String) throws(InputError) -> HDF5Handle {
    let size = try InputFile.check(path)
    if size == 0 { throw InputError("the file is empty", file: path) }
    _ = try InputFile.read(path, limit: 0)
    guard shim_is_hdf5(path) > 0 else { throw InputError("is not an HDF5 file", file: path) }
    guard let file = HDF5Handle(shim_open_file(path)) else {
      throw InputError("cannot be opened, the file is truncated or damaged", file: path)
    }
    return file
  }
}
