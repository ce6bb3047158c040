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

  /// The name of the link with number `index` of a group whose path is `prefix`.
  static func linkName(
    _ group: hid_t, _ index: UInt64, _ prefix: String, file: String
  ) throws(InputError) -> String {
    let damaged = InputError("cannot be read, the file is damaged", file: file, path: prefix)
    let length = shim_link_name(group, index, nil, 0)
    guard length >= 0, length < 1 << 20 else { throw damaged }
    var name = [CChar](repeating: 0, count: Int(length) + 1)
    guard shim_link_name(group, index, &name, name.count) >= 0 else { throw damaged }
    let bytes = name.prefix(Int(length)).map { UInt8(bitPattern: $0) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError("a name in this group is not valid UTF-8", file: file, path: prefix)
    }
    return text
  }
}
