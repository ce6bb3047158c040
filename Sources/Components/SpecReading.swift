public import Inputs

/// Reads one file and collects everything that is wrong with it.
public struct SpecReading {
  /// The file.
  public let file: SpecFile
  /// What is wrong so far.
  public let faults: FaultList

  /// Begins to read `file`.
  public init(_ file: SpecFile) {
    self.file = file
    faults = FaultList(placeholders: SchemaProbe.self)
  }

  /// The whole file with placeholders for what is wrong, nil where none can be made.
  public func decode<T: Decodable>(_ type: T.Type) -> T? {
    StrictDecoder(placeholders: SchemaProbe.self).decode(type, from: file.node, faults: faults)
  }

  /// The value of `type` in `node`, which stands at `path`; with placeholders for what is wrong, nil
  /// where none can be made.
  ///
  /// `note` is added to what is said of it. `isWhole` tells whether nothing was wrong.
  package func decode<T: Decodable>(
    _ type: T.Type, from node: YAMLNode, path: String, note: String
  ) -> (value: T?, isWhole: Bool, isBroken: (String) -> Bool) {
    let own = FaultList(placeholders: SchemaProbe.self)
    let value = StrictDecoder(placeholders: SchemaProbe.self).decode(
      type, from: node, path: path, faults: own)
    for var error in own.errors {
      error.message += note
      faults.add(error)
    }
    return (value, own.isEmpty, own.isBroken)
  }

  /// Adds `message` about the value at `path` unless it is right, or a value that the condition
  /// rests on could not be decoded.
  public func expect(
    _ isRight: @autoclosure () -> Bool, _ path: String, _ message: @autoclosure () -> String,
    restsOn others: [String] = []
  ) {
    guard canCheck([path] + others), !isRight() else { return }
    faults.add(file.error(SpecError(path, message())))
  }

  /// What `check` gives; nil where it throws, which is added, and where a value at `paths` could not
  /// be decoded.
  @discardableResult
  public func check<T>(_ paths: [String], _ check: () throws(SpecError) -> T) -> T? {
    guard canCheck(paths) else { return nil }
    do throws(SpecError) {
      return try check()
    } catch {
      faults.add(file.error(error))
      return nil
    }
  }

  /// What `body` gives; nil where it throws, which is added, and where a value at `paths` could not
  /// be decoded.
  @discardableResult
  public func collect<T>(_ paths: [String], _ body: () throws(InputError) -> T) -> T? {
    guard canCheck(paths) else { return nil }
    do throws(InputError) {
      return try body()
    } catch {
      faults.add(error)
      return nil
    }
  }

  /// `value`, or everything that is wrong.
  public func finish<T>(_ value: T?) throws(InputError) -> T {
    try faults.finish()
    guard let value else { throw failure }
    return value
  }

  /// Everything that is wrong, as one error.
  public var failure: InputError {
    InputError.joined(faults.errors) ?? InputError("cannot be read", file: file.path)
  }

  private func canCheck(_ paths: [String]) -> Bool {
    faults.isEmpty || !paths.contains(where: faults.isBroken)
  }
}
