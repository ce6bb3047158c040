internal import CHDF5

/// What can be asked of an HDF5 file, here or in a process of its own.
protocol HDF5Source: Sendable {
  /// Everything a weight file holds, without the values.
  func contents() throws(InputError) -> WeightContents
  /// The names in the root group.
  func names() throws(InputError) -> [String]
  /// The text of an attribute of the root group, nil when it is absent.
  func attribute(_ name: String) throws(InputError) -> String?
  /// An array of the root group.
  func array(_ name: String) throws(InputError) -> StoredArray
  /// Opens a tensor, to read it block by block.
  func open(_ tensor: TensorDescription) throws(InputError) -> any TensorBlocks
}

/// A file of tensors alone, in which nothing but tensors can be asked for.
protocol TensorFile: HDF5Source {
  /// What such a file is called.
  static var word: String { get }
  /// The file.
  var path: String { get }
  /// Everything it holds, without the values.
  var found: WeightContents { get }
}

extension TensorFile {
  func contents() throws(InputError) -> WeightContents { found }

  func names() throws(InputError) -> [String] { throw noTable }

  func attribute(_ name: String) throws(InputError) -> String? { throw noTable }

  func array(_ name: String) throws(InputError) -> StoredArray { throw noTable }

  private var noTable: InputError { InputError("is \(Self.word), expected HDF5", file: path) }
}

/// A tensor that is open for reading.
protocol TensorBlocks {
  /// The values of a box in stored order.
  func block(start: [Int], extents: [Int]) throws(InputError) -> [Float]
  /// Closes the tensor.
  func close()
}

/// What a weight file holds, without the values.
struct WeightContents: Codable, Sendable {
  var tensors: [TensorDescription]
  var others: [String]
  var unsupported: [UnsupportedDataset]
  var isSynthetic: Bool
}

/// Reads a file in this process, where a damaged one may end it.
struct HDF5DirectSource: HDF5Source {
  let path: String

  func contents() throws(InputError) -> WeightContents {
    try HDF5Library.locked { () throws(InputError) -> WeightContents in
      let file = try HDF5Reading.open(path)
      var scan = HDF5Scan(file: path)
      try scan.run(file.id)
      return scan.contents
    }
  }

  func names() throws(InputError) -> [String] {
    try HDF5Library.locked { () throws(InputError) -> [String] in
      let file = try HDF5Reading.open(path)
      return try HDF5Reading.linkNames(file.id, "", file: path)
    }
  }

  func attribute(_ name: String) throws(InputError) -> String? {
    try HDF5Library.locked { () throws(InputError) -> String? in
      let file = try HDF5Reading.open(path)
      guard let root = HDF5Handle(H5Gopen2(file.id, "/", shim_H5P_DEFAULT())) else {
        throw InputError("the root group cannot be read", file: path)
      }
      return try HDF5Attribute(object: root.id, file: path, path: "").text(name)
    }
  }

  func array(_ name: String) throws(InputError) -> StoredArray {
    try HDF5Library.locked { () throws(InputError) -> StoredArray in
      let file = try HDF5Reading.open(path)
      guard shim_link_kind(file.id, name) == 0,
        let object = HDF5Handle(H5Oopen(file.id, name, shim_H5P_DEFAULT())),
        H5Iget_type(object.id) == H5I_DATASET
      else { throw InputError("is not a dataset", file: path, path: name) }
      return try ArrayReading(id: object.id, file: path, name: name).array()
    }
  }

  func open(_ tensor: TensorDescription) throws(InputError) -> any TensorBlocks {
    try TensorReader(file: path, tensor: tensor)
  }
}
