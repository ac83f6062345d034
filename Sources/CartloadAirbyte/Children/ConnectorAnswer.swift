// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import CartloadFormats
internal import CartloadProcess

/// What a connector answers to a question such as `discover`.
struct ConnectorAnswer {
    let message: JSONValue
    /// What messages call the connector.
    let name: String

    /// Asks, and waits for the end of the connector.
    ///
    /// - Parameter type: The type of the message that is the answer; the last one counts.
    /// - Throws: `CartloadError` with code `airbyte.failed` when the connector says why there is none.
    init(to arguments: [String], of source: AirbyteSource, wanting type: String) async throws {
        let child = try source.program.start(arguments)
        child.input.close()
        let limit = source.maximumMessageBytes
        let grace = source.program.grace
        let (answer, verdict) = try await ThreadExecutor.run {
            var verdict = ConnectorVerdict(name: child.name, stream: nil)
            var answer: JSONValue?
            do {
                let splitter = try JSONLinesFormat().splitter(
                    over: child.output, SplitOptions(maximumRecordBytes: limit))
                while let block = try splitter.next() {
                    let (lines, _) = try ConnectorLines.scan(block, from: child.name)
                    for number in 0..<lines.count where lines.messages[number].kind == .other {
                        let message = try JSONValue(parsing: lines[lines.messages[number].line])
                        if message["type"]?.stringValue == type { answer = message }
                        verdict.hear(message)
                    }
                }
            } catch {
                await child.terminate(grace: grace)
                throw error
            }
            return (answer, verdict)
        }
        try verdict.check(try await child.wait(), of: child)
        guard let answer else {
            throw AirbyteFault.message(
                "\(child.name) \(arguments.first ?? "") prints no \(type)",
                advice: "Run its command by hand and look at what it prints.")
        }
        message = answer
        name = child.name
    }
}
