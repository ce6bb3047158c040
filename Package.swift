// swift-tools-version: 6.2
// Rooms, bottom first: system libraries, Units, Inputs, Components, WeightAnalysis, Networks, Architectures,
// CostModel, ReferenceModel, Processes, Serving, Reports, Documents, Importing, Studies, Exploration, Validation,
// umemaki.
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "umemaki",
  products: [
    .executable(name: "umemaki", targets: ["umemaki"]),
    .library(
      name: "UmemakiModel",
      targets: [
        "Units", "Inputs", "Components", "WeightAnalysis", "Networks", "Architectures", "CostModel",
        "Processes", "Serving", "Reports", "Documents", "Importing", "Studies", "Exploration",
      ]),
  ],
  dependencies: [
    // Command line parsing, help texts and shell completions.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // SHA-256 digests of the inputs in every report's provenance.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // The event heap and the ready queues of the serving simulation, and the heap of the mapping search.
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    // Latency percentiles over any number of queries in constant memory.
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    // The result store of sweeps: SQLite with typed access, transactions and migrations.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // Decodes ONNX models, which are protocol buffers; the runtime only, no generated code.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    // The page of HTML reports as a template whose values are escaped by the library, not by hand.
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    // Starts and watches the processes of a user's own policies.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    // The file descriptors that are handed to them.
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    // Serves the pages of `umemaki view` on the loopback address: HTTP on non-blocking sockets, nothing below it.
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    // Builds the documentation catalogue; a build tool only.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .target(name: "Units", swiftSettings: strict),
    .target(
      name: "Inputs",
      dependencies: ["CYAML", "CHDF5"], swiftSettings: strict),
    .target(name: "Components", dependencies: ["Units", "Inputs"], swiftSettings: strict),
    .target(
      name: "WeightAnalysis", dependencies: ["Units", "Inputs", "Components"],
      swiftSettings: strict),
    .target(
      name: "Networks", dependencies: ["Units", "Inputs", "Components"], swiftSettings: strict),
    .target(
      name: "Architectures", dependencies: ["Units", "Inputs", "Components"], swiftSettings: strict),
    .target(
      name: "CostModel",
      dependencies: [
        "Units", "Inputs", "Components", "Networks", "Architectures", "WeightAnalysis",
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "ReferenceModel",
      dependencies: [
        "Units", "Components", "Networks", "Architectures", "WeightAnalysis", "CostModel",
      ],
      swiftSettings: strict),
    .target(
      name: "Processes",
      dependencies: [
        "Inputs", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: strict),
    .target(
      name: "Serving",
      dependencies: [
        "Units", "Inputs", "Components", "Networks", "Architectures", "Processes",
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ], swiftSettings: strict),
    .target(
      name: "Reports",
      dependencies: [
        "Units", "Inputs", "Components", "Networks", "Architectures", "CostModel",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Mustache", package: "swift-mustache"),
      ], swiftSettings: strict),
    // What is stored of results, read back and rendered: knows no model, so that nothing can be run.
    .target(
      name: "Documents", dependencies: ["Inputs", "Reports"], swiftSettings: strict),
    // Networks from other programs' files; the only room that reads protocol buffers.
    .target(
      name: "Importing",
      dependencies: [
        "Units", "Inputs", "Components", "Networks", "Reports",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], swiftSettings: strict),
    // One question, one answer: what the commands on single files do. Knows no sweeps.
    .target(
      name: "Studies",
      dependencies: [
        "Units", "Inputs", "Components", "Networks", "Architectures", "WeightAnalysis", "CostModel",
        "Serving", "Reports", "Documents", .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    // Many questions: sweeps, their searches and their stores; the only room with a data base.
    .target(
      name: "Exploration",
      dependencies: [
        "Units", "Inputs", "Components", "Networks", "Architectures", "WeightAnalysis", "CostModel",
        "Serving", "Reports", "Documents", "Studies",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    // References, twins and perturbation of this repository; the only room that uses ReferenceModel.
    .target(
      name: "Validation",
      dependencies: [
        "Units", "Inputs", "Components", "Networks", "Architectures", "WeightAnalysis", "CostModel",
        "ReferenceModel", "Serving", "Reports", "Documents", "Studies", "Exploration",
      ], swiftSettings: strict),
    .executableTarget(
      name: "umemaki",
      dependencies: [
        "Inputs", "Components", "Networks", "Architectures", "CostModel", "Reports", "Serving",
        "Documents", "Importing", "Studies", "Exploration", "Validation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    // What several suites share: the repository's files, designs from texts, random layers.
    .target(
      name: "TestSupport",
      dependencies: [
        "Inputs", "Components", "Networks", "Architectures", "CostModel", "Studies",
      ], path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "UnitsTests", dependencies: ["Units"], swiftSettings: strict),
    .testTarget(
      name: "InputsTests", dependencies: ["Inputs"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "SpecsTests",
      dependencies: [
        "TestSupport",
        "Units", "Inputs", "Components", "Networks", "Architectures", "CostModel", "Studies",
        "Exploration", "Importing",
      ],
      resources: [.copy("References")], swiftSettings: strict),
    .testTarget(
      name: "WeightAnalysisTests", dependencies: ["TestSupport", "Components", "WeightAnalysis"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports"], exclude: ["Snapshots"],
      swiftSettings: strict),
    .testTarget(
      name: "CostModelTests",
      dependencies: [
        "TestSupport",
        "Units", "Inputs", "Components", "Networks", "Architectures", "WeightAnalysis", "CostModel",
        "Studies",
      ],
      swiftSettings: strict),
    .testTarget(name: "ProcessesTests", dependencies: ["Processes"], swiftSettings: strict),
    .testTarget(
      name: "ServingTests",
      dependencies: [
        "TestSupport", "Units", "Inputs", "Components", "Networks", "Architectures", "Serving",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ServingExperimentTests",
      dependencies: [
        "TestSupport",
        "Units", "Inputs", "Components", "Networks", "Architectures", "CostModel", "Serving",
        "Reports", "Documents", "Studies",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "TestSupport", "Validation",
        "Units", "Inputs", "Components", "Networks", "Architectures", "WeightAnalysis", "CostModel",
        "ReferenceModel", "Reports", "Serving",
        "Importing", "Studies", "Exploration",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: ["TestSupport", "Inputs", "Reports", "Documents", "Validation", "umemaki"],
      exclude: ["Errors", "Damaged", "Weights", "Import"],
      swiftSettings: strict),
    .testTarget(
      name: "ValidationTests",
      dependencies: [
        "TestSupport", "Validation", "ReferenceModel",
        "Units", "Components", "Networks", "Architectures", "WeightAnalysis", "CostModel",
        "Reports", "Studies", "Exploration",
      ],
      resources: [.copy("References")], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
