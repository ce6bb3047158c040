/// The bytes of a JSON file and the tree that they spell.
package struct JSONText: Sendable {
  /// The largest file read: 256 MiB.
  package static let sizeLimit = 256 << 20

  /// The file as the user named it.
  package let file: String
  /// What it holds.
  package let bytes: [UInt8]
  /// The tree.
  package let root: JSONNode

  /// Reads a file; throws where it cannot be read, is larger than 256 MiB or is no JSON.
  package init(fileAt path: String) throws(InputError) {
    let bytes = try InputFile.read(path, limit: Self.sizeLimit)
    guard bytes.count <= Self.sizeLimit else {
      throw InputError("larger than 256 MiB, too large for a JSON file", file: path)
    }
    try self.init(bytes: bytes, file: path)
  }

  /// Reads `bytes`, which came from `file`; throws where they are no JSON.
  package init(bytes: [UInt8], file: String) throws(InputError) {
    if let place = UTF8Check.firstFault(in: bytes, file: file) {
      throw InputError("not valid UTF-8", at: place)
    }
    self.file = file
    self.bytes = bytes
    do throws(JSONFault) {
      var reader = JSONReader(bytes)
      root = try reader.document()
    } catch {
      throw InputError(
        error.message, at: UTF8Check.place(of: error.offset, in: bytes, file: file))
    }
  }

  /// Where `node` begins.
  package func place(of node: JSONNode) -> SourceLocation {
    UTF8Check.place(of: node.offset, in: bytes, file: file)
  }
}

/// Where bytes stop being JSON.
struct JSONFault: Error {
  let message: String
  let offset: Int
}
