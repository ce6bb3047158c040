internal import CHDF5
import Glibc

/// A file being written, removed again unless it is finished.
///
/// The library holds values back and writes them when a dataset or the file is closed, so that those
/// calls are checked like any other. After a failure the file is left open and never touched again.
final class HDF5Output {
  let path: String
  private let place: OutputPlace
  private var file: HDF5Handle?
  private var hasFailed = false

  /// The open file, nil once it is finished or has failed; inside `HDF5Library.locked` only.
  var fileID: hid_t? { hasFailed ? nil : file?.id }

  init(_ path: String) throws(InputError) {
    self.path = path
    place = try OutputPlace(path)
    try place.checkRegular()
    guard case .replaced(_, let temporary, let mode) = place.form else { return }
    Leftovers.add(temporary)
    try HDF5Library.locked { () throws(InputError) in
      file = HDF5Handle(shim_create_file(temporary))
      guard file != nil else { throw discarded("cannot be created") }
      if let mode { _ = chmod(temporary, mode) }
    }
  }

  deinit {
    HDF5Library.locked {
      guard let file = take() else { return }
      if hasFailed { file.abandon() } else { _ = file.close() }
      place.discard()
    }
  }

  private func take() -> HDF5Handle? { file.take() }

  /// Closes the file and puts it at its place.
  func finish() throws(InputError) {
    guard !hasFailed, let file = take() else { throw failure("is already finished") }
    guard H5Fflush(file.id, H5F_SCOPE_GLOBAL) >= 0 else {
      file.abandon()
      throw discarded()
    }
    guard file.close(), synchronize() else { throw discarded() }
    try place.commit()
  }

  private func discarded(_ message: String = "cannot be written") -> InputError {
    let error = failure(message)
    place.discard()
    return error
  }

  /// Brings the closed file to the disk.
  private func synchronize() -> Bool {
    guard case .replaced(_, let temporary, _) = place.form else { return false }
    let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    let isSafe = fsync(descriptor) == 0
    return close(descriptor) == 0 && isSafe
  }

  func createDataset(
    _ target: HDF5Target, _ compression: TensorCompression?
  ) throws(InputError) {
    let extents = target.dimensions.map { hsize_t($0) }
    guard let id = fileID,
      let space = HDF5Handle(H5Screate_simple(Int32(extents.count), extents, nil)),
      let list = HDF5Handle(H5Pcreate(shim_H5P_DATASET_CREATE())),
      let links = HDF5Handle(H5Pcreate(shim_H5P_LINK_CREATE())),
      H5Pset_create_intermediate_group(links.id, 1) >= 0,
      H5Pset_obj_track_times(list.id, false) >= 0
    else { throw failure("cannot be created", target.dataset) }
    if let compression {
      var chunk = extents
      chunk[0] = min(chunk[0], hsize_t(compression.kernelsPerChunk))
      guard H5Pset_chunk(list.id, Int32(chunk.count), chunk) >= 0,
        H5Pset_shuffle(list.id) >= 0, H5Pset_deflate(list.id, UInt32(compression.level)) >= 0
      else { throw failure("cannot be compressed", target.dataset) }
    }
    let type = target.type == .int8 ? shim_H5T_STD_I8LE() : shim_H5T_IEEE_F32LE()
    guard
      let made = HDF5Handle(
        H5Dcreate2(id, target.dataset, type, space.id, links.id, list.id, shim_H5P_DEFAULT())),
      made.close()
    else { throw failure("cannot be created", target.dataset) }
  }

  func write(
    _ target: HDF5Target, _ range: Range<Int>, _ bytes: UnsafeRawBufferPointer
  ) throws(InputError) {
    var start = target.dimensions.map { _ in hsize_t(0) }
    var extents = target.dimensions.map { hsize_t($0) }
    start[0] = hsize_t(range.lowerBound)
    extents[0] = hsize_t(range.count)
    let type = target.type == .int8 ? shim_H5T_NATIVE_INT8() : shim_H5T_NATIVE_FLOAT()
    guard let id = fileID, let dataset = HDF5Handle(shim_open_dataset(id, target.dataset)),
      let space = HDF5Handle(H5Dget_space(dataset.id)),
      H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, extents, nil) >= 0,
      let memory = HDF5Handle(H5Screate_simple(Int32(extents.count), extents, nil)),
      H5Dwrite(dataset.id, type, memory.id, space.id, shim_H5P_DEFAULT(), bytes.baseAddress) >= 0,
      dataset.close()
    else { throw failure("the values cannot be written", target.dataset) }
  }

  func setAttribute(
    _ name: String, _ value: WeightAttribute, dataset: String?
  ) throws(InputError) {
    guard let id = fileID,
      let object = HDF5Handle(H5Oopen(id, dataset ?? "/", shim_H5P_DEFAULT()))
    else { throw failure("attribute `\(name)` cannot be written", dataset ?? "") }
    guard write(object, name, value), object.close() else {
      throw failure("attribute `\(name)` cannot be written", dataset ?? "")
    }
  }

  private func write(
    _ object: borrowing HDF5Handle, _ name: String, _ value: WeightAttribute
  ) -> Bool {
    switch value {
    case .text(let text):
      // Of variable length, which readers in Python take for a text and not for bytes.
      guard let type = HDF5Handle(H5Tcopy(shim_H5T_C_S1())),
        H5Tset_size(type.id, shim_H5T_VARIABLE()) >= 0,
        H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0,
        let space = HDF5Handle(H5Screate(H5S_SCALAR))
      else { return false }
      return text.withCString { write(object, name, type.id, type.id, space, [$0]) }
    case .number(let number):
      guard let space = HDF5Handle(H5Screate(H5S_SCALAR)) else { return false }
      return write(object, name, shim_H5T_IEEE_F64LE(), shim_H5T_NATIVE_DOUBLE(), space, [number])
    case .numbers(let numbers):
      guard let space = HDF5Handle(H5Screate_simple(1, [hsize_t(numbers.count)], nil)) else {
        return false
      }
      return write(object, name, shim_H5T_IEEE_F64LE(), shim_H5T_NATIVE_DOUBLE(), space, numbers)
    }
  }

  func write<Element>(
    _ object: borrowing HDF5Handle, _ name: String, _ stored: hid_t, _ memory: hid_t,
    _ space: borrowing HDF5Handle, _ values: [Element]
  ) -> Bool {
    guard
      let attribute = HDF5Handle(
        H5Acreate2(
          object.id, name, stored, space.id, shim_H5P_DEFAULT(), shim_H5P_DEFAULT()))
    else { return false }
    let isWritten = values.withUnsafeBytes { H5Awrite(attribute.id, memory, $0.baseAddress) >= 0 }
    return attribute.close() && isWritten
  }

  /// The error for a call that failed, after which nothing more is written.
  func failure(_ message: String, _ dataset: String = "") -> InputError {
    hasFailed = true
    if place.isFull { return OutputPlace.failure(path, ENOSPC) }
    return InputError(message, file: path, path: dataset, kind: .unwritable)
  }
}
