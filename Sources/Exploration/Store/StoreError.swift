internal import GRDB
internal import Inputs

/// What can go wrong with a result store.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no store.
  case missing(String)
  /// A sweep is stored there already.
  case occupied(String)
  /// The folder holds something else, the first of it by name.
  case foreign(String, String)
  /// Another process writes to it.
  case busy(String)
  /// The folder or the file cannot be written.
  case readOnly(String)
  /// The disk is full.
  case full(String)
  /// The tables are of another version.
  case version(String, found: Int)
  /// The file is no store, or part of it is gone.
  case damaged(String, String)
  /// The stored sweep was made from something else.
  case changed(String, [String])
  /// Shards that do not make a whole.
  case incomplete(String)

  init(_ error: DatabaseError, path: String) {
    switch error.resultCode {
    // Without room SQLite fails in several ways, most of them when it makes a file.
    case .SQLITE_IOERR, .SQLITE_READONLY,
      .SQLITE_CANTOPEN
    where FreeSpace.isNone(at: path): self = .full(path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: self = .readOnly(path)
    case .SQLITE_FULL: self = .full(path)
    case .SQLITE_IOERR
    where [
      .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_TRUNCATE, .SQLITE_IOERR_SHMSIZE,
    ].contains(error.extendedResultCode):
      self = .readOnly(path)
    case .SQLITE_IOERR: self = .damaged(path, "reading or writing fails: \(error.message ?? "")")
    default: self = .damaged(path, error.message ?? "SQLite error \(error.resultCode.rawValue)")
    }
  }

  /// The command line's exit code: 66 nothing to read, 73 nowhere to write, 75 try again later, 65
  /// for a store that is wrong.
  public var exitCode: Int32 {
    switch self {
    case .missing: 66
    case .occupied, .foreign, .readOnly, .full: 73
    case .busy: 75
    case .version, .damaged, .changed, .incomplete: 65
    }
  }

  /// One sentence, what to do included.
  public var description: String { VisibleText.line(sentence) }

  private var sentence: String {
    switch self {
    case .missing(let path): "\(path): no stored sweep"
    case .occupied(let path):
      "\(path): holds a sweep already; `--resume` continues it, or choose another folder"
    case .foreign(let path, let other):
      "\(path): holds \(other), which is no part of a sweep; choose a new folder"
    case .busy(let path): "\(path): another process writes to it"
    case .readOnly(let path): "\(path): cannot be written"
    case .full(let path):
      "\(path): the disk is full; what was committed is safe, make room and `--resume`"
    case .version(let path, let found):
      "\(path): made by another version of the tool, its tables are version \(found), expected "
        + "\(ResultStore.version)"
    case .damaged(let path, let reason):
      "\(path): not a whole result store (\(reason)); restore it or start in another folder"
    case .changed(let path, let reasons):
      "\(path): cannot be resumed, \(reasons.joined(separator: "; "))"
    case .incomplete(let reason): reason
    }
  }
}
