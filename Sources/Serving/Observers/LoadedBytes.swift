/// Bytes of loads and what one of them costs, a mean where devices ask different prices.
struct LoadedBytes {
  private(set) var count = 0
  /// In the unit of the table's energies.
  private(set) var price = 0.0

  mutating func add(_ bytes: Int, price: Double) {
    guard bytes > 0 else { return }
    // Of equal prices the mean is the price itself, without a rounding.
    if count > 0, price != self.price {
      self.price =
        (Double(count) * self.price + Double(bytes) * price) / Double(count + bytes)
    } else {
      self.price = price
    }
    count += bytes
  }
}

extension ServingSimulation {
  /// The energy of a byte that a device loads.
  func loadPrice(of device: DeviceState) -> Double { energiesPerLoadedByte[device.kind] }
}
