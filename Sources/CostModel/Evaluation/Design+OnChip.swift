internal import Architectures
public import Units

extension Design {
  /// Bytes of all memories on chip: the buffers, the persistent one, those of maps and of the vector
  /// unit, and the datapath's own.
  public var onChipBytes: Bytes {
    let spec = architecture.spec
    let buffers = spec.memory.buffers.reduce(Bytes.zero) { $0 + $1.size }
    return buffers + (spec.memory.persistentBuffer?.size ?? .zero) + spec.mapBuffer
      + (spec.vectorUnit?.buffer.size ?? .zero) + (datapath.localBuffer?.size ?? .zero)
  }
}
