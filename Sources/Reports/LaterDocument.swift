internal import Synchronization

/// A document that is made when it is first asked for: tables and CSV need none.
final class LaterDocument: Sendable {
  private let make: @Sendable () -> JSONValue
  private let made = Mutex<JSONValue?>(nil)

  init(_ make: @escaping @Sendable () -> JSONValue) { self.make = make }

  /// The document.
  var value: JSONValue {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }
}
