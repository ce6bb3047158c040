internal import Crypto
internal import Foundation
public import Reports

extension Provenance.Input {
  /// The file at `path` with its SHA-256; an unreadable file gets an empty digest.
  public init(fileAt path: String) {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      self.init(path: path, digest: "")
      return
    }
    var hash = SHA256()
    while let part = try? handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
    let hexadecimal = hash.finalize().map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    self.init(path: path, digest: hexadecimal.joined())
  }
}
