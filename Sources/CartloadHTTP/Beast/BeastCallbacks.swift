// SPDX-License-Identifier: Apache-2.0

internal import CHTTP
internal import CartloadCore

/// What the loops call; see CHTTP.h for when.
enum BeastCallbacks {
    static let request:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<cl_http_request>?) -> UnsafeMutableRawPointer? = {
            context, raw in
            guard let context, let raw else { return nil }
            let request = HTTPServerRequest(taking: raw.pointee)
            let link = Unmanaged<BeastListener.Link>.fromOpaque(context).takeUnretainedValue()
            guard let (listener, handler) = link.get() else { return nil }
            return dispatch(request, id: raw.pointee.id, isHead: raw.pointee.is_head != 0, listener, handler)
        }

    static let event: @convention(c) (UnsafeMutableRawPointer?, cl_http_event, UInt64) -> Void = {
        context, event, value in
        guard let context else { return }
        let exchange = Unmanaged<BeastExchange>.fromOpaque(context)
        switch event {
        case CL_HTTP_GONE: exchange.takeUnretainedValue().gone()
        case CL_HTTP_WRITTEN: exchange.takeUnretainedValue().written(Int(clamping: value))
        default: exchange.takeRetainedValue().ended(bytes: Int(clamping: value), isWhole: event == CL_HTTP_DONE)
        }
    }

    static let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { holder in
        if let holder { Unmanaged<AnyObject>.fromOpaque(holder).release() }
    }

    static let stopped: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
        guard let context else { return }
        Unmanaged<BeastListener.Link>.fromOpaque(context).takeRetainedValue().clear()?.stopped()
    }

    /// Answers at once, or hands the request to a task; what is returned is given to `event`.
    private static func dispatch(
        _ request: HTTPServerRequest, id: UInt64, isHead: Bool, _ listener: BeastListener, _ handler: any HTTPHandler
    ) -> UnsafeMutableRawPointer? {
        let immediate =
            request.isEncoded
            ? HTTPServerResponse(.encoded, in: listener.options.refusals, [HTTPField("Accept-Encoding", "identity")])
            : handler.immediateResponse(to: request)
        if let immediate, case .stream = immediate.body {
            // Streams need a task.
        } else if let immediate {
            let status = listener.send(immediate, to: id)
            if let onAccess = listener.options.onAccess {
                onAccess(
                    HTTPAccess(
                        request: request.withoutBody(), status: status, bytesIn: request.body.count,
                        bytesOut: isHead ? 0 : immediate.body.count, duration: .now - request.arrival, isWhole: true))
            }
            return nil
        }
        let exchange = BeastExchange(id: id, request: request, isHead: isHead, stream: immediate, listener: listener)
        let context = Unmanaged.passRetained(exchange).toOpaque()
        listener.queue.put(.start(exchange))
        return context
    }
}

extension HTTPServerRequest {
    /// Takes over the memory of head and body.
    fileprivate init(taking raw: cl_http_request) {
        func bytes(_ memory: UnsafeMutablePointer<CChar>?, _ count: Int, of capacity: Int) -> Bytes {
            guard let memory else { return Bytes() }
            return Bytes(storage: ByteStorage(adopting: memory, capacity: capacity), start: 0, count: count)
        }
        let whole = raw.fields_offset + raw.field_count * MemoryLayout<cl_http_field>.stride
        let head = bytes(raw.head, whole, of: whole)
        self.init(
            headers: HTTPRequestHeaders(head: head, fields: raw.fields_offset, count: raw.field_count),
            method: raw.method.range, target: raw.target.range, peer: raw.peer.range,
            body: bytes(raw.body, raw.body_count, of: raw.body_count), isSecure: raw.is_secure != 0,
            arrival: .now - .nanoseconds(Int64(clamping: raw.age_ns)))
    }

    /// Whether its body is compressed: a small one could become a very large one, so none is taken.
    fileprivate var isEncoded: Bool {
        guard let encoding = headers.value(of: "content-encoding") else { return false }
        return encoding.count > 0 && encoding.text.lowercased() != "identity"
    }
}

extension HTTPServerResponse {
    /// A refusal in the form of a server's.
    init(_ refusal: HTTPRefusal, in form: HTTPRefusalForm, _ fields: [HTTPField] = []) {
        self.init(
            status: refusal.status, headers: [HTTPField("Content-Type", form.contentType)] + fields,
            body: .bytes(form.body(refusal)))
    }
}

extension cl_http_span {
    fileprivate var range: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
}
