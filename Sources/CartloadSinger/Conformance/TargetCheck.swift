// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import CartloadFormats
public import CartloadProcess

/// Feeds somebody's target messages, good ones and bad ones, and looks at what it answers.
public struct TargetCheck: Sendable {
    public var program: ForeignProgram

    public init(_ program: ForeignProgram) { self.program = program }

    private static let schema =
        #"{"type":"SCHEMA","stream":"cartload_check","schema":{"type":"object","properties":{"id":{"type":"integer"},"name":{"type":["string","null"]},"amount":{"type":["number","null"]},"at":{"type":["string","null"],"format":"date-time"},"tags":{"type":["array","null"],"items":{"type":"string"}},"geo":{"type":["object","null"],"properties":{"cc":{"type":"string"}}}}},"key_properties":["id"]}"#

    private static func record(_ id: Int) -> String {
        #"{"type":"RECORD","stream":"cartload_check","record":{"id":\#(id),"name":"n\u00e4me \"\#(id)\"","amount":1.50,"at":"2024-02-29T12:00:00+00:00","tags":["a","b"],"geo":{"cc":"DE"}}}"#
    }

    private static func state(_ number: Int) -> String {
        #"{"type":"STATE","value":{"bookmarks":{"cartload_check":{"number":\#(number)}}}}"#
    }

    /// What was found.
    public func findings() async throws -> [Finding] {
        let records = (1...200).map(Self.record)
        let good = [Self.schema] + records + [Self.state(200)]
        var findings = try await accepts(good, 200, "it takes SCHEMA, RECORD and STATE, and prints the last STATE")
        findings += try await accepts(
            [Self.schema, Self.record(301), Self.schema, Self.record(302), Self.state(302)], 302,
            "SCHEMA may be repeated between records")
        findings += try await accepts(
            [Self.state(0), Self.schema, Self.state(1), Self.state(2)], 2, "a stream may have no records")
        findings += try await refuses(
            [
                Self.schema, Self.record(401), Self.state(401),
                "{\"type\":\"RECORD\",\"stream\":\"cartload_check\",\"rec",
            ],
            "input that breaks off is an error")
        findings += try await refuses(
            [
                Self.schema, Self.record(501), #"{"type":"RECORD","stream":"cartload_check","record":{"id":"x"}}"#,
                Self.state(502),
            ],
            "a record that does not fit is an error, and no STATE after it is printed", after: 502)
        findings += try await refuses(
            [#"{"type":"RECORD","stream":"cartload_unknown","record":{"id":1}}"#], "a record without SCHEMA is an error"
        )
        return findings
    }

    private struct Answer {
        var end: ChildEnd
        var said: String
        /// The numbers of the STATEs it printed.
        var states: [Int]
        var otherLines: Int
    }

    private func answer(to lines: [String]) async throws -> Answer {
        try await ThreadExecutor.run {
            let child = try program.start([])
            var text = BytesBuilder()
            for line in lines {
                text.append(line)
                text.append(UInt8(ascii: "\n"))
            }
            let input = text.finish()
            // Small enough for the pipe to take while nobody reads, and a target that ends early is no failure of ours.
            let writing = Task.detached {
                try? child.input.write(input)
                child.input.close()
            }
            var answer = Answer(end: .exited(0), said: "", states: [], otherLines: 0)
            let splitter = try JSONLinesFormat().splitter(over: child.output, SplitOptions())
            while let block = try splitter.next() {
                var diagnostics = Diagnostics()
                let rows = try Rows.scan(block.bytes, &diagnostics)
                answer.otherLines += diagnostics.rejects.count
                for row in 0..<rows.count {
                    let value = try JSONValue(parsing: rows[row])
                    guard let number = value["bookmarks"]?["cartload_check"]?["number"]?.intValue else {
                        answer.otherLines += 1
                        continue
                    }
                    answer.states.append(number)
                }
            }
            await writing.value
            answer.end = try await child.wait()
            answer.said = child.errorText
            return answer
        }
    }

    private func accepts(_ lines: [String], _ state: Int, _ rule: String) async throws -> [Finding] {
        let answer = try await answer(to: lines)
        guard answer.end.isSuccess else {
            return [Finding(.failed, rule, "it ended with \(answer.end): \(answer.said.suffix(400))")]
        }
        guard answer.states.last == state else {
            return [
                Finding(.failed, rule, "the last STATE it printed is \(answer.states.last.map(String.init) ?? "none")")
            ]
        }
        var findings = [Finding(.passed, rule)]
        if answer.otherLines > 0 {
            findings.append(Finding(.failed, "stdout has nothing but STATE values", "\(answer.otherLines) other lines"))
        }
        return findings
    }

    private func refuses(_ lines: [String], _ rule: String, after state: Int? = nil) async throws -> [Finding] {
        let answer = try await answer(to: lines)
        if let state, answer.states.contains(state) {
            return [Finding(.failed, rule, "it printed the STATE that came after the fault")]
        }
        return [
            answer.end.isSuccess
                ? Finding(.warned, rule, "it ended with 0, as if nothing had been wrong") : Finding(.passed, rule)
        ]
    }
}
