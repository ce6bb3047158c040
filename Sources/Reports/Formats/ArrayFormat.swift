/// The whole result as labelled arrays; the arrays are written where files are.
public enum ArrayFormat: OutputFormat {
  /// `hdf5`.
  public static let kind = "hdf5"
  /// One sentence.
  public static let summary = "The whole result as labelled arrays in one HDF5 file, given by -o."
  /// The usual endings.
  public static let endings = [".h5", ".hdf5"]
}
