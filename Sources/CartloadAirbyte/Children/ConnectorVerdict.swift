// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadProcess

/// Whether a connector did what it was asked to: what it says itself counts before its exit status.
struct ConnectorVerdict {
    let name: String
    /// The stream that is read, if one is.
    let stream: StreamDescriptor?
    private var failure: CartloadError?
    private var status: StreamStatus?

    init(name: String, stream: StreamDescriptor?) {
        self.name = name
        self.stream = stream
    }

    /// Takes a message that is neither a record nor a state.
    mutating func hear(_ message: JSONValue) {
        guard message["type"] == "TRACE", let trace = message["trace"] else { return }
        if let error = trace["error"], !error.isNull {
            // The first says most; what follows is about the sync as a whole.
            if failure == nil { failure = connectorFailure(error) }
        } else if let status = trace["stream_status"], StreamDescriptor(status["stream_descriptor"]) == stream {
            self.status = status["status"]?.stringValue.flatMap(StreamStatus.init) ?? self.status
        }
    }

    private func connectorFailure(_ error: JSONValue) -> CartloadError {
        let words = error["message"]?.stringValue ?? "it does not say why"
        var failure = CartloadError(.airbyteFailure, "the connector failed: \(words)", at: Location(source: name))
        if let inner = error["internal_message"]?.stringValue, inner != words { failure.cause = inner }
        switch error["failure_type"]?.stringValue {
        case FailureType.configuration.rawValue: failure.advice = "Correct its configuration."
        case FailureType.transient.rawValue: failure.advice = "Run again; it goes on after the last checkpoint."
        default: failure.advice = "Run its command by hand to see all that it says."
        }
        return failure
    }

    /// - Throws: `CartloadError` with code `airbyte.failed` for what it said, or that of its end.
    func check(_ end: ChildEnd, of child: ChildProcess) throws {
        if let failure { throw failure }
        try child.check(end)
        guard status != .incomplete else {
            throw CartloadError(
                .airbyteFailure, "the connector says that the stream \"\(stream?.description ?? "")\" is incomplete",
                at: Location(source: name), advice: "Run its command by hand to see all that it says.")
        }
    }
}
