internal import Architectures
public import Units

extension Design {
  /// Lanes of all cores.
  public var lanes: Int {
    kinds.isEmpty
      ? datapath.lanes * architecture.spec.coreCount : kinds.reduce(0) { $0 + $1.design.lanes }
  }

  /// Bytes of all memories on chip: the buffers and the datapath's own memory of every core, and those
  /// that are there once, the persistent one, that of maps and that of the vector unit.
  public var onChipBytes: Bytes {
    let spec = architecture.spec
    let cores = kinds.isEmpty ? coreBytes : kinds.reduce(.zero) { $0 + $1.design.coreBytes }
    return cores + (spec.memory.persistentBuffer?.size ?? .zero) + spec.mapBuffer * spec.mapBuffers
      + (spec.vectorUnit?.buffer.size ?? .zero)
  }

  /// Bytes of the buffers of all cores like the file's.
  private var coreBytes: Bytes {
    let core =
      architecture.spec.memory.buffers.reduce(Bytes.zero) { $0 + $1.size }
      + (datapath.localBuffer?.size ?? .zero)
    return core * architecture.spec.coreCount
  }
}
