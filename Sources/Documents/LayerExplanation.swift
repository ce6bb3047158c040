/// Why one operation costs what it costs.
package struct LayerExplanation: Codable, Hashable, Sendable {
  /// Bytes of an operand from and to DRAM.
  package struct Traffic: Codable, Hashable, Sendable {
    package let operand: String
    package let bytes: Int
    /// With the operand moved once; nil where nothing says it.
    @OrNull package var distinctBytes: Int?
    /// The former over the latter.
    @OrNull package var refetch: Double?

    package init(operand: String, bytes: Int, distinctBytes: Int?, refetch: Double?) {
      self.operand = operand
      self.bytes = bytes
      self.distinctBytes = distinctBytes
      self.refetch = refetch
    }
  }

  /// The fastest mapping that the search finds.
  package struct Fastest: Codable, Hashable, Sendable {
    package let cycles: Int
    package let dramBytes: Int
    /// What holds it.
    package let limit: String

    package init(cycles: Int, dramBytes: Int, limit: String) {
      self.cycles = cycles
      self.dramBytes = dramBytes
      self.limit = limit
    }
  }

  /// What more room on chip would save of the bytes from and to DRAM.
  package struct Room: Codable, Hashable, Sendable {
    /// One memory, the others being as they are.
    package struct Memory: Codable, Hashable, Sendable {
      package let name: String
      package let bytes: Int
      /// The size from which on more saves nothing.
      package let enoughBytes: Int
      /// Of the mapping that moves the fewest then.
      package let dramBytes: Int

      package init(name: String, bytes: Int, enoughBytes: Int, dramBytes: Int) {
        self.name = name
        self.bytes = bytes
        self.enoughBytes = enoughBytes
        self.dramBytes = dramBytes
      }
    }

    /// Of the mapping that moves the fewest.
    package let dramBytes: Int
    /// The same with endless memories.
    package let endlessDramBytes: Int
    package let memories: [Memory]

    package init(dramBytes: Int, endlessDramBytes: Int, memories: [Memory]) {
      self.dramBytes = dramBytes
      self.endlessDramBytes = endlessDramBytes
      self.memories = memories
    }
  }

  /// Where a price comes from.
  package struct Origin: Codable, Hashable, Sendable {
    /// The kind of file.
    package let file: String
    /// Dotted paths of values in it.
    package let paths: [String]
    /// How the price is made of them.
    package let rule: String
    /// What the file names as their source.
    package let sources: [String]

    package init(file: String, paths: [String], rule: String, sources: [String]) {
      self.file = file
      self.paths = paths
      self.rule = rule
      self.sources = sources
    }
  }

  /// A line of a bill, its energies left out.
  package struct Line: Codable, Hashable, Sendable {
    package let component: String
    /// What is counted.
    package let counted: String
    package let count: Double
    /// How the price is made of several origins; empty for one.
    package let rule: String
    package let origins: [Origin]

    package init(
      component: String, counted: String, count: Double, rule: String, origins: [Origin]
    ) {
      self.component = component
      self.counted = counted
      self.count = count
      self.rule = rule
      self.origins = origins
    }
  }

  /// What a value of the architecture file at another size makes of the operation.
  package struct Move: Codable, Hashable, Sendable {
    package let value: String
    /// Nil where the file is refused.
    @OrNull package var cycles: Int?
    /// Time over that with the value as it is.
    @OrNull package var latencyRatio: Double?
    @OrNull package var energyRatio: Double?
    /// Why the file is refused.
    @OrNull package var refused: String?

    package init(
      value: String, cycles: Int?, latencyRatio: Double?, energyRatio: Double?, refused: String?
    ) {
      self.value = value
      self.cycles = cycles
      self.latencyRatio = latencyRatio
      self.energyRatio = energyRatio
      self.refused = refused
    }
  }

  /// A value of the architecture file, a tenth less and a tenth more.
  package struct Constant: Codable, Hashable, Sendable {
    package let path: String
    package let value: String
    package let less: Move
    package let more: Move

    package init(path: String, value: String, less: Move, more: Move) {
      self.path = path
      self.value = value
      self.less = less
      self.more = more
    }
  }

  package let name: String
  package let shape: LayerShapeDocument
  /// By cause.
  package let cycleBreakdown: [String: Int]
  /// The loops from DRAM to the array, one a line; empty on several cores and on a vector unit.
  package let loopNest: [String]
  package let traffic: [Traffic]
  /// Cycles that each limit asks for by itself; empty where nothing says it.
  package let limits: [String: Int]
  @OrNull package var fastest: Fastest?
  @OrNull package var room: Room?
  /// Counts times prices; nil where cores of several kinds have prices of their own.
  @OrNull package var bill: [Joined<Line, PriceFigures>]?
  /// In the order of the file.
  package let constants: [Constant]

  package init(
    name: String, shape: LayerShapeDocument, cycleBreakdown: [String: Int], loopNest: [String],
    traffic: [Traffic], limits: [String: Int], fastest: Fastest?, room: Room?,
    bill: [Joined<Line, PriceFigures>]?, constants: [Constant]
  ) {
    self.name = name
    self.shape = shape
    self.cycleBreakdown = cycleBreakdown
    self.loopNest = loopNest
    self.traffic = traffic
    self.limits = limits
    self.constants = constants
    self.fastest = fastest
    self.room = room
    self.bill = bill
  }
}

/// A price and what it comes to, below names that say the unit, such as `energy_price_j`.
package struct PriceFigures: Codable, Hashable, Sendable {
  package let unit: StoredEnergyUnit
  /// Of one of what is counted.
  package let price: Double
  /// Of all of them.
  package let amount: Double
  /// Between which it may be.
  package let band: EnergyFigures.Band

  package init(unit: StoredEnergyUnit, price: Double, amount: Double, band: EnergyFigures.Band) {
    self.unit = unit
    self.price = price
    self.amount = amount
    self.band = band
  }

  /// Reads the energies in whatever unit they are.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: EnergyName.self)
    unit = StoredEnergyUnit.allCases.first { members.contains(EnergyName($0)) } ?? .joules
    amount = try members.decode(Double.self, forKey: EnergyName(unit))
    price = try members.decode(Double.self, forKey: EnergyName(unit, after: "price_"))
    band = EnergyFigures.Band(
      low: try members.decode(Double.self, forKey: EnergyName(unit, before: "_low")),
      high: try members.decode(Double.self, forKey: EnergyName(unit, before: "_high")))
  }

  /// Writes the energies below the names of their unit.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: EnergyName.self)
    try members.encode(amount, forKey: EnergyName(unit))
    try members.encode(price, forKey: EnergyName(unit, after: "price_"))
    try members.encode(band.low, forKey: EnergyName(unit, before: "_low"))
    try members.encode(band.high, forKey: EnergyName(unit, before: "_high"))
  }
}
