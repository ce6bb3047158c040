/// Files to start from that are no architectures.
///
/// All figures are assumed.
enum StarterTexts {
  /// A small network with every kind of line that most networks need.
  static func workload(_ name: String, _ file: String) -> String {
    """
    # A network to start from: layers read what is above them unless `from` names something else.
    # umemaki list operators says what there is; the shapes follow from the input and the layers.
    #
    #   umemaki check \(file)
    #   umemaki run nvdla-large \(file)
    name: "\(name)"
    summary: "A small residual network to start from."
    source: "assumed: a network to start from"
    input: [3, 32, 32]             # channels, rows, columns of an image
    blocks:                        # what is there several times; $words are filled in where it is used
      residual:
        - {name: conv1, operator: convolution, output_channels: $width, kernel: 3, padding: 1}
        - {operator: relu}
        - {name: conv2, operator: convolution, output_channels: $width, kernel: 3, padding: 1}
        - {name: add, operator: add, from: [conv2, input]}
        - {name: out, operator: relu}
    layers:
      - {name: stem, operator: convolution, output_channels: 16, kernel: 3, padding: 1}
      - {operator: relu}
      - {name: stage1, block: residual, repeat: 2, with: {width: 16}}   # stage1.0.conv1 and so on
      - {name: down, operator: convolution, output_channels: 32, kernel: 3, stride: 2, padding: 1}
      - {operator: relu}
      - {name: depthwise, operator: depthwise-convolution, kernel: 3, padding: 1}
      - {name: stage2, block: residual, repeat: 2, with: {width: 32}}
      - {operator: global-average-pool}
      - {name: classifier, operator: fully-connected, output_channels: 10}

    """
  }

  /// Two policies on one stream of queries to a supernet.
  static func scenario(_ name: String, _ file: String) -> String {
    """
    # An experiment to start from: one stream of queries, served under each of the runs.
    # umemaki list policies, caching-policies and arrivals say what there is; umemaki schema options, with
    # which parameters.
    #
    #   umemaki check \(file)
    #   umemaki serve \(file)
    name: "\(name)"
    summary: "Policies on a stream of queries, to start from."
    source: "assumed: an experiment to start from"
    profile:                       # what serves: a design and the sub-networks of a workload
      architecture: sushi-analytic
      workload: ofa-resnet50
      subnets: [0.6B, 4.1B]        # all that the workload names when left out
    arrivals: {kind: poisson, rate: 150 Hz}
    demands:                       # drawn evenly between low and high for each query
      accuracy: {low: 0.70, high: 0.79}
      latency: {low: 20 ms, high: 60 ms}
    options: {queries: 2000, warm_up: 100}
    seeds: [1, 2, 3]               # figures are means over them
    runs:
      - {name: fcfs, policy: {kind: fcfs}, caching: {kind: none}}
      - {name: edf, policy: {kind: edf}, caching: {kind: none}}
      - {name: fcfs cached, policy: {kind: fcfs}, caching: {kind: average, window: 8, interval: 8}}

    """
  }

  /// A grid of two axes.
  static func sweep(_ name: String, _ file: String) -> String {
    """
    # A sweep to start from: every design of a grid, the best of which are on the Pareto front.
    # umemaki list metrics and searches say which objectives and searches there are.
    #
    #   umemaki check \(file)
    #   umemaki sweep \(file) -o \(name)-points
    #   umemaki report \(name)-points --format html -o \(name).html
    name: "\(name)"
    summary: "Buffer and array of a design, to start from."
    source: "assumed: a sweep to start from"
    inference: {architecture: nvdla-large, workload: resnet20-cifar}   # as umemaki run takes them
    axes:
      - name: buffer
        path: architecture.memory.buffers[convolution_buffer].size
        range: {from: 256 KiB, to: 4 MiB, scale: log2}
      - name: kernels
        path: architecture.datapath.output_channels
        values: [16, 32, 64]
    constraints: [latency <= 10 ms]
    objectives: [latency, energy]

    """
  }
}
