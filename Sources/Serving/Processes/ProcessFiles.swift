internal import Foundation
internal import Inputs

/// The files that a command names.
package enum ProcessFiles {
  /// Paths of the program and the arguments that are files, from the scenario's folder: what a result
  /// rests on.
  package static func named(_ command: [String], in folder: String) -> [String] {
    command.enumerated().compactMap { index, argument in
      // A program without a slash is looked for in PATH.
      guard !argument.isEmpty, index > 0 || argument.contains("/") else { return nil }
      let path = PathText.path(argument, in: folder)
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      return exists && !isFolder.boolValue ? path : nil
    }
  }
}
