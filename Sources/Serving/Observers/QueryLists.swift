internal import Inputs

/// Lists of whole numbers and times, one for each row of a file of arrays: their entries one after another
/// along an axis of their own, and where the list of each row starts and ends.
struct QueryLists {
  private let axis: String
  private let names: [String]
  private let timeNames: [String]
  /// The entries that wait for a whole chunk.
  private var numbers: [[Int]]
  private var times: [[Double]]
  private var count = 0
  private var written = 0
  private var starts: [Int] = []
  private var ends: [Int] = []
  /// The list that was added last.
  private var last = 0..<0

  /// No lists; `names` are those of the arrays along `axis`, whole numbers and times in seconds.
  init(axis: String, _ names: [String], times timeNames: [String] = []) {
    self.axis = axis
    self.names = names
    self.timeNames = timeNames
    numbers = Array(repeating: [], count: names.count)
    times = Array(repeating: [], count: timeNames.count)
  }

  /// Begins the list of the next row.
  mutating func begin() { starts.append(written + count) }

  /// Adds an entry to the list that was begun.
  mutating func add(_ values: [Int], times moments: [SimulationTime]) {
    for (index, value) in values.enumerated() { numbers[index].append(value) }
    for (index, moment) in moments.enumerated() { times[index].append(moment.seconds) }
    count += 1
  }

  /// Adds entries of one whole number each to the list that was begun.
  mutating func add(all values: [Int]) {
    numbers[0] += values
    count += values.count
  }

  /// Ends the list that was begun.
  mutating func end() {
    ends.append(written + count)
    last = (starts.last ?? 0)..<(written + count)
  }

  /// Gives the next row the list that was added last.
  mutating func repeatLast() {
    starts.append(last.lowerBound)
    ends.append(last.upperBound)
  }

  /// The entries that wait.
  var arrays: [StoredArray] {
    zip(names, numbers).map { array($0, .int64($1), count, nil) }
      + zip(timeNames, times).map { array($0, .float64($1), count, "s") }
  }

  /// Where the lists of the rows that wait start and end.
  func bounds(named name: String) -> [StoredArray] {
    [("start", starts), ("end", ends)].map { word, places in
      StoredArray(
        "\(name)_\(word)", dimensions: [places.count], axes: ["row"], units: nil,
        values: .int64(places))
    }
  }

  /// Forgets the bounds, which are written.
  mutating func clearBounds() {
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  /// Writes the entries where at least so many wait.
  mutating func flush(
    to writer: ArrayFileWriter, atLeast least: Int
  ) throws(InputError) {
    guard count >= least else { return }
    try writer.append(arrays, after: written)
    written += count
    count = 0
    for index in numbers.indices { numbers[index].removeAll(keepingCapacity: true) }
    for index in times.indices { times[index].removeAll(keepingCapacity: true) }
  }

  private func array(
    _ name: String, _ values: StoredArray.Values, _ count: Int, _ units: String?
  ) -> StoredArray {
    StoredArray(name, dimensions: [count], axes: [axis], units: units, values: values)
  }
}
