internal import CHDF5

/// Opens HDF5 files for reading and says in plain words why one cannot be opened.
enum HDF5Reading {
  /// Throws where `path` is no regular file that can be read and holds anything.
  static func check(_ path: String) throws(InputError) {
    let size = try InputFile.check(path)
    guard InputFile.isRegular(path) else {
      throw InputError("is a device or a FIFO, HDF5 needs a regular file", file: path)
    }
    if size == 0 { throw InputError("the file is empty", file: path) }
    _ = try InputFile.read(path, limit: 0)
  }

  /// Opens a file; inside `HDF5Library.locked` only.
  static func open(_ path: String) throws(InputError) -> HDF5Handle {
    try check(path)
    guard shim_is_hdf5(path) > 0 else { throw InputError("is not an HDF5 file", file: path) }
    guard let file = HDF5Handle(shim_open_file(path)) else {
      throw InputError("cannot be opened, the file is truncated or damaged", file: path)
    }
    return file
  }

  /// The names of all links of a group whose path is `prefix`, in order.
  static func linkNames(
    _ group: hid_t, _ prefix: String, file: String
  ) throws(InputError) -> [String] {
    // One walk: asking for each name by its number starts from the first one every time.
    let found = LinkNames()
    let status = shim_link_names(group, Unmanaged.passUnretained(found).toOpaque()) {
      guard let list = $0 else { return -1 }
      return Unmanaged<LinkNames>.fromOpaque(list).takeUnretainedValue().add($1)
    }
    guard status >= 0 else {
      if found.isNotText {
        throw InputError("a name in this group is not valid UTF-8", file: file, path: prefix)
      }
      throw InputError("cannot be read, the file is damaged", file: file, path: prefix)
    }
    return found.names
  }

  /// The names that a walk has met.
  private final class LinkNames {
    private(set) var names: [String] = []
    private(set) var isNotText = false

    /// Takes a name; anything but 0 ends the walk.
    func add(_ name: UnsafePointer<CChar>?) -> CInt {
      guard let name, let text = String(validatingCString: name) else {
        isNotText = true
        return -1
      }
      names.append(text)
      return 0
    }
  }
}
