// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
public import CartloadCore

/// What a pipeline is created with; what is nil is left to the server.
public struct CreateOptions: Sendable, Hashable {
    /// The version that was in force then.
    public var activeSince: Instant?
    public var sourceSystem: String?
    public var correlationID: String?
    public var callPurpose: String?
    public var subservices: [String]
    public var selectedOutputs: [String]
    /// Names of inputs that tell records apart; the vendor's clients call it `inputKey` and `unique_record_key`.
    public var uniqueRecordKey: [String]
    public var minRunners: Int?
    public var maxRunners: Int?
    public var chunksPerVM: Int?
    public var runnersPerVM: Int?
    /// Megabytes of 1,000,000 bytes.
    public var maxInputSize: Double?
    public var maxOutputSize: Double?
    /// The share of records that must succeed, 0 to 1; the pipeline has failed when fewer do.
    public var accuracy: Double?
    /// 0 to 9; a server of ours runs pipelines with a higher one first.
    public var priority: Int?

    public init(
        activeSince: Instant? = nil, sourceSystem: String? = nil, correlationID: String? = nil,
        callPurpose: String? = nil, subservices: [String] = [], selectedOutputs: [String] = [],
        uniqueRecordKey: [String] = [], minRunners: Int? = nil, maxRunners: Int? = nil, chunksPerVM: Int? = nil,
        runnersPerVM: Int? = nil, maxInputSize: Double? = nil, maxOutputSize: Double? = nil, accuracy: Double? = nil,
        priority: Int? = nil
    ) {
        self.activeSince = activeSince
        self.sourceSystem = sourceSystem
        self.correlationID = correlationID
        self.callPurpose = callPurpose
        self.subservices = subservices
        self.selectedOutputs = selectedOutputs
        self.uniqueRecordKey = uniqueRecordKey
        self.minRunners = minRunners
        self.maxRunners = maxRunners
        self.chunksPerVM = chunksPerVM
        self.runnersPerVM = runnersPerVM
        self.maxInputSize = maxInputSize
        self.maxOutputSize = maxOutputSize
        self.accuracy = accuracy
        self.priority = priority
    }

    /// The body of the request.
    ///
    /// - Throws: ``BatchesError`` of kind `configuration` for a number that no request can have.
    func request(_ service: ServiceReference) throws -> CreateRequest {
        if accuracy?.isNaN == true { throw BatchesError(.configuration, "accuracy is no number") }
        var request = CreateRequest()
        request.service = service.wireService
        request.versionID = service.versionID
        request.versionByTimestamp = activeSince
        request.subservices = subservices
        request.outputs = selectedOutputs
        request.callPurpose = callPurpose ?? "Async Batch Execution"
        request.sourceSystem = sourceSystem ?? "Cartload Swift SDK"
        request.correlationID = correlationID
        request.uniqueRecordKeys = uniqueRecordKey
        request.initialWorkers = minRunners
        request.maximumWorkers = maxRunners
        request.chunksPerRequest = chunksPerVM
        request.runnerThreadCount = runnersPerVM
        request.inputBytes = try maxInputSize.map { try CreateOptions.bytes($0, "maxInputSize") }
        request.outputBytes = try maxOutputSize.map { try CreateOptions.bytes($0, "maxOutputSize") }
        request.acceptableErrorPercentage = CreateOptions.percentage(accuracy ?? 1)
        request.priority = priority
        return request
    }

    private static func bytes(_ megabytes: Double, _ name: String) throws -> Int {
        guard let bytes = Int(exactly: (megabytes * 1_000_000).rounded(.up)), bytes > 0 else {
            throw BatchesError(.configuration, "\(name) is \(megabytes); it must be more than 0 megabytes")
        }
        return bytes
    }

    /// The percentage of errors that an accuracy allows: rounded up as the vendor's clients do, but without the error of
    /// 1 - 0.95 in binary, which makes 6 of 5.
    static func percentage(_ accuracy: Double) -> Int {
        let share = (1 - min(max(accuracy, 0), 1)) * 100
        return Int((share - 1e-9).rounded(.up))
    }
}
