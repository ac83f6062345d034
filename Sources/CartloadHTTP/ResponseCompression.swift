// SPDX-License-Identifier: Apache-2.0

internal import CISAL
internal import CartloadCore
internal import Synchronization

/// Compresses the bodies of answers with gzip, where that is worth it and the client likes it.
final class ResponseCompression: Sendable {
    /// Working memory of ISA-L, about 300 kB.
    ///
    /// Unchecked because who takes it out of the pool has it alone.
    private final class Writer: @unchecked Sendable {
        let memory: UnsafeMutableRawPointer

        init?() {
            guard let memory = cl_isal_writer_create() else { return nil }
            self.memory = memory
        }

        deinit { cl_isal_writer_destroy(memory) }
    }

    /// Answers are compressed one a core; more writers than this are not kept (I7).
    private static let keptWriters = 2
    /// ISA-L counts in 32 bits.
    private static let maximum = 1 << 30

    private let minimum: Int
    private let pool = Mutex<[Writer]>([])

    init(minimum: Int) { self.minimum = minimum }

    /// The answer with a compressed body and what says so; nil when it stays as it is.
    func compressed(_ response: HTTPServerResponse, for request: HTTPServerRequest) -> HTTPServerResponse? {
        let count = response.body.count
        guard count >= minimum, count > 0, count <= Self.maximum, response.status == 200 || response.status >= 400,
            let type = response.header("content-type"), Self.isText(type),
            response.header("content-encoding") == nil
        else { return nil }
        var result = response
        // Caches must know that it depends on the client, also when this one gets it plain.
        result.headers.append(HTTPField("Vary", "Accept-Encoding"))
        guard Self.accepts(request), let body = compress(response.body) else { return result }
        result.body = .bytes(body)
        // Other bytes need another name, unless it names what they mean.
        result.headers = result.headers.map { field in
            field.name.lowercased() == "etag" && field.value.hasPrefix("\"")
                ? HTTPField(field.name, "W/" + field.value) : field
        }
        result.headers.append(HTTPField("Content-Encoding", "gzip"))
        return result
    }

    static func isText(_ type: String) -> Bool {
        let name = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return (name.hasPrefix("text/") && name != "text/event-stream") || name.hasSuffix("json")
            || name.hasSuffix("xml")
            || name == "application/javascript" || name == "application/x-ndjson" || name == "application/jsonl"
    }

    /// Whether the client takes gzip (RFC 9110, section 12.5.3): named, or meant by `*`, with a weight above 0.
    static func accepts(_ request: HTTPServerRequest) -> Bool {
        var any = false
        for line in request.headers.all("accept-encoding") {
            for item in line.split(separator: ",") {
                let parts = item.split(separator: ";").map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
                guard let name = parts.first else { continue }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
                if name == "gzip" || name == "x-gzip" { return weight > 0 }
                if name == "*" { any = weight > 0 }
            }
        }
        return any
    }

    private func compress(_ body: HTTPServerResponse.Body) -> Bytes? {
        let input: Bytes
        switch body {
        case .bytes(let bytes): input = bytes
        case .pieces(let pieces):
            var joined = BytesBuilder(capacity: body.count)
            for piece in pieces { joined.append(piece) }
            input = joined.finish()
        case .stream: return nil
        }
        guard let writer = pool.withLock({ $0.popLast() }) ?? Writer() else { return nil }
        defer { pool.withLock { if $0.count < Self.keptWriters { $0.append(writer) } } }
        // What does not become smaller is sent as it is.
        var output = BytesBuilder(capacity: input.count)
        output.reserve(input.count)
        let count = input.withUnsafeBytes { bytes in
            cl_isal_writer_write(
                writer.memory, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count), output.end,
                UInt32(input.count))
        }
        guard count > 0, Int(count) < input.count else { return nil }
        output.advance(Int(count))
        return output.withUnsafeBytes { Bytes(copying: $0) }
    }
}
