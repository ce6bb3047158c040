import Glibc

/// The weights within a `.keras` file, a ZIP archive with `model.weights.h5` in it.
///
/// Keras 3 stores that member as it is (`saving_lib.py` of keras-team/keras). It is copied to a file in
/// the folder for temporary ones, because HDF5 reads files only and by their names; the copy is removed
/// with the last one who reads it, or by a signal.
final class KerasArchive: HDF5Source {
  private static let member = "model.weights.h5"

  private let path: String
  private let unpacked: String
  private let inner: any HDF5Source
  /// The names of layers by those of their groups.
  private let layers: [String: String]

  /// Opens the archive at `path`; throws where it has no weights that can be read.
  init(path: String) throws(InputError) {
    self.path = path
    let members = try Self.members(path)
    guard let weights = members[Self.member] else {
      throw InputError(Self.reason(Array(members.keys)), file: path)
    }
    let place = try Self.data(weights, path)
    layers = Self.layers(members["config.json"], path)
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

  // MARK: The archive

  /// A member as the directory describes it.
  private struct Member {
    let name: String
    let method: Int
    let packed: Int
    let size: Int
    let header: Int
  }

  /// The members of an archive by their names.
  private static func members(_ path: String) throws(InputError) -> [String: Member] {
    let size = try InputFile.check(path)
    // The directory's end stands within the last 64 KiB and 22 bytes.
    let tail = try Safetensors.bytes(
      path, at: max(0, size - 65_557), count: min(size, 65_557))
    guard let end = lastIndex(of: [0x50, 0x4B, 0x05, 0x06], in: tail), end + 22 <= tail.count else {
      throw InputError("is a ZIP archive without its directory, the file is cut short", file: path)
    }
    let (count, length, start) = (
      number(tail, end + 10, 2), number(tail, end + 12, 4), number(tail, end + 16, 4)
    )
    guard start != 0xFFFF_FFFF, length <= 64 << 20, start + length <= size else {
      throw InputError(
        "is a ZIP archive of more than 4 GiB or with a damaged directory; unpack it and give "
          + "\(member)", file: path)
    }
    let directory = try Safetensors.bytes(path, at: start, count: length)
    var place = 0
    var members: [String: Member] = [:]
    for _ in 0..<count {
      guard place + 46 <= directory.count, number(directory, place, 4) == 0x0201_4B50 else { break }
      let nameLength = number(directory, place + 28, 2)
      guard place + 46 + nameLength <= directory.count else { break }
      let name = String(
        decoding: directory[place + 46..<place + 46 + nameLength], as: UTF8.self)
      members[name] = Member(
        name: name, method: number(directory, place + 10, 2),
        packed: number(directory, place + 20, 4), size: number(directory, place + 24, 4),
        header: number(directory, place + 42, 4))
      place += 46 + nameLength + number(directory, place + 30, 2) + number(directory, place + 32, 2)
    }
    return members
  }

  /// Why an archive without Keras's weights is none of use.
  private static func reason(_ names: [String]) -> String {
    if names.contains(where: { $0.hasSuffix("data.pkl") }) {
      return "is a checkpoint of PyTorch, a program that is not run here; "
        + "`safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")` writes a file that "
        + "can be read"
    }
    if names.contains(where: { $0.hasSuffix(".npy") }) {
      return "is an archive of NumPy; write its arrays to HDF5 or safetensors"
    }
    return "is a ZIP archive without \(member)"
  }

  /// Where the bytes of a member lie.
  private static func data(
    _ member: Member, _ path: String
  ) throws(InputError) -> (offset: Int, size: Int) {
    guard member.method == 0, member.packed == member.size, member.size != 0xFFFF_FFFF else {
      throw InputError(
        "is compressed or larger than 4 GiB, which Keras does not write; unpack the archive and give "
          + "it", file: path, path: member.name)
    }
    let fault = InputError("lies beyond the end of the file", file: path, path: member.name)
    let fileSize = try InputFile.check(path)
    guard member.header + 30 <= fileSize else { throw fault }
    let local = try Safetensors.bytes(path, at: member.header, count: 30)
    let offset = member.header + 30 + number(local, 26, 2) + number(local, 28, 2)
    guard number(local, 0, 4) == 0x0403_4B50, offset + member.size <= fileSize else { throw fault }
    return (offset, member.size)
  }

  /// The names of the layers by those of their groups, which Keras makes of their classes in the order
  /// of the model's configuration; nothing where that cannot be read.
  ///
  /// Source: `_save_container_state` of `saving_lib.py`.
  private static func layers(_ config: Member?, _ path: String) -> [String: String] {
    guard let config, config.size <= 16 << 20, let place = try? data(config, path),
      let bytes = try? Safetensors.bytes(path, at: place.offset, count: place.size),
      let text = try? JSONText(bytes: bytes, file: path),
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

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
    bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func lastIndex(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    return (0...bytes.count - mark.count).last { Array(bytes[$0..<$0 + mark.count]) == mark }
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
        piece = try Safetensors.bytes(path, at: offset + done, count: min(1 << 22, size - done))
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
