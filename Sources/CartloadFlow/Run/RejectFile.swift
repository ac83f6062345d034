// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

/// Where records that were not valid go, one JSON line each with the reason and the place (I9).
///
/// Commits make it durable together with the data; after a crash it is cut back to the last commit, so that no reject
/// is listed twice.
///
/// Unchecked because one writer task alone uses it.
package final class RejectFile: @unchecked Sendable {
    /// The name of its receipt among those of the outlets.
    package static let receiptName = "rejects"

    private let descriptor: CInt
    private let path: String
    private let limit: Int?
    private var length: Int
    private var count: Int
    private var isSynchronized = false

    private init(descriptor: CInt, path: String, limit: Int?, length: Int, count: Int) {
        self.descriptor = descriptor
        self.path = path
        self.limit = limit
        self.length = length
        self.count = count
    }

    deinit { Glibc.close(descriptor) }

    /// Opens the policy's reject file, or nil when the policy has none.
    package static func open(_ policy: ErrorPolicy, receipt: JSONValue?) throws -> RejectFile? {
        guard case .reject(let path, let limit) = policy else { return nil }
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure("the reject file cannot be opened", path) }
        let length = receipt?["length"]?.intValue ?? 0
        guard ftruncate(descriptor, length) == 0, lseek(descriptor, length, SEEK_SET) == length else {
            close(descriptor)
            throw failure("the reject file cannot be cut back", path)
        }
        return RejectFile(
            descriptor: descriptor, path: path, limit: limit, length: length, count: receipt?["count"]?.intValue ?? 0)
    }

    private static func failure(_ message: String, _ path: String) -> CartloadError {
        CartloadError(.rejectFile, "\(message): \(String(cString: strerror(errno)))", at: Location(source: path))
    }

    /// Adds rejects.
    ///
    /// - Throws: `CartloadError` with code `flow.too-many-rejects` when the limit is passed.
    package func append(_ rejects: [Diagnostic]) throws {
        var text = BytesBuilder(capacity: rejects.count * 256)
        for reject in rejects {
            text.append(RejectFile.line(reject).description)
            text.append(UInt8(ascii: "\n"))
        }
        try text.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let step = Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
                if step < 0 && errno == EINTR { continue }
                guard step >= 0 else { throw RejectFile.failure("the reject file cannot be written", path) }
                written += step
            }
        }
        isSynchronized = false
        length += text.count
        count += rejects.count
        if let limit, count > limit, let last = rejects.last {
            throw CartloadError(
                .tooManyRejects,
                "\(count) records were rejected, more than the limit of \(limit); the last: \(last.message)",
                at: last.location, advice: "The rejected records are in \(path).")
        }
    }

    /// Makes the rejects so far durable.
    package func commit() throws -> JSONValue {
        if !isSynchronized {
            guard fsync(descriptor) == 0 else { throw RejectFile.failure("the reject file cannot be synced", path) }
            isSynchronized = true
        }
        return ["length": .int(length), "count": .int(count)]
    }

    static func line(_ reject: Diagnostic) -> JSONValue {
        var line = JSONObject()
        line["code"] = .string(reject.code.rawValue)
        line["message"] = .string(reject.message)
        if let source = reject.location.source { line["source"] = .string(source) }
        if let number = reject.location.line { line["line"] = .int(number) }
        if let byte = reject.location.byte { line["byte"] = .int(byte) }
        if let record = reject.location.record { line["record"] = .int(record) }
        if let field = reject.location.field { line["field"] = .string(field) }
        if let record = reject.record {
            line["text"] = .string(record.text)
            // The text has U+FFFD for what is not UTF-8; the record must not be lost by that.
            if Bytes(record.text) != record { line["base64"] = .string(record.base64) }
        }
        return .object(line)
    }
}

extension Diagnostic {
    /// A reject as a line of the file says it.
    init(line: JSONValue) {
        let location = Location(
            source: line["source"]?.stringValue, line: line["line"]?.intValue, byte: line["byte"]?.intValue,
            record: line["record"]?.intValue, field: line["field"]?.stringValue)
        let record =
            line["base64"]?.stringValue.flatMap { Bytes(base64: $0) } ?? line["text"]?.stringValue.map { Bytes($0) }
        self.init(
            CartloadError.Code(line["code"]?.stringValue ?? ""), line["message"]?.stringValue ?? "", at: location,
            record: record)
    }
}

extension CartloadError.Code {
    /// The reject file cannot be opened or written.
    public static let rejectFile = CartloadError.Code("flow.reject-file")
    /// More records were rejected than allowed.
    public static let tooManyRejects = CartloadError.Code("flow.too-many-rejects")
}
