internal import Architectures
public import Units

extension Design {
  /// Lanes of all cores.
  public var lanes: Int { datapath.lanes * architecture.spec.coreCount }

  /// Bytes of all memories on chip: the buffers and the datapath's own memory of every core, and those
  /// that are there once, the persistent one, that of maps and that of the vector unit.
  public var onChipBytes: Bytes {
    let spec = architecture.spec
    let core =
      spec.memory.buffers.reduce(Bytes.zero) { $0 + $1.size }
      + (datapath.localBuffer?.size ?? .zero)
    return core * spec.coreCount + (spec.memory.persistentBuffer?.size ?? .zero) + spec.mapBuffer
      + (spec.vectorUnit?.buffer.size ?? .zero)
  }
}
