import Foundation

// What is tried on each input is the first argument; the others are libFuzzer's.
guard CommandLine.arguments.count > 1, let target = Target(rawValue: CommandLine.arguments[1])
else {
  let targets = Target.allCases.map(\.rawValue).joined(separator: "|")
  print("usage: Fuzz \(targets) [libFuzzer's options] [FOLDER ...]")
  exit(64)
}
Attempt.shared.begin(target)

/// The driver of libFuzzer, which calls `body` for one input after the other and ends the process itself.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

var arguments: [UnsafeMutablePointer<CChar>?] =
  ([CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)).map { strdup($0) } + [nil]
var count = CInt(arguments.count - 1)
let code = arguments.withUnsafeMutableBufferPointer { buffer in
  guard var base = buffer.baseAddress else { return CInt(70) }
  return withUnsafeMutablePointer(to: &base) { pointer in
    runFuzzer(&count, pointer) { bytes, size in
      Attempt.shared.run(UnsafeBufferPointer(start: bytes, count: size))
      return 0
    }
  }
}
exit(code)
