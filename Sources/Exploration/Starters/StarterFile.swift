internal import CostModel
internal import Foundation
public import Inputs
public import Studies

/// A file to start from, commented and ready to run.
public struct StarterFile: Sendable {
  /// What can be started.
  public static let kinds = ["architecture", "workload", "scenario", "sweep"]

  /// Arrays that an architecture can be started with.
  public static var datapaths: [String] { StarterArchitecture.all.map(\.kind) }

  /// The text, ending with a line break.
  public let text: String
  /// The commands that try it out.
  public let trial: [String]

  /// Makes a file.
  ///
  /// - Parameters:
  ///   - kind: One of `kinds`.
  ///   - name: What the file says of its own name.
  ///   - datapath: The array of an architecture, one of `datapaths`; nil for everything else.
  ///   - path: Where the file will stand.
  ///   - folders: The library, in which the schemas are.
  /// - Throws: `InputError` about a name that files cannot have, or where there is no library.
  public init(
    _ kind: String, named name: String, datapath: String?, at path: String, folders: SpecFolders
  ) throws(InputError) {
    try folders.check(name)
    try Self.check(name)
    let file = ShellWords.joined([path])
    let body: String
    switch kind {
    case "architecture":
      guard let starter = StarterArchitecture.all.first(where: { $0.kind == datapath }) else {
        let near = nearestName(to: datapath ?? "", among: Self.datapaths)
        throw InputError(
          "no array `\(datapath ?? "")` to start with"
            + (near.map { ", did you mean `\($0)`?" }
              ?? ", expected one of \(Self.datapaths.joined(separator: ", "))"),
          file: nil,
          path: "--datapath")
      }
      body = starter.text(name: name, file: file)
      trial = starter.trial(file)
    case "workload":
      body = StarterTexts.workload(name, file)
      trial = ["umemaki run nvdla-large \(file)"]
    case "scenario":
      body = StarterTexts.scenario(name, file)
      trial = ["umemaki serve \(file)"]
    default:
      body = StarterTexts.sweep(name, file)
      trial = [ShellWords.joined(["umemaki", "sweep", path, "-o", "\(name)-points"])]
    }
    let schema = "\(folders.root)/\(Self.schemas[kind] ?? "arch/schemas/architecture").json"
    text = "# yaml-language-server: $schema=\(Self.relative(schema, from: path))\n" + body
  }

  private static let schemas = [
    "architecture": "arch/schemas/architecture", "workload": "workloads/schemas/workload",
    "scenario": "workloads/schemas/scenario", "sweep": "workloads/schemas/sweep",
  ]

  /// Names that stand in a file name and between quotation marks as they are.
  private static func check(_ name: String) throws(InputError) {
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == ".")
    }
    guard isPlain, name.first?.isLetter == true || name.first?.isNumber == true, name.count <= 100
    else {
      throw InputError(
        "expected a name of up to 100 letters, digits, `-`, `_` and `.` that begins with a letter or a "
          + "digit, found `\(name)`", file: nil, path: "NAME")
    }
  }

  /// The path of `file` as it is seen from the folder of `other`.
  static func relative(_ file: String, from other: String) -> String {
    func steps(_ path: String) -> [String] {
      let url = URL(filePath: path).standardizedFileURL
      return
        (url.deletingLastPathComponent().resolvingSymlinksInPath().pathComponents
        + [url.lastPathComponent])
    }
    let (target, base) = (steps(file), Array(steps(other).dropLast()))
    let shared = zip(target, base).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: base.count - shared) + target.dropFirst(shared))
      .joined(separator: "/")
  }
}
