package import Reports

/// What programs of the user's own did on a simulated device.
package struct VirtualDeviceDocument: Document, Hashable {
  package static let schema = "umemaki.virtual-device/1"

  /// One program.
  package struct Client: Codable, Hashable, Sendable {
    package let name: String
    package let calls: Int
    package let loads: Int
    package let loadedBytes: Int
    package let launches: Int
    package let images: Int
    /// From launches to their ends; nil where nothing was launched.
    @OrNull package var latencyMeanS: Double?
    @OrNull package var latencyMaxS: Double?
    /// In `energy_unit`; nil where the table knows no energy.
    @OrNull package var energy: Double?
    package let peakBytes: Int
    package let endS: Double

    package init(
      name: String, calls: Int, loads: Int, loadedBytes: Int, launches: Int, images: Int,
      latencyMeanS: Double?, latencyMaxS: Double?, energy: Double?, peakBytes: Int, endS: Double
    ) {
      self.name = name
      self.calls = calls
      self.loads = loads
      self.loadedBytes = loadedBytes
      self.launches = launches
      self.images = images
      self.latencyMeanS = latencyMeanS
      self.latencyMaxS = latencyMaxS
      self.energy = energy
      self.peakBytes = peakBytes
      self.endS = endS
    }
  }

  package let scenario: String
  package let memoryBytes: Int
  package let peakBytes: Int
  /// When the last program had ended.
  package let endS: Double
  package let arrayBusyS: Double
  package let linkBusyS: Double
  /// The name that such an energy has elsewhere: `energy_j`, `energy_macs` or `energy_units`.
  package let energyUnit: String
  package let clients: [Client]
  package let provenance: Provenance

  package init(
    scenario: String, memoryBytes: Int, peakBytes: Int, endS: Double, arrayBusyS: Double,
    linkBusyS: Double, energyUnit: String, clients: [Client], provenance: Provenance
  ) {
    self.scenario = scenario
    self.memoryBytes = memoryBytes
    self.peakBytes = peakBytes
    self.endS = endS
    self.arrayBusyS = arrayBusyS
    self.linkBusyS = linkBusyS
    self.energyUnit = energyUnit
    self.clients = clients
    self.provenance = provenance
  }
}
