/// Paths that a file names, from its own folder.
public enum PathText {
  /// `name` as it is opened where it stands in a file of `folder`, which is empty for the working
  /// directory; absolute paths stay.
  public static func path(_ name: String, in folder: String) -> String {
    name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
  }
}
