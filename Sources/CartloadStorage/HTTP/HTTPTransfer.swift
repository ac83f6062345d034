// SPDX-License-Identifier: Apache-2.0

internal import CCurl
internal import CartloadCore

/// One request on its way, through all its redirects.
///
/// Unchecked because everything mutable is touched only on the engine's thread; others hold it to name it.
final class HTTPTransfer: @unchecked Sendable {
    let options: HTTPOptions
    let hosts: HTTPHostPolicy
    let sink: any HTTPSink
    let maximumBytes: Int?
    let deadline: ContinuousClock.Instant?
    /// The request of this hop.
    private(set) var request: HTTPRequest
    private var hops = 0

    var handle: OpaquePointer?
    private var list: OpaquePointer?
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CL_CURL_ERROR_SIZE))

    private var status = 0
    private var headers = HTTPHeaders()
    private var headerBytes = 0
    private var isHeadDone = false
    private var isRedirect = false
    private var received = 0
    private var isEnded = false
    /// Why we ended it ourselves.
    private var failure: CartloadError?

    /// The most of a redirect's own body that is read past.
    private static let maximumRedirectBytes = 64 << 10

    init(
        _ request: HTTPRequest, options: HTTPOptions, hosts: HTTPHostPolicy, sink: any HTTPSink, maximumBytes: Int?,
        timeout: Duration?
    ) {
        self.request = request
        self.options = options
        self.hosts = hosts
        self.sink = sink
        self.maximumBytes = maximumBytes
        deadline = timeout.map { ContinuousClock.now + $0 }
    }

    deinit { words.deallocate() }

    private var place: Location { Location(source: request.url.description) }

    // MARK: setting up

    /// Describes this hop to libcurl.
    func prepare(_ handle: OpaquePointer) throws {
        self.handle = handle
        status = 0
        received = 0
        headerBytes = 0
        headers = HTTPHeaders()
        isHeadDone = false
        isRedirect = false
        words.initialize(repeating: 0, count: Int(CL_CURL_ERROR_SIZE))
        let context = Unmanaged.passUnretained(self).toOpaque()
        var settings = CurlSettings(handle)
        settings.pointer(CL_CURL_ERRORBUFFER, words)
        settings.receivers(HTTPTransfer.receiveHeader, HTTPTransfer.receiveBody)
        settings.pointer(CL_CURL_HEADERDATA, context)
        settings.pointer(CL_CURL_WRITEDATA, context)
        settings.text(CL_CURL_URL, request.url.requested)
        settings.text(CL_CURL_PROTOCOLS_STR, "http,https")
        settings.number(CL_CURL_PATH_AS_IS, 1)
        settings.number(CL_CURL_FOLLOWLOCATION, 0)
        settings.number(CL_CURL_SUPPRESS_CONNECT_HEADERS, 1)
        settings.number(CL_CURL_NOSIGNAL, 1)
        // A cancelled request does not wait for an answer about its host's name, with all others behind it.
        settings.number(CL_CURL_QUICK_EXIT, 1)
        settings.number(CL_CURL_BUFFERSIZE, 64 << 10)
        // HTTP/1.1: one body that waits for its reader must not hold up others on the same connection.
        settings.number(CL_CURL_HTTP_VERSION, 2)
        settings.number(CL_CURL_CONNECTTIMEOUT_MS, options.connectTimeout.curlMilliseconds)
        if let deadline { settings.number(CL_CURL_TIMEOUT_MS, (deadline - .now).curlMilliseconds) }
        if options.lowSpeedLimit > 0 {
            settings.number(CL_CURL_LOW_SPEED_LIMIT, Int64(options.lowSpeedLimit))
            settings.number(CL_CURL_LOW_SPEED_TIME, max(1, options.lowSpeedTime.components.seconds))
        }
        settings.number(CL_CURL_SSL_VERIFYPEER, options.verifiesTLS ? 1 : 0)
        settings.number(CL_CURL_SSL_VERIFYHOST, options.verifiesTLS ? 2 : 0)
        if let file = options.certificateAuthorities { settings.text(CL_CURL_CAINFO, file) }
        if options.acceptsGzip { settings.text(CL_CURL_ACCEPT_ENCODING, "gzip") }
        switch options.proxy {
        case .environment: break
        case .none: settings.text(CL_CURL_PROXY, "")
        case .url(let url): settings.text(CL_CURL_PROXY, url)
        }
        method(&settings)
        list = try lines().withCurlList()
        settings.pointer(CL_CURL_HTTPHEADER, UnsafeRawPointer(list))
        guard settings.code == CL_CURL_OK else {
            throw CurlFailure(code: settings.code, words: String(cString: cl_curl_words(Int32(settings.code.rawValue))))
                .error(request.url, after: 0)
        }
    }

    private func method(_ settings: inout CurlSettings) {
        let sends = request.body != nil || ["POST", "PUT", "PATCH"].contains(request.method)
        if request.method == "HEAD" {
            settings.number(CL_CURL_NOBODY, 1)
        } else if sends {
            settings.number(CL_CURL_POST, 1)
            let body = request.body ?? Bytes()
            settings.number(CL_CURL_POSTFIELDSIZE_LARGE, Int64(body.count))
            // Not copied: `request` keeps the bytes until the transfer has ended.
            body.withUnsafeBytes { settings.pointer(CL_CURL_POSTFIELDS, $0.baseAddress) }
        } else {
            settings.number(CL_CURL_HTTPGET, 1)
        }
        if !["HEAD", "GET"].contains(request.method) || sends { settings.text(CL_CURL_CUSTOMREQUEST, request.method) }
    }

    private func lines() -> [String] {
        var headers = request.headers
        if headers["Authorization"] == nil, let basic = request.url.basicAuthorization {
            headers["Authorization"] = basic
        }
        if headers["User-Agent"] == nil { headers["User-Agent"] = options.userAgent }
        // A name and a semicolon is how libcurl is told to send a field without a value; a bare colon removes its own.
        var lines = headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        lines.append("Expect:")
        if headers["Content-Type"] == nil { lines.append("Content-Type:") }
        return lines
    }

    /// Lets go of what this hop needed, except the handle.
    func release() {
        cl_curl_list_free(list)
        list = nil
        handle = nil
    }

    // MARK: receiving

    private static let receiveHeader: cl_curl_receiver = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.header(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }

    private static let receiveBody: cl_curl_receiver = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.body(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    /// Takes a line of the head; false ends the transfer.
    private func header(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= options.maximumHeaderBytes else {
            return give(.tooLarge, "the headers of the answer exceed \(options.maximumHeaderBytes) bytes")
        }
        if isHeadDone { return true }  // what follows the body is of no use to anybody
        let text = String(decoding: line, as: UTF8.self).trimmed
        if text.isEmpty { return endHead() }
        if status == 0 {
            let words = text.split(separator: " ", maxSplits: 2)
            guard text.hasPrefix("HTTP/"), words.count >= 2, words[1].utf8.count == 3, let number = Int(words[1]) else {
                return give(.badResponse, "the answer does not begin with a status")
            }
            status = number
        } else if let colon = text.firstIndex(of: ":") {
            headers.add(String(text[..<colon]), String(text[text.index(after: colon)...]).trimmed)
        }
        return true
    }

    private func endHead() -> Bool {
        if (100...199).contains(status) {
            status = 0
            headers = HTTPHeaders()
            return true
        }
        isHeadDone = true
        if options.maximumRedirects > 0, headers["Location"] != nil, request.follows(status) {
            isRedirect = true
            return true
        }
        let head = HTTPResponseHead(status: status, headers: headers, url: request.url)
        if request.method != "HEAD", let length = head.contentLength, let maximumBytes, length > maximumBytes {
            return give(.tooLarge, "the body has \(length) bytes, more than the \(maximumBytes) that are allowed")
        }
        sink.begin(head)
        return true
    }

    /// Takes a piece of the body and says to libcurl how much it took.
    private func body(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isRedirect {
            received += bytes.count
            guard received <= HTTPTransfer.maximumRedirectBytes else {
                _ = give(.badResponse, "a redirect has a body of its own that is too long")
                return 0
            }
            return bytes.count
        }
        if let maximumBytes, received + bytes.count > maximumBytes {
            _ = give(.tooLarge, "the body is longer than the \(maximumBytes) bytes that are allowed")
            return 0
        }
        guard sink.take(bytes) else { return Int(CL_CURL_PAUSE) }
        received += bytes.count
        return bytes.count
    }

    private func give(_ code: CartloadError.Code, _ message: String) -> Bool {
        failure = CartloadError(
            code, message, at: place, advice: code == .tooLarge ? "Allow more, or ask for less." : nil)
        return false
    }

    // MARK: ending

    /// What comes after a hop has ended.
    ///
    /// - Returns: Whether there is another hop; the transfer has then been pointed there.
    func finish(_ code: cl_curl_code, redirect: String?) -> Bool {
        if let failure {
            end(failure)
        } else if code != CL_CURL_OK {
            let own = String(cString: words)
            let words = own.isEmpty ? String(cString: cl_curl_words(Int32(code.rawValue))) : own
            end(CurlFailure(code: code, words: words).error(request.url, after: received))
        } else if isRedirect {
            do {
                request = request.redirected(status, to: try target(redirect))
                hops += 1
                return true
            } catch {
                end(error)
            }
        } else {
            // libcurl takes a head that breaks off for an answer.
            let broken = CartloadError(
                .brokenOff, "the connection ended before the answer's head was complete", at: place,
                advice: "Try again.")
            end(isHeadDone ? nil : broken)
        }
        return false
    }

    private func target(_ redirect: String?) throws -> HTTPURL {
        let advice = "Name the URL where it really is, and allow its host."
        guard let url = redirect.flatMap({ try? HTTPURL($0) }) else {
            throw CartloadError(
                .redirectRefused, "the server redirects to something that is not a usable URL", at: place,
                advice: advice)
        }
        guard hops < options.maximumRedirects else {
            throw CartloadError(
                .redirectRefused, "the server redirects more than \(options.maximumRedirects) times", at: place,
                advice: "Check the URL.")
        }
        guard request.url.origin.scheme == .http || url.origin.scheme == .https else {
            throw CartloadError(
                .redirectRefused, "the server redirects from https to \(url), which is not secure", at: place,
                advice: advice)
        }
        guard hosts.allows(url.origin, from: request.url.origin) else {
            throw CartloadError(
                .redirectRefused, "the server redirects to \(url), on a host that is not allowed", at: place,
                advice: advice)
        }
        return url
    }

    /// Ends the exchange, once.
    func end(_ failure: (any Error)?) {
        guard !isEnded else { return }
        isEnded = true
        sink.end(failure)
    }
}

extension String {
    /// Without the blanks and line ends around it.
    fileprivate var trimmed: String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a }
        let front = utf8.drop(while: isBlank)
        guard let last = front.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: front[...last], as: UTF8.self)
    }
}
