internal import Architectures
internal import CostModel
internal import Documents
public import Inputs
public import Reports
internal import Serving
internal import Units

extension ProfileBuilder {
  /// The table as a report: what `profile --format json` stores.
  ///
  /// - Parameter command: What was typed.
  /// - Returns: A row for every cell.
  /// - Throws: `InputError` where a layer does not fit the design.
  public func report(command: String) throws(InputError) -> Report {
    ProfileReport(builder: self, table: try table(), command: command).report
  }
}

/// What a profile reports.
private struct ProfileReport {
  let builder: ProfileBuilder
  let table: ProfileTable
  let command: String

  private var unit: EnergyUnit { table.energyUnit }

  /// Every cell with its place, row by row, column by column, batch by batch.
  private var cells: [(subnet: Int, subgraph: Int, batch: Int, cell: ProfileTable.Cell)] {
    table.subnets.indices.flatMap { row in
      table.subgraphs.indices.flatMap { column in
        table.batches.indices.map { batch in
          (row, column, batch, table.cell(row, column, batch: batch))
        }
      }
    }
  }

  var report: Report {
    let pictures = ProfileCharts(table: table)
    return Report(
      title: "\(builder.question.workload) on \(builder.question.architecture), profile",
      facts: [
        (
          "table",
          "\(table.subnets.count) sub-networks x \(table.subgraphs.count) sub-graphs x "
            + "\(table.batches.count) batch sizes"
        )
      ] + (builder.hostText.map { [("runs elsewhere", $0)] } ?? []),
      table: Table(
        columns: [
          .init("sub-network", "subnet"), .init("accuracy", "accuracy"),
          .init("on chip", "subgraph"), .init("batch", "batch"), .init("latency", "latency_s"),
          .init("energy", unit.key), .init("DRAM", "dram_bytes"),
        ],
        rows: cells.map { place in
          [
            .text(table.subnets[place.subnet].name),
            .share(table.subnets[place.subnet].accuracy),
            .text(table.subgraphs[place.subgraph].name), .count(table.batches[place.batch]),
            .quantity(place.cell.latency.seconds, unit: "s"),
            .quantity(unit.amount(place.cell.energy), unit: unit.symbol),
            .quantity(Double(place.cell.dramBytes.count), unit: "B"),
          ]
        }, total: nil),
      conclusions: [], warnings: builder.warnings, document: document.json,
      headline: pictures.headline, charts: pictures.all)
  }

  private var document: ProfileDocument {
    let host = builder.hostWork.filter { !$0.names.isEmpty }.map(\.stored)
    return ProfileDocument(
      architecture: builder.question.architecture, workload: builder.question.workload,
      energyUnit: unit.key,
      energyPerLoadedByte: table.loadEnergyPerByte.map { unit.amount($0) },
      batches: table.batches,
      subnets: table.subnets.map {
        ProfileDocument.Subnet(
          name: $0.name, accuracy: $0.accuracy, weightBytes: $0.weightBytes?.count)
      },
      subgraphs: table.subgraphs.map {
        ProfileDocument.Subgraph(
          name: $0.name, loadBytes: $0.load.bytes.count, loadS: $0.load.time.seconds)
      },
      cells: cells.map { place in
        ProfileDocument.Cell(
          subnet: table.subnets[place.subnet].name,
          subgraph: table.subgraphs[place.subgraph].name, batch: table.batches[place.batch],
          latencyS: place.cell.latency.seconds,
          energy: table.hasEnergy ? unit.amount(place.cell.energy) : nil,
          dramBytes: table.hasTraffic ? place.cell.dramBytes.count : nil)
      }, warnings: builder.warnings,
      provenance: Provenance(filesAt: builder.paths, command: command),
      host: host.isEmpty ? nil : host)
  }
}

extension HostWork {
  /// As documents store it.
  var stored: HostWorkDocument {
    HostWorkDocument(operations: names, macs: macs, weightBytes: weightBytes.count)
  }
}
