internal import Architectures
internal import Components
internal import Inputs
internal import Studies

/// The constants that `validate --perturb` moves: what the files of a library say of themselves.
enum PerturbedConstants {
  /// The folders whose files may have an `assumed` section.
  static let folders = ["arch", "arch/energy", "arch/energy/dram", "arch/area"]

  /// The files whose constants come first in the report, in its order; those of others follow by
  /// folder and name.
  private static let order = [
    "arch/sushi-zcu104", "arch/sushi-analytic", "arch/plum-sr", "arch/plum-dense",
    "arch/plum-sparse", "arch/plum-repetition", "arch/plum-sushi", "arch/energy/horowitz-45nm",
    "arch/energy/dram/ddr4-18", "arch/xilinx-dpu-b4096", "arch/nvdla-large", "arch/eyeriss-v1",
  ]

  /// Every constant on which one of `conclusions` depends, in the order of the files and, in a file,
  /// of its list; those of a group stand where its first file stands.
  ///
  /// Throws what is wrong with a file, or where the files of a group call a constant both calibrated
  /// and assumed.
  static func all(
    in folders: SpecFolders, for conclusions: [Conclusion]
  ) throws(InputError) -> [PerturbedConstant] {
    struct Key: Hashable {
      let group: String
      let name: String
    }
    var found: [PerturbedConstant] = []
    var groups: [Key: Int] = [:]
    for name in files(in: folders) {
      let file = try PerturbedConstant.file(name, in: folders)
      for (index, entry) in try entries(of: file, called: name).enumerated()
      where entry.fixed == nil {
        let key = entry.group.map { Key(group: $0, name: entry.name) }
        if let key, let known = groups[key] {
          guard found[known].origin == entry.origin else {
            throw file.error(
              SpecError(
                "assumed[\(index)].origin",
                "`\(entry.name)` is \(found[known].origin.rawValue) in \(found[known].files[0]) of "
                  + "the same group"))
          }
          found[known].join(name, entry.paths)
        } else {
          if let key { groups[key] = found.count }
          found.append(PerturbedConstant(entry.name, entry.origin, in: [name], entry.paths))
        }
      }
    }
    let asked = Set(conclusions.flatMap(\.files))
    return found.filter { !asked.isDisjoint(with: $0.files) }
  }

  /// The files of the folders, `FOLDER/NAME`, those of the order first.
  static func files(in folders: SpecFolders) -> [String] {
    let all = Self.folders.flatMap { folder in
      folders.names(in: folder).map { "\(folder)/\($0)" }
    }
    return order.filter(all.contains) + all.filter { !order.contains($0) }
  }

  /// What a file called `name` says of its values, once it is checked.
  static func entries(
    of file: SpecFile, called name: String
  ) throws(InputError) -> [AssumedSpec] {
    let entries =
      switch name.split(separator: "/").dropLast().joined(separator: "/") {
      case "arch": try Architecture(file).spec.assumed
      case "arch/energy": try EnergyTable.spec(file).assumed
      case "arch/energy/dram": try EnergyTable.preset(file).assumed
      default: try AreaTable(file).spec.assumed
      }
    return entries ?? []
  }
}
