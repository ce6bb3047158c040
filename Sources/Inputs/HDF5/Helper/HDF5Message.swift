/// What a helper process is asked.
enum HDF5Request: Codable, Sendable {
  /// Everything a weight file holds.
  case contents
  /// The names in the root group.
  case names
  /// The text of an attribute of the root group.
  case attribute(String)
  /// An array of the root group.
  case array(String)
  /// Opens a tensor under a number.
  case open(Int, TensorDescription)
  /// A box of an open tensor.
  case block(Int, start: [Int], extents: [Int])
  /// Closes a tensor.
  case close(Int)
}

/// What a helper process answers; bytes of numbers follow behind it.
struct HDF5Reply: Codable, Sendable {
  /// An error about the file.
  struct Failure: Codable, Sendable {
    var isUnreadable: Bool
    var path: String
    var message: String
  }

  /// An array without its numbers.
  struct Array: Codable, Sendable {
    /// What the bytes behind the answer are.
    enum Kind: String, Codable, Sendable {
      case float64
      case int64
      case text
    }

    var dimensions: [Int]
    var axes: [String]
    var units: String?
    var kind: Kind
    var texts: [String]?
  }

  var failure: Failure?
  var contents: WeightContents?
  var names: [String]?
  var text: String?
  var array: Array?
  /// How many bytes follow.
  var payload = 0
}
