/// Reads a YAML document into a tree of located values.
public enum YAMLParser {
  /// The largest file read, in bytes.
  static let sizeLimit = 16 << 20

  /// Reads the one document of a file.
  public static func parse(fileAt path: String) throws(InputError) -> YAMLNode {
    try parse(bytes: InputFile.read(path, limit: sizeLimit), file: path)
  }

  /// Reads the one document of a text that came from `file`.
  public static func parse(_ text: String, file: String) throws(InputError) -> YAMLNode {
    try parse(bytes: Array(text.utf8), file: file)
  }

  private static func parse(bytes: [UInt8], file: String) throws(InputError) -> YAMLNode {
    if bytes.count > sizeLimit {
      throw InputError("larger than 16 MiB, too large for a YAML file", file: file)
    }
    if let place = UTF8Check.firstFault(in: bytes, file: file) {
      let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
      throw InputError("not valid UTF-8\(isWide ? " but UTF-16, save it as UTF-8" : "")", at: place)
    }
    let reader = YAMLEventReader(bytes: bytes, file: file)
    var builder = YAMLTreeBuilder(reader: reader, file: file)
    return try builder.document()
  }
}
