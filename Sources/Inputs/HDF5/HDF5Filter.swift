internal import CHDF5

/// The filters that a dataset's values are compressed with.
enum HDF5Filter {
  /// Filters by their registered number.
  ///
  /// Source: the HDF Group's list of registered filters.
  private static let names: [H5Z_filter_t: String] = [
    1: "GZIP", 2: "shuffle", 3: "Fletcher-32", 4: "SZIP", 5: "N-bit", 6: "scale-offset",
    305: "LZO", 307: "bzip2", 32000: "LZF", 32001: "Blosc", 32004: "LZ4", 32008: "bitshuffle",
    32013: "ZFP", 32015: "Zstandard", 32017: "SZ", 32024: "SZ3", 32026: "Blosc2",
  ]

  /// Why the values of an open dataset cannot be decompressed, nil where they can.
  static func missing(of dataset: HDF5Dataset) -> String? {
    guard let list = HDF5Handle(H5Dget_create_plist(dataset.id)) else { return nil }
    let count = H5Pget_nfilters(list.id)
    guard count > 0 else { return nil }
    for index in 0..<UInt32(count) {
      var flags: UInt32 = 0
      var values = 0
      var settings: UInt32 = 0
      var name = [CChar](repeating: 0, count: 64)
      let filter = H5Pget_filter2(
        list.id, index, &flags, &values, nil, name.count - 1, &name, &settings)
      guard filter >= 0, H5Zfilter_avail(filter) <= 0 else { continue }
      let known = names[filter] ?? text(name)
      return
        "is compressed with \(known.isEmpty ? "a filter" : known) (HDF5 filter \(filter)), which is "
        + "not installed here; `h5repack -f GZIP=5 IN.h5 OUT.h5`, run where it is, writes a file that can "
        + "be read"
    }
    return nil
  }

  /// The name that the file gives the filter, where it is plain text.
  private static func text(_ name: [CChar]) -> String {
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    guard bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
