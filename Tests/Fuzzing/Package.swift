// swift-tools-version: 6.2
// Inputs that are changed while the program is watched, kept out of the main package: everything is built with
// counters of coverage. `scripts/fuzz.py` builds and runs it.
import PackageDescription

let package = Package(
  name: "Fuzzing",
  dependencies: [.package(name: "umemaki", path: "../..")],
  targets: [
    .executableTarget(
      name: "Fuzz", dependencies: [.product(name: "UmemakiModel", package: "umemaki")])
  ]
)
