// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// Reads one batch file unpacked, by its own first bytes and not by what the message says, within bounds (I7).
final class BatchFileReader: ByteReader {
    private let base: any ByteReader
    private let reader: DecompressingReader
    private let maximumBytes: Int
    /// The length that a local file had when it was opened: it must not shrink or grow under our eyes.
    private let expected: Int?

    let name: String
    var storedBytesRead: Int { reader.storedBytesRead }

    init(_ place: BatchFileAccess.Place, _ options: BatchFileOptions) throws {
        switch place {
        case .local(let path):
            let file = try FileReader(path: path)
            expected = file.byteCount
            base = file
            name = path
        case .remote(let url):
            let body = try BatchFileReader.open(url, options)
            base = body
            expected = nil
            name = body.name
        case .object(let object):
            base = try options.store.open(
                object, maximumBytes: options.maximumBytes, timeout: options.remoteTimeout)
            expected = nil
            name = object.description
        }
        maximumBytes = options.maximumBytes
        reader = try DecompressingReader(base, maximumExpansion: options.maximumExpansion)
    }

    /// Opens a file of an allowed host; whatever redirects say, no other is asked (I8).
    private static func open(_ url: String, _ options: BatchFileOptions) throws -> HTTPBodyReader {
        var limits = HTTPOptions()
        limits.streamTimeout = options.remoteTimeout
        limits.maximumStreamBytes = options.maximumBytes
        return try HTTPClient(hosts: .only(options.access.hosts), options: limits).open(HTTPRequest(HTTPURL(url)))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try reader.read(into: buffer)
        guard reader.bytesRead <= maximumBytes else {
            throw CartloadError(
                .batchFile, "the batch file has more than \(maximumBytes) bytes",
                at: Location(source: name, byte: maximumBytes), advice: "Raise max_batch_file_bytes if it is meant.")
        }
        if count == 0, let expected, base.storedBytesRead != expected {
            throw CartloadError(
                .batchFile,
                "the batch file changed while it was read: \(expected) bytes became \(base.storedBytesRead)",
                at: Location(source: name), advice: "Whoever writes it must finish it before the message is sent.")
        }
        return count
    }
}
