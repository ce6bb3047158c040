/// The directory of a ZIP archive whose members lie in it as they are.
///
/// Source: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16. Programs that write weights do not
/// compress them; a member that is compressed is an error that says so.
struct ZIPArchive {
  /// A member as the directory describes it.
  private struct Member {
    let method: Int
    let packed: Int
    let size: Int
    let header: Int
  }

  /// The archive.
  let path: String
  private let size: Int
  private let members: [String: Member]

  /// Reads the directory of the archive at `path`.
  init(path: String) throws(InputError) {
    self.path = path
    size = try InputFile.check(path)
    // The directory's end stands within the last 64 KiB and 22 bytes.
    let tail = try RawTensor.bytes(path, at: max(0, size - 65_557), count: min(size, 65_557))
    guard let end = Self.lastIndex(of: [0x50, 0x4B, 0x05, 0x06], in: tail), end + 22 <= tail.count
    else {
      throw InputError("is a ZIP archive without its directory, the file is cut short", file: path)
    }
    let (count, length, start) = (
      Self.number(tail, end + 10, 2), Self.number(tail, end + 12, 4), Self.number(tail, end + 16, 4)
    )
    guard start != 0xFFFF_FFFF, length <= 64 << 20, start + length <= size else {
      throw InputError(
        "is a ZIP archive of more than 4 GiB or with a damaged directory; unpack it and give the "
          + "weights in it", file: path)
    }
    let directory = try RawTensor.bytes(path, at: start, count: length)
    var place = 0
    var members: [String: Member] = [:]
    for _ in 0..<count {
      guard place + 46 <= directory.count, Self.number(directory, place, 4) == 0x0201_4B50 else {
        break
      }
      let nameLength = Self.number(directory, place + 28, 2)
      guard place + 46 + nameLength <= directory.count else { break }
      let name = String(
        decoding: directory[place + 46..<place + 46 + nameLength], as: UTF8.self)
      members[name] = Member(
        method: Self.number(directory, place + 10, 2),
        packed: Self.number(directory, place + 20, 4), size: Self.number(directory, place + 24, 4),
        header: Self.number(directory, place + 42, 4))
      place +=
        46 + nameLength + Self.number(directory, place + 30, 2)
        + Self.number(directory, place + 32, 2)
    }
    self.members = members
  }

  /// The members' names.
  var names: [String] { Array(members.keys) }

  /// Whether there is such a member.
  func holds(_ name: String) -> Bool { members[name] != nil }

  /// Where the bytes of a member lie.
  func data(_ name: String) throws(InputError) -> (offset: Int, size: Int) {
    guard let member = members[name] else {
      throw InputError("is not in the archive", file: path, path: name)
    }
    guard member.method == 0, member.packed == member.size, member.size != 0xFFFF_FFFF else {
      throw InputError(
        "is compressed or larger than 4 GiB, which neither Keras nor PyTorch writes; unpack the "
          + "archive and pack it without compression (`zip -0`)", file: path, path: name)
    }
    let fault = InputError("lies beyond the end of the file", file: path, path: name)
    guard member.header + 30 <= size else { throw fault }
    let local = try RawTensor.bytes(path, at: member.header, count: 30)
    let offset =
      member.header + 30 + Self.number(local, 26, 2) + Self.number(local, 28, 2)
    guard Self.number(local, 0, 4) == 0x0403_4B50, offset + member.size <= size else { throw fault }
    return (offset, member.size)
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
    bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func lastIndex(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    return (0...bytes.count - mark.count).last { bytes[$0..<$0 + mark.count].elementsEqual(mark) }
  }
}
