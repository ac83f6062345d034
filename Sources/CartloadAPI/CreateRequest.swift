// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The body of a request to create a pipeline; what is absent is nil, and what is unknown is ignored.
public struct CreateRequest: Sendable, Hashable {
    /// `folder/service`, `folder/service[version]`, or the id of a service.
    public var service: String?
    /// Wins over `service`.
    public var versionID: String?
    public var versionByTimestamp: Instant?
    public var subservices: [String] = []
    public var outputs: [String] = []
    public var callPurpose: String?
    public var sourceSystem: String?
    public var correlationID: String?
    public var uniqueRecordKeys: [String] = []
    public var initialWorkers: Int?
    public var maximumWorkers: Int?
    public var chunksPerRequest: Int?
    public var runnerThreadCount: Int?
    /// Bytes; the wire has megabytes of 1,000,000, under three names.
    public var inputBytes: Int?
    public var outputBytes: Int?
    public var acceptableErrorPercentage: Int?
    /// Ours: 0 to 9.
    public var priority: Int?

    public init() {}

    /// The spellings of the buffers' sizes: cspark 0.3, the TypeScript client and cspark up to 0.2, the vendor's Postman file.
    private static let inputNames = ["max_input_size_in_mb", "max_input_size", "max_input_in_mb"]
    private static let outputNames = ["max_output_size_in_mb", "max_output_size", "max_output_in_mb"]

    /// Reads a body.
    ///
    /// - Throws: ``APIFault`` with the field.
    public init(_ body: Bytes) throws {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw APIFault.invalid(
                "the body is \((error as? CartloadError)?.message ?? "not valid JSON")", code: "INVALID_JSON")
        }
        guard case .object(let object) = value else { throw APIFault.wrongType("the body", "an object") }
        let fields = WireFields(object)
        service = try fields.text("service")
        versionID = try fields.text("version_id")
        if let text = try fields.text("version_by_timestamp") {
            guard let instant = Instant(text) else {
                throw APIFault.wrongType("version_by_timestamp", "a time such as 2024-01-01T00:00:00Z")
            }
            versionByTimestamp = instant
        }
        subservices = try fields.list("subservice")
        outputs = try fields.list("output")
        callPurpose = try fields.text("call_purpose")
        sourceSystem = try fields.text("source_system")
        correlationID = try fields.text("correlation_id")
        uniqueRecordKeys = try fields.list("unique_record_key")
        initialWorkers = try fields.count("initial_workers")
        maximumWorkers = try fields.count("max_workers")
        chunksPerRequest = try fields.count("chunks_per_request")
        runnerThreadCount = try fields.count("runner_thread_count")
        inputBytes = try CreateRequest.bytes(fields, CreateRequest.inputNames)
        outputBytes = try CreateRequest.bytes(fields, CreateRequest.outputNames)
        acceptableErrorPercentage = try fields.number("acceptable_error_percentage").map { Int($0.rounded(.up)) }
        if let percentage = acceptableErrorPercentage, percentage < 0 {
            throw APIFault.wrongType("acceptable_error_percentage", "0 or more")
        }
        if let number = try fields.number("priority") {
            guard (0...9).contains(number), number == number.rounded() else {
                throw APIFault.wrongType("priority", "a whole number from 0 to 9")
            }
            priority = Int(number)
        }
    }

    private static func bytes(_ fields: WireFields, _ names: [String]) throws -> Int? {
        for name in names {
            guard let megabytes = try fields.number(name) else { continue }
            guard megabytes > 0, megabytes <= 1_000_000 else {
                throw APIFault.wrongType(name, "more than 0 megabytes, and 1000000 at most")
            }
            return Int((megabytes * 1_000_000).rounded(.up))
        }
        return nil
    }

    /// The body of a request, without what is absent.
    public var json: JSONValue {
        var object = JSONObject()
        object["service"] = service.map { .string($0) }
        object["version_id"] = versionID.map { .string($0) }
        object["version_by_timestamp"] = versionByTimestamp.map { .string($0.apiText) }
        if !subservices.isEmpty { object["subservice"] = .string(subservices.joined(separator: ",")) }
        if !outputs.isEmpty { object["output"] = .string(outputs.joined(separator: ",")) }
        object["call_purpose"] = callPurpose.map { .string($0) }
        object["source_system"] = sourceSystem.map { .string($0) }
        object["correlation_id"] = correlationID.map { .string($0) }
        if !uniqueRecordKeys.isEmpty { object["unique_record_key"] = .string(uniqueRecordKeys.joined(separator: ",")) }
        object["initial_workers"] = initialWorkers.map { .int($0) }
        object["max_workers"] = maximumWorkers.map { .int($0) }
        object["chunks_per_request"] = chunksPerRequest.map { .int($0) }
        object["runner_thread_count"] = runnerThreadCount.map { .int($0) }
        object["max_input_size_in_mb"] = inputBytes.map { .double(Double($0) / 1_000_000) }
        object["max_output_size_in_mb"] = outputBytes.map { .double(Double($0) / 1_000_000) }
        object["acceptable_error_percentage"] = acceptableErrorPercentage.map { .int($0) }
        object["priority"] = priority.map { .int($0) }
        return .object(object)
    }
}
