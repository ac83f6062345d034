// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A service as a closure in this process, for embedders.
public struct ClosureRunner: ServiceRunner {
    private final class Worker: ServiceWorker {
        private let body: @Sendable (ServiceCall) throws -> ServiceOutcome
        init(_ body: @escaping @Sendable (ServiceCall) throws -> ServiceOutcome) { self.body = body }
        func run(_ call: ServiceCall) throws -> ServiceOutcome { try body(call) }
    }

    private let body: @Sendable (ServiceCall) throws -> ServiceOutcome

    /// A closure that gets all records of a call at once: the fast form.
    public init(records body: @escaping @Sendable (ServiceCall) throws -> ServiceOutcome) { self.body = body }

    /// A closure that gets one record after another; what it throws becomes the record's error.
    public init(_ body: @escaping @Sendable (JSONObject) throws -> JSONObject) {
        self.init(records: { call in
            var outputs = BytesBuilder(capacity: call.records.bytes.count)
            var places: [RowPlace] = []
            var problems: [RecordProblem] = []
            places.reserveCapacity(call.records.count)
            for record in 0..<call.records.count {
                let start = UInt32(outputs.count)
                do {
                    let input = try JSONValue(parsing: call.records[record]).objectValue ?? JSONObject()
                    outputs.append(JSONValue.object(try body(input)).description)
                } catch {
                    problems.append(
                        RecordProblem(
                            record: record, message: String(describing: error), category: "service_error",
                            type: String(describing: Swift.type(of: error))))
                }
                places.append(RowPlace(start: start, end: UInt32(outputs.count)))
                outputs.append(UInt8(ascii: "\n"))
            }
            return ServiceOutcome(
                outputs: Rows(bytes: outputs.finish(), places: Buffer(places), isLineFed: false), problems: problems)
        })
    }

    public func makeWorker() throws -> any ServiceWorker { Worker(body) }
}
