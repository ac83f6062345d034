// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// A batch file while it is written, wherever it is kept.
///
/// The calls are `append* finish` or `discard`. Under its name it appears only when it is whole and durable (I3).
protocol BatchFileOutput: AnyObject {
    /// What messages call it.
    var uri: String { get }

    func append(_ bytes: Bytes) async throws

    /// Makes it whole and durable.
    func finish() async throws

    /// Gives it up; nothing of it is left.
    func discard() async
}

/// A batch file on this machine.
final class LocalBatchFile: BatchFileOutput {
    private let file: AsideFile

    init(_ path: String) throws { file = try AsideFile(path) }

    var uri: String { "file://" + file.finalPath }

    func append(_ bytes: Bytes) throws { try file.append(bytes) }

    func finish() throws { try file.publish() }

    func discard() { file.discard() }
}

/// A batch file in S3.
final class StoredBatchFile: BatchFileOutput {
    private let object: BatchObject
    private let upload: S3Upload

    init(_ object: BatchObject, in store: BatchObjectStore) throws {
        self.object = object
        var options = S3Upload.Options()
        options.attempts = BatchObjectStore.attempts
        options.pause = BatchObjectStore.pause
        upload = S3Upload(try store.client(object.bucket), key: object.key, options: options)
    }

    var uri: String { object.description }

    func append(_ bytes: Bytes) async throws { try await upload.append(bytes) }

    func finish() async throws { try await upload.finish() }

    func discard() async { await upload.abort() }
}
