public import Architectures

/// What the tests of single twins run on: one datapath, and buffers that hold whole layers.
public enum SmallArchitecture {
  /// An architecture at 100 MHz with `datapath` in YAML; a transfer without a rate takes no time.
  public static func architecture(
    _ datapath: String, inputBuffer: Int = 4096, inputRate: String = "unlimited",
    outputRate: String = "unlimited"
  ) throws -> Architecture {
    try TestSupport.architecture(
      """
      name: small
      summary: small
      source: test
      frequency: 100 MHz
      layer_overhead: 0 cycles
      precision: {input: 8 bit, weight: 8 bit, output: 8 bit, accumulator: 32 bit}
      datapath: \(datapath)
      memory:
        dram: {bandwidth: unlimited, ports: separate}
        transfers:
          input: {bandwidth: \(inputRate), overlap: none, channel_alignment: 1}
          weight: {bandwidth: unlimited, overlap: none, channel_alignment: 1}
          output: {bandwidth: \(outputRate), overlap: none, channel_alignment: 1}
        buffers:
          - {name: input_buffer, holds: [input], size: \(inputBuffer) B, ping_pong: false}
          - {name: weight_buffer, holds: [weight], size: 4 KiB, ping_pong: false}
          - {name: output_buffer, holds: [output], size: 4 KiB, ping_pong: false}
      energy: {table: horowitz-45nm, dram: ddr4-18}

      """)
  }
}
