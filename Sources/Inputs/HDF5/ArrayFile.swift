/// An HDF5 file of named arrays, all in its root group.
public struct ArrayFile: Sendable {
  /// The most values an array may have.
  static let valueLimit = 1 << 28

  /// The file's path as the user gave it.
  public let path: String
  /// Everything in the root group, by name.
  public let names: [String]
  private let source: any HDF5Source

  /// Opens a file and lists what it holds.
  public init(path: String) throws(InputError) {
    source = try HDF5Helper.source(path)
    names = try source.names()
    self.path = path
  }

  /// Whether the bytes of the file start as those of an HDF5 file do.
  public static func isHDF5(_ path: String) throws(InputError) -> Bool {
    try InputFile.read(path, limit: 7).prefix(8)
      == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  }

  /// The text of an attribute of the file, nil when it is absent.
  public func attribute(_ name: String) throws(InputError) -> String? {
    try source.attribute(name)
  }

  /// Reads an array, its axes unlabelled; nil when there is none of that name.
  public func array(_ name: String) throws(InputError) -> StoredArray? {
    guard names.contains(name) else { return nil }
    return try source.array(name)
  }
}
