// SPDX-License-Identifier: Apache-2.0

internal import CHTTP
internal import CartloadCore

extension HTTPServerOptions {
    /// - Throws: `CartloadError` with code `server.bad-option`.
    func check() throws {
        let year = Duration.seconds(366 * 86400)
        let wrong =
            if !(0...65535).contains(port) {
                "the port must be 0 to 65535, not \(port)"
            } else if !(1...64).contains(loops) {
                "there must be 1 to 64 loops, not \(loops)"
            } else if !(1...65535).contains(backlog) {
                "the backlog must be 1 to 65535, not \(backlog)"
            } else if !(1...10_000_000).contains(maximumConnections) {
                "there must be 1 to 10000000 connections, not \(maximumConnections)"
            } else if !(256...(1 << 20)).contains(maximumHeaderBytes) {
                "headers may have 256 bytes to 1 MiB, not \(maximumHeaderBytes)"
            } else if !(0...(1 << 40)).contains(maximumBodyBytes) {
                "a body may have 0 bytes to 1 TiB, not \(maximumBodyBytes)"
            } else if bodyBudget < maximumBodyBytes || bodyBudget > 1 << 50 {
                "the budget of bodies must be at least that of one body, \(maximumBodyBytes), not \(bodyBudget)"
            } else if !(1024...(1 << 30)).contains(bodyRate) {
                "the rate of bodies must be 1024 to 1073741824 bytes a second, not \(bodyRate)"
            } else if streamHighWater < 1 {
                "a stream's mark must be at least 1, not \(streamHighWater)"
            } else if [idleDeadline, headerDeadline, bodyDeadline, writeDeadline].contains(where: {
                $0 < .milliseconds(1) || $0 > year
            }) {
                "deadlines must be between a millisecond and a year"
            } else if refusals.contentType.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
                "the content type of refusals must be one line of text"
            } else {
                ""
            }
        if !wrong.isEmpty { throw CartloadError(.serverOption, wrong, advice: "Choose a value in that range.") }
    }

    func withC<Result>(_ body: (inout cl_http_options) -> Result) -> Result {
        var options = cl_http_options()
        options.port = UInt16(port)
        options.loops = UInt16(loops)
        options.backlog = UInt32(backlog)
        options.maximum_connections = UInt32(maximumConnections)
        options.maximum_header_bytes = UInt32(maximumHeaderBytes)
        options.maximum_body_bytes = UInt64(maximumBodyBytes)
        options.body_budget = UInt64(bodyBudget)
        options.idle_ms = UInt32(clamping: idleDeadline.wholeMilliseconds)
        options.header_ms = UInt32(clamping: headerDeadline.wholeMilliseconds)
        options.body_ms = UInt32(clamping: bodyDeadline.wholeMilliseconds)
        options.body_rate = UInt32(bodyRate)
        options.write_ms = UInt32(clamping: writeDeadline.wholeMilliseconds)
        return withRefusals(&options) { options in
            host.withCString { host in
                options.host = host
                guard let tls else { return body(&options) }
                return tls.certificate.withCString { certificate in
                    tls.privateKey.withCString { key in
                        options.certificate = certificate
                        options.private_key = key
                        return body(&options)
                    }
                }
            }
        }
    }

    private func withRefusals<Result>(
        _ options: inout cl_http_options, _ body: (inout cl_http_options) -> Result
    ) -> Result {
        var text = BytesBuilder()
        var parts: [(refusal: HTTPRefusal, range: Range<Int>)] = []
        for refusal in HTTPRefusal.allCases {
            let bytes = refusals.body(refusal)
            parts.append((refusal, text.count..<(text.count + bytes.count)))
            text.append(bytes)
        }
        return text.finish().withUnsafeBytes { text in
            refusals.contentType.withCString { type in
                let list = parts.map { part in
                    cl_http_refusal(
                        status: Int32(part.refusal.status),
                        text: text.baseAddress.map { ($0 + part.range.lowerBound).assumingMemoryBound(to: CChar.self) },
                        count: part.range.count)
                }
                return list.withUnsafeBufferPointer { list in
                    options.refusal_type = type
                    options.refusals = list.baseAddress
                    options.refusal_count = list.count
                    return body(&options)
                }
            }
        }
    }

    func error(_ failure: cl_http_failure, _ words: String) -> CartloadError {
        let place = Location(source: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        switch failure {
        case CL_HTTP_BAD_ADDRESS:
            return CartloadError(
                .serverAddress, "cannot listen: \(words)", at: place,
                advice: "Name an address of this machine, 127.0.0.1 for itself alone or :: for all.")
        case CL_HTTP_IN_USE:
            return CartloadError(
                .serverAddressInUse, "another program listens there", at: place,
                advice: "Choose another port, or end the other program.")
        case CL_HTTP_NOT_ALLOWED:
            return CartloadError(
                .serverNotAllowed, "the system does not allow to listen there", at: place,
                advice: "Choose a port from 1024 on.")
        case CL_HTTP_BAD_CERTIFICATE:
            return CartloadError(
                .serverCertificate, "the certificate cannot be used: \(words)",
                advice: "Name PEM files that belong together; the key must have no password.")
        default: return CartloadError(.serverNotStarted, "the server could not be started: \(words)", at: place)
        }
    }
}

extension Duration {
    /// Rounded up; 0 for negative ones.
    var wholeMilliseconds: UInt64 {
        guard self > .zero else { return 0 }
        let (seconds, attoseconds) = components
        let whole = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1000)
        return whole.overflow
            ? .max : whole.partialValue + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
