/// The extents of an operation.
package enum LayerShapeDocument: Codable, Hashable, Sendable {
  /// On the array.
  case array(ArrayShape)
  /// On the vector unit.
  case vector(VectorShape)
  /// Without any.
  case none

  /// A direction of a window.
  package struct Window: Codable, Hashable, Sendable {
    package let stride: Int
    package let dilation: Int
    package let before: Int
    package let after: Int
    package let spread: Int

    package init(
      stride: Int, dilation: Int, before: Int, after: Int, spread: Int
    ) {
      self.stride = stride
      self.dilation = dilation
      self.before = before
      self.after = after
      self.spread = spread
    }
  }

  /// Both directions in full.
  package struct Windows: Codable, Hashable, Sendable {
    package let rows: Window
    package let columns: Window

    package init(
      rows: Window, columns: Window
    ) {
      self.rows = rows
      self.columns = columns
    }
  }

  /// By the usual letters.
  package struct ArrayShape: Codable, Hashable, Sendable {
    package let k: Int
    package let c: Int
    package let r: Int
    package let s: Int
    package let h: Int
    package let w: Int
    package let stride: Int
    package let padding: Int
    package let groups: Int
    /// Nil where one stride and one padding say everything.
    package let windows: Windows?
    /// Maps of one image; nil for one.
    package let maps: Int?
    /// What the kernels are where they are no weights.
    package let kernels: String?

    package init(
      k: Int, c: Int, r: Int, s: Int, h: Int, w: Int, stride: Int, padding: Int, groups: Int,
      windows: Windows? = nil, maps: Int? = nil, kernels: String? = nil
    ) {
      self.k = k
      self.c = c
      self.r = r
      self.s = s
      self.h = h
      self.w = w
      self.stride = stride
      self.padding = padding
      self.groups = groups
      self.windows = windows
      self.maps = maps
      self.kernels = kernels
    }
  }

  /// Independent pieces, and what each reads, writes and does.
  package struct VectorShape: Codable, Hashable, Sendable {
    package let pieces: Int
    package let reads: [Int]
    package let writes: Int
    package let operations: Int

    package init(
      pieces: Int, reads: [Int], writes: Int, operations: Int
    ) {
      self.pieces = pieces
      self.reads = reads
      self.writes = writes
      self.operations = operations
    }
  }

  /// A member that every shape of a kind has.
  private enum Mark: String, CodingKey { case k, pieces }

  /// Reads the shape that the members are of.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Mark.self)
    if members.contains(.pieces) {
      self = .vector(try VectorShape(from: decoder))
    } else if members.contains(.k) {
      self = .array(try ArrayShape(from: decoder))
    } else {
      self = .none
    }
  }

  /// Writes the shape's members.
  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .array(let shape): try shape.encode(to: encoder)
    case .vector(let shape): try shape.encode(to: encoder)
    case .none: _ = encoder.container(keyedBy: Mark.self)
    }
  }
}

/// How a layer is cut.
package struct MappingDocument: Codable, Hashable, Sendable {
  /// What an array of rows does, by the letters of the Eyeriss papers.
  package struct RowStationary: Codable, Hashable, Sendable {
    package let n: Int
    package let m: Int
    package let e: Int
    package let p: Int
    package let q: Int
    package let kernelRows: Int
    package let r: Int
    package let t: Int
    package let activeElements: Int

    package init(
      n: Int, m: Int, e: Int, p: Int, q: Int, kernelRows: Int, r: Int, t: Int, activeElements: Int
    ) {
      self.n = n
      self.m = m
      self.e = e
      self.p = p
      self.q = q
      self.kernelRows = kernelRows
      self.r = r
      self.t = t
      self.activeElements = activeElements
    }
  }

  package let order: String
  package let tilePixels: Int
  package let tileKernels: Int
  package let tileChannels: Int
  package let images: Int
  /// Nil for other arrays.
  @OrNull package var rowStationary: RowStationary?

  package init(
    order: String, tilePixels: Int, tileKernels: Int, tileChannels: Int, images: Int,
    rowStationary: RowStationary?
  ) {
    self.order = order
    self.tilePixels = tilePixels
    self.tileKernels = tileKernels
    self.tileChannels = tileChannels
    self.images = images
    self.rowStationary = rowStationary
  }
}
