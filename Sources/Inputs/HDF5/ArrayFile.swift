internal import CHDF5

/// An HDF5 file of named arrays, all in its root group.
public struct ArrayFile: Sendable {
  /// The most values an array may have.
  static let valueLimit = 1 << 28

  /// The file's path as the user gave it.
  public let path: String
  /// Everything in the root group, by name.
  public let names: [String]

  /// Opens a file and lists what it holds.
  public init(path: String) throws(InputError) {
    names = try HDF5Library.locked { () throws(InputError) -> [String] in
      let file = try HDF5Reading.open(path)
      let count = shim_link_count(file.id)
      guard count >= 0 else { throw InputError("the file is damaged", file: path) }
      var found: [String] = []
      for index in 0..<UInt64(count) {
        found.append(try HDF5Reading.linkName(file.id, index, "", file: path))
      }
      return found
    }
    self.path = path
  }

  /// Whether the bytes of the file start as those of an HDF5 file do.
  public static func isHDF5(_ path: String) throws(InputError) -> Bool {
    try InputFile.read(path, limit: 7).prefix(8)
      == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  }

  /// The text of an attribute of the file, nil when it is absent.
  public func attribute(_ name: String) throws(InputError) -> String? {
    try HDF5Library.locked { () throws(InputError) -> String? in
      let file = try HDF5Reading.open(path)
      guard let root = HDF5Handle(H5Gopen2(file.id, "/", shim_H5P_DEFAULT())) else {
        throw InputError("the root group cannot be read", file: path)
      }
      return try HDF5Attribute(object: root.id, file: path, path: "").text(name)
    }
  }

  /// Reads an array, its axes unlabelled; nil when there is none of that name.
  public func array(_ name: String) throws(InputError) -> StoredArray? {
    guard names.contains(name) else { return nil }
    return try HDF5Library.locked { () throws(InputError) -> StoredArray in
      let file = try HDF5Reading.open(path)
      guard shim_link_kind(file.id, name) == 0,
        let object = HDF5Handle(H5Oopen(file.id, name, shim_H5P_DEFAULT())),
        H5Iget_type(object.id) == H5I_DATASET
      else { throw InputError("is not a dataset", file: path, path: name) }
      return try ArrayReading(id: object.id, file: path, name: name).array()
    }
  }
}
