/// Where the maps between the layers of a run are.
package struct StoredMapsDocument: Codable, Hashable, Sendable {
  /// Who reads a map.
  package struct Reader: Codable, Hashable, Sendable {
    package let name: String
    /// What it is to the reader.
    package let `as`: String
    /// `chip` or `dram`.
    package let from: String

    package init(
      name: String, `as`: String, from: String
    ) {
      self.name = name
      self.as = `as`
      self.from = from
    }
  }

  /// One map.
  package struct Map: Codable, Hashable, Sendable {
    package let name: String
    /// Of all images.
    package let elements: Int
    /// Who writes it; nil for what the network reads.
    @OrNull package var producer: String?
    /// Whether it is written to DRAM.
    package let written: Bool
    package let readers: [Reader]
    package let onChipBytes: Int
    /// `rows` or `whole`; nil where nothing of it stays.
    @OrNull package var onChip: String?

    package init(
      name: String, elements: Int, producer: String?, written: Bool, readers: [Reader],
      onChipBytes: Int, onChip: String?
    ) {
      self.name = name
      self.elements = elements
      self.producer = producer
      self.written = written
      self.readers = readers
      self.onChipBytes = onChipBytes
      self.onChip = onChip
    }
  }

  package let policy: String
  /// Whether the architecture says so.
  package let stated: Bool
  /// Nil where maps do not stay.
  @OrNull package var capacityBytes: Int?
  /// What keeps maps; nil for nothing.
  @OrNull package var memory: String?
  package let readBytes: Int
  package let writtenBytes: Int
  package let peakBytes: Int
  /// Layers that run row by row together.
  package let groups: [[String]]
  package let maps: [Map]

  package init(
    policy: String, stated: Bool, capacityBytes: Int?, memory: String?, readBytes: Int,
    writtenBytes: Int, peakBytes: Int, groups: [[String]], maps: [Map]
  ) {
    self.policy = policy
    self.stated = stated
    self.capacityBytes = capacityBytes
    self.memory = memory
    self.readBytes = readBytes
    self.writtenBytes = writtenBytes
    self.peakBytes = peakBytes
    self.groups = groups
    self.maps = maps
  }
}
