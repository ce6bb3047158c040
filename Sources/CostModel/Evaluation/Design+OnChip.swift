internal import Architectures
public import Units

extension Design {
  /// Bytes of all memories on chip: the buffers, the persistent one and the datapath's own.
  public var onChipBytes: Bytes {
    let buffers = architecture.spec.memory.buffers.reduce(Bytes.zero) { $0 + $1.size }
    return buffers + architecture.persistentBytes + (datapath.localBuffer?.size ?? .zero)
  }
}
