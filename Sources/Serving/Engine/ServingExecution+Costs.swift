extension ServingExecution {
  /// What the service model says that the batch of a device costs on a sub-network.
  @inline(__always)
  func cost(of subnet: Int, on device: DeviceState) throws(ServingError) -> ServiceCost {
    do throws(ServiceModelError) {
      let cost = try service.cost(
        of: Work(devices[device.index].batch, on: subnet), on: device)
      if cost.isPossible { return cost }
    } catch {
      throw .costUnknown(start: now, reason: error.description)
    }
    throw .invalidCost(start: now)
  }

  /// What the service model says that a change of sub-network costs.
  @inline(__always)
  func change(to subnet: Int, on device: DeviceState) throws(ServingError) -> ProfileTable.Load {
    do throws(ServiceModelError) {
      let cost = try service.change(to: subnet, on: device)
      if cost.isPossible { return cost }
    } catch {
      throw .costUnknown(start: now, reason: error.description)
    }
    throw .invalidCost(start: now)
  }

  /// What the service model says that a load of a sub-graph costs.
  func cost(
    ofLoading subgraph: Int, replacing old: Int?, on device: DeviceState
  ) throws(ServingError) -> ProfileTable.Load {
    do throws(ServiceModelError) {
      let cost = try service.load(subgraph, replacing: old, on: device)
      if cost.isPossible { return cost }
    } catch {
      throw .costUnknown(start: now, reason: error.description)
    }
    throw .invalidCost(start: now)
  }
}
