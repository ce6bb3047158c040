package import Foundation
internal import Inputs

extension FileManager {
  /// The bytes of a file that the command reads, and so must not replace; nil where it cannot be read.
  package func contents(ofInputAt path: String) -> Data? {
    FilesInUse.add(path)
    return contents(atPath: path)
  }
}
