// SPDX-License-Identifier: Apache-2.0

/// A stream of which even a sample is dear, because its batches are requests that take long or are counted.
///
/// Whoever asks whether it can be read at all reads one batch; whoever asks what its records look like, no more than this.
public protocol SparinglySampledStream: Stream {
    var sampleRecords: Int { get }
    var sampleBatches: Int { get }
}
