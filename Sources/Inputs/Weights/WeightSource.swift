/// Finds out what a weight file is by its first bytes.
enum WeightSource {
  /// Whoever reads the file at `path`.
  static func of(_ path: String) throws(InputError) -> any HDF5Source {
    try InputFile.check(path)
    guard InputFile.isRegular(path) else { return try HDF5Helper.source(path) }
    let lead = try InputFile.read(path, limit: 15)
    if lead.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return try archive(path) }
    if SafetensorsIndex.isOne(path) { return try SafetensorsIndex(path: path) }
    if Checkpoint.isLegacy(lead) { return try Checkpoint(legacyAt: path) }
    if path.hasSuffix(".safetensors") || isSafetensors(lead) { return try Safetensors(path: path) }
    if path.hasSuffix(".keras") {
      throw InputError("is no ZIP archive, which a .keras file is", file: path)
    }
    if let program = foreign(lead, path) { throw InputError(program, file: path) }
    return try HDF5Helper.source(path)
  }

  /// The weights within a ZIP archive: of PyTorch, or of Keras.
  private static func archive(_ path: String) throws(InputError) -> any HDF5Source {
    let archive = try ZIPArchive(path: path)
    if archive.holds(KerasArchive.member) { return try KerasArchive(archive) }
    if let prefix = Checkpoint.prefix(of: archive) {
      return try Checkpoint(archive, prefix: prefix)
    }
    throw InputError(
      archive.names.contains { $0.hasSuffix(".npy") }
        ? "is an archive of NumPy; write its arrays to HDF5 or safetensors"
        : "is a ZIP archive without \(KerasArchive.member) of Keras or data.pkl of PyTorch",
      file: path)
  }

  /// Eight bytes of a length below 2^32 and the beginning of a JSON mapping.
  private static func isSafetensors(_ lead: [UInt8]) -> Bool {
    lead.count > 9 && lead[4..<8].allSatisfy { $0 == 0 } && lead[8] == UInt8(ascii: "{")
      && (lead[9] == UInt8(ascii: "\"") || lead[9] == UInt8(ascii: "}"))
  }

  /// What to do about files of other programs.
  private static func foreign(_ lead: [UInt8], _ path: String) -> String? {
    if lead.starts(with: Array("GGUF".utf8)) {
      return "is a GGUF file; expected HDF5, safetensors, .pt or .keras"
    }
    if lead.starts(with: [0x93] + Array("NUMPY".utf8)) {
      return "is an array of NumPy; expected HDF5, safetensors, .pt or .keras"
    }
    if lead.count > 1, lead[0] == 0x80, (2...5).contains(lead[1]) {
      return
        "is a pickle of Python but no checkpoint of PyTorch, and pickles are programs that are not "
        + "run here; `safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")` writes a file that "
        + "can be read"
    }
    return nil
  }
}
