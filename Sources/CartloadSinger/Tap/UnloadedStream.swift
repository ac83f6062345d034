// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// A stream that unloads files, read through those files: for when somebody has to look into the records (I4).
struct UnloadedStream: CartloadCore.Stream {
    let stream: any BatchUnloading
    let configuration: BatchConfiguration

    var description: StreamDescription { stream.description }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        try await stream.batches(since: checkpoint)
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        try await stream.batches(of: batch, configuration: configuration) { unloaded in
            defer { BatchFileOptions.remove(unloaded.files.paths) }
            var options = BatchFileOptions()
            options.access = try BatchFileAccess(roots: unloaded.files.paths.map { Folder.split($0).parent })
            options.concurrency = 1
            let message = BatchMessage(stream.description.name, unloaded.files)
            let files = try BatchFilesStream(message, schema: stream.description.schema, options)
            for file in files.batches {
                let isLast = file == files.batches.last
                try await files.read(
                    file,
                    into: BatchOutput(blockSize: output.blockSize, recordInterval: output.recordInterval) { element in
                        // The checkpoint is true after the last block, which nobody knows to be the last: a close says so.
                        guard case .records(let batch, let bytesRead, _, let diagnostics) = element else { return }
                        try await output.write(batch, bytesRead: bytesRead, diagnostics: diagnostics)
                    })
                if isLast, let checkpoint = unloaded.checkpoint {
                    try await output.close(batch, checkpoint: checkpoint)
                }
            }
        }
    }
}

extension BatchMessage {
    /// A message for files that are there.
    init(_ stream: String, _ files: BatchFiles) {
        self.init(
            stream, format: files.format, formatOptions: files.formatOptions, compression: files.compression,
            files: files.paths, rows: files.rows)
    }
}
