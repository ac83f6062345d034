// SPDX-License-Identifier: Apache-2.0

internal import CHTTP
internal import CartloadCore

extension BeastListener {
    /// Sends an answer, or the head of a stream; the status that was sent.
    ///
    /// A field that must not be sent makes it a 500: half of an answer would be worse, and so would a forged one.
    ///
    /// - Parameter note: Told of the status beforehand: the last event of a request can come before this returns.
    func send(_ response: HTTPServerResponse, to id: UInt64, note: (Int) -> Void = { _ in }) -> Int {
        note(response.status)
        let isValid = (200...599).contains(response.status) && sendFields(of: response, to: id)
        if isValid { return response.status }
        var failure = HTTPServerResponse(.badAnswer, in: options.refusals)
        failure.closesConnection = response.closesConnection
        note(failure.status)
        _ = sendFields(of: failure, to: id)
        return failure.status
    }

    private func sendFields(of response: HTTPServerResponse, to id: UInt64) -> Bool {
        let size = response.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        return withUnsafeTemporaryAllocation(byteCount: size + 1, alignment: 1) { text in
            withUnsafeTemporaryAllocation(of: cl_http_field.self, capacity: response.headers.count + 1) { fields in
                var end = 0
                func add(_ string: String) -> cl_http_span {
                    var string = string
                    let start = end
                    string.withUTF8 { utf8 in
                        UnsafeMutableRawBufferPointer(rebasing: text[end...]).copyMemory(
                            from: UnsafeRawBufferPointer(utf8))
                        end += utf8.count
                    }
                    return cl_http_span(start: UInt32(start), count: UInt32(end - start))
                }
                for (index, field) in response.headers.enumerated() {
                    fields.initializeElement(
                        at: index, to: cl_http_field(name: add(field.name), value: add(field.value)))
                }
                var raw = cl_http_response()
                raw.status = Int32(response.status)
                raw.text = UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self)
                raw.fields = UnsafePointer(fields.baseAddress)
                raw.field_count = response.headers.count
                raw.closes = response.closesConnection ? 1 : 0
                return sendBody(of: response, &raw, to: id)
            }
        }
    }

    private func sendBody(of response: HTTPServerResponse, _ raw: inout cl_http_response, to id: UInt64) -> Bool {
        switch response.body {
        case .stream:
            raw.is_stream = 1
            return respond(id, &raw)
        case .bytes(let bytes):
            guard bytes.count > 0 else { return respond(id, &raw) }
            // The storage itself keeps the bytes until they are written.
            return send(&raw, to: id, [bytes], keeping: bytes.storage)
        case .pieces(let pieces): return send(&raw, to: id, pieces, keeping: Kept(pieces))
        }
    }

    private func send(
        _ raw: inout cl_http_response, to id: UInt64, _ pieces: [Bytes], keeping keeper: AnyObject
    ) -> Bool {
        withUnsafeTemporaryAllocation(of: cl_http_piece.self, capacity: pieces.count + 1) { list in
            for (index, piece) in pieces.enumerated() {
                let start = piece.withUnsafeBytes { $0.baseAddress }
                list.initializeElement(at: index, to: cl_http_piece(bytes: start, count: piece.count))
            }
            let holder = Unmanaged.passRetained(keeper)
            raw.pieces = UnsafePointer(list.baseAddress)
            raw.piece_count = pieces.count
            raw.holder = holder.toOpaque()
            let isSent = respond(id, &raw)
            if !isSent { holder.release() }
            return isSent
        }
    }

    /// Keeps pieces until they are written.
    private final class Kept: Sendable {
        private let pieces: [Bytes]

        init(_ pieces: [Bytes]) { self.pieces = pieces }
    }
}

extension HTTPServerResponse.Body {
    /// Its bytes, when they are known.
    var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .pieces(let pieces): pieces.reduce(0) { $0 + $1.count }
        case .stream: 0
        }
    }
}
