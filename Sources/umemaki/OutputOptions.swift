import ArgumentParser
import Foundation
import Reports

/// Where a report goes and in which format.
struct OutputOptions: ParsableArguments {
  @Option(help: "\(ReportFormats.all.map { $0.kind }.joined(separator: ", ")).")
  var format = "table"

  @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
  var output: String?

  /// Whether the one format that is no report was asked for.
  var isTrace: Bool { format == "trace" }

  func validate() throws {
    guard !isTrace else { return }
    guard ReportFormats.all.contains(where: { $0.kind == format }) else {
      let kinds = ReportFormats.all.map { $0.kind }.joined(separator: ", ")
      throw ValidationError("unknown format `\(format)`, expected one of \(kinds)")
    }
  }

  func write(_ report: Report) throws {
    guard let chosen = ReportFormats.all.first(where: { $0.kind == format }) else {
      throw ValidationError("only `run` and `serve` have a trace")
    }
    try Self.write(chosen.text(of: report), to: output)
  }

  static func write(_ text: String, to path: String?) throws {
    guard let path else {
      FileHandle.standardOutput.write(Data(text.utf8))
      return
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Failure.cannotCreate(path, "cannot be created")
    }
  }

  /// Lets `body` write piece by piece; a file appears only once everything is written.
  static func stream(to path: String?, _ body: ((String) throws -> Void) throws -> Void) throws {
    guard let path else {
      try body { FileHandle.standardOutput.write(Data($0.utf8)) }
      return
    }
    let part = path + ".part"
    guard FileManager.default.createFile(atPath: part, contents: nil),
      let handle = FileHandle(forWritingAtPath: part)
    else { throw Failure.cannotCreate(path, "cannot be created") }
    do {
      try body { try handle.write(contentsOf: Data($0.utf8)) }
      try handle.close()
      _ = try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: part, toPath: path)
    } catch let error as CocoaError {
      try? FileManager.default.removeItem(atPath: part)
      throw Failure.cannotCreate(path, "cannot be written (\(error.localizedDescription))")
    }
  }

  static var command: String {
    (["umemaki"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
  }
}
