import ArgumentParser
import Studies

/// Where specifications are found that are given by name.
struct LibraryOptions: ParsableArguments {
  @Option(
    help: """
      Folder with arch/ and workloads/, where names are looked up; unless given, that which \
      UMEMAKI_LIBRARY names, that of the installed program, or the nearest one from the working \
      directory upwards.
      """)
  var library: String?

  /// The folders of the library; throws where what was named is none.
  func folders() throws -> SpecFolders {
    guard let library else { return SpecFolders() }
    return try SpecFolders(library: library)
  }
}
