// swift-tools-version: 6.1
// Measurements, kept out of the main package so that building it stays fast.
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "umemaki", path: "../.."),
    // Warm-up, repetition and statistics of timings.
    .package(url: "https://github.com/google/swift-benchmark", from: "0.1.2"),
  ],
  targets: [
    .executableTarget(
      name: "LayerBenchmarks",
      dependencies: [
        .product(name: "UmemakiModel", package: "umemaki"),
        .product(name: "Benchmark", package: "swift-benchmark"),
      ]),
    .executableTarget(
      name: "SweepBenchmarks",
      dependencies: [.product(name: "UmemakiModel", package: "umemaki")]),
    .executableTarget(
      name: "ProfileBenchmarks",
      dependencies: [.product(name: "UmemakiModel", package: "umemaki")]),
    .executableTarget(
      name: "ProcessBenchmarks",
      dependencies: [.product(name: "UmemakiModel", package: "umemaki")]),
    .executableTarget(
      name: "ServingBenchmarks",
      dependencies: [.product(name: "UmemakiModel", package: "umemaki")]),
  ]
)
