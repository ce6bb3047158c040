import Glibc

/// The weights within a `.keras` file, a ZIP archive with `model.weights.h5` in it.
///
/// Keras 3 stores that member as it is (`saving_lib.py` of keras-team/keras). It is copied to a file in
/// the folder for temporary ones, because HDF5 reads files only and by their names; the copy is removed
/// with the last one who reads it, or by a signal.
final class KerasArchive: HDF5Source {
  static let member = "model.weights.h5"

  private let path: String
  private let unpacked: String
  private let inner: any HDF5Source
  /// The names of layers by those of their groups.
  private let layers: [String: String]

  /// Takes the weights of an archive; throws where it has none that can be read.
  init(_ archive: ZIPArchive) throws(InputError) {
    path = archive.path
    let place = try archive.data(Self.member)
    layers = Self.layers(archive)
    unpacked = try Self.copy(path, offset: place.offset, size: place.size)
    do throws(InputError) {
      inner = try HDF5Helper.source(unpacked)
    } catch {
      Self.remove(unpacked)
      throw Self.named(error, path)
    }
  }

  deinit { Self.remove(unpacked) }

  private static func remove(_ path: String) {
    unlink(path)
    Leftovers.remove(path)
  }

  /// The names of the layers by those of their groups, which Keras makes of their classes in the order
  /// of the model's configuration; nothing where that cannot be read.
  ///
  /// Source: `_save_container_state` of `saving_lib.py`.
  private static func layers(_ archive: ZIPArchive) -> [String: String] {
    guard let place = try? archive.data("config.json"), place.size <= 16 << 20,
      let bytes = try? RawTensor.bytes(archive.path, at: place.offset, count: place.size),
      let text = try? JSONText(bytes: bytes, file: archive.path),
      case .list(let items)? = text.root["config"]?["layers"]?.content
    else { return [:] }
    var counts: [String: Int] = [:]
    var names: [String: String] = [:]
    for item in items {
      guard let kind = item["class_name"]?.text, let name = item["config"]?["name"]?.text else {
        continue
      }
      let word = snakeCase(kind)
      let number = counts[word, default: 0]
      counts[word] = number + 1
      names[number == 0 ? word : "\(word)_\(number)"] = name
    }
    return names
  }

  /// `DepthwiseConv2D` as `depthwise_conv2d`.
  private static func snakeCase(_ name: String) -> String {
    let letters = Array(name.filter { $0.isLetter || $0.isNumber || $0 == "_" })
    var result = ""
    for (index, letter) in letters.enumerated() {
      if letter.isUppercase, index > 0 {
        let isEnd = letters[index - 1].isLowercase
        let isStart =
          index + 1 < letters.count && letters[index + 1].isLowercase && letters[index - 1] != "_"
        if isEnd || isStart { result += "_" }
      }
      result += letter.lowercased()
    }
    return result
  }

  /// A new file with some bytes of another.
  private static func copy(_ path: String, offset: Int, size: Int) throws(InputError) -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/umemaki-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw InputError(
        "its weights cannot be unpacked: \(folder): \(InputFile.failure(folder, errno).message)",
        file: path)
    }
    defer { Glibc.close(descriptor) }
    let copy = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    Leftovers.add(copy)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var done = 0
    while done < size {
      let piece: [UInt8]
      do throws(InputError) {
        piece = try RawTensor.bytes(path, at: offset + done, count: min(1 << 22, size - done))
      } catch {
        remove(copy)
        throw error
      }
      guard write(descriptor, piece, piece.count) == piece.count else {
        let code = errno
        remove(copy)
        throw InputError(
          "its weights cannot be unpacked: \(folder): \(InputFile.failure(folder, code).message)",
          file: path)
      }
      done += piece.count
    }
    return copy
  }

  // MARK: Questions

  /// The error with the archive's name.
  private static func named(_ error: InputError, _ path: String) -> InputError {
    var error = error
    error.file = path
    error.path = error.path.isEmpty ? member : "\(member)/\(error.path)"
    return error
  }

  private func ask<Answer>(
    _ body: () throws(InputError) -> Answer
  ) throws(InputError) -> Answer {
    do throws(InputError) { return try body() } catch { throw Self.named(error, path) }
  }

  func contents() throws(InputError) -> WeightContents {
    try ask { () throws(InputError) in
      var contents = try inner.contents()
      // Keras 3 says nowhere in this member that it is Keras's.
      for index in contents.tensors.indices where contents.tensors[index].layout == nil {
        contents.tensors[index].layout = .hwio
      }
      for index in contents.tensors.indices where contents.tensors[index].layer == nil {
        let parts = contents.tensors[index].dataset.split(separator: "/").map(String.init)
        guard parts.count == 4, parts[0] == "layers", parts[2...] == ["vars", "0"] else { continue }
        contents.tensors[index].layer = layers[parts[1]]
      }
      return contents
    }
  }

  func names() throws(InputError) -> [String] {
    try ask { () throws(InputError) in try inner.names() }
  }

  func attribute(_ name: String) throws(InputError) -> String? {
    try ask { () throws(InputError) in try inner.attribute(name) }
  }

  func array(_ name: String) throws(InputError) -> StoredArray {
    try ask { () throws(InputError) in try inner.array(name) }
  }

  func open(_ tensor: TensorDescription) throws(InputError) -> any TensorBlocks {
    try ask { () throws(InputError) in try inner.open(tensor) }
  }
}
