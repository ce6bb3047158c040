import CostModel
import Experiments
import Inputs
import Specs

/// What the tests of single twins run on: one datapath, and buffers that hold whole layers.
enum SmallArchitecture {
  /// An architecture at 100 MHz with `datapath` in YAML; a transfer without a rate takes no time.
  static func architecture(
    _ datapath: String, inputBuffer: Int = 4096, inputRate: String = "unlimited",
    outputRate: String = "unlimited"
  ) throws -> Architecture {
    try architecture(
      text: """
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

  static func architecture(text: String) throws -> Architecture {
    try Architecture(SpecFile(path: "test.yaml", node: YAMLParser.parse(text, file: "test.yaml")))
  }

  /// The design with the energy table that `architecture(_:)` names.
  static func design(_ architecture: Architecture) throws -> Design {
    let folders = SweepFixture.folders
    return try Design(
      architecture,
      energy: EnergyTable(
        table: folders.file(at: folders.path(of: "horowitz-45nm", in: "arch/energy")),
        dram: folders.file(at: folders.path(of: "ddr4-18", in: "arch/energy/dram"))))
  }
}
