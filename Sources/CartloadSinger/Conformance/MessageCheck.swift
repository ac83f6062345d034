// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Looks at every message of a tap and notes which rules are broken, and where first.
struct MessageCheck {
    /// The rules, in the order of the report. Those from `wants…` on are warnings.
    enum Rule: String, CaseIterable {
        case messages = "every line is a JSON object of a known type"
        case schemaFirst = "SCHEMA comes before records of its stream"
        case schemas = "schemas can be compiled and describe objects"
        case keyNames = "key properties are in the schema"
        case records = "records are objects that fit their schema"
        case keys = "records have their key properties"
        case states = "STATE has a value"
        case batches = "files of BATCH messages can be read and fit"
        case upperCase = "types are in upper case"
        case keyProperties = "SCHEMA has key_properties"
        case wholeNumbers = "STATE has no fractions, which targets of singer-sdk 0.54 fail on"
        case lastState = "a STATE comes after the last record"
        case times = "time_extracted is a date-time with a zone"

        var isAdvice: Bool {
            switch self {
            case .upperCase, .keyProperties, .wholeNumbers, .lastState, .times: true
            default: false
            }
        }
    }

    private struct Stream {
        var validator: RecordValidator?
        var schema: Schema?
        var keys: [String]
    }

    private let batchFiles: BatchFileOptions
    private var streams: [String: Stream] = [:]
    private var faults: [Rule: String] = [:]
    private var seen: Set<Rule> = [.messages]
    private var hasUncoveredRecords = false
    /// How many records came, those of batch files counted.
    private(set) var records = 0
    /// How many records of each stream.
    private(set) var recordsOfStream: [String: Int] = [:]
    private(set) var lastState: JSONValue?
    /// The names of top-level fields that records of each stream had.
    private(set) var fields: [String: Set<String>] = [:]

    init(batchFiles: BatchFileOptions) { self.batchFiles = batchFiles }

    private mutating func note(_ rule: Rule, _ detail: @autoclosure () -> String, at location: Location) {
        seen.insert(rule)
        if faults[rule] == nil {
            let place = location.description
            faults[rule] = place.isEmpty ? detail() : "\(place): \(detail())"
        }
    }

    /// The verdict of every rule.
    func findings() -> [Finding] {
        var faults = faults
        if hasUncoveredRecords {
            faults[.lastState] = "records at the end are covered by no STATE and would come again"
        }
        return Rule.allCases.map { rule in
            if let fault = faults[rule] { return Finding(rule.isAdvice ? .warned : .failed, rule.rawValue, fault) }
            return Finding(seen.contains(rule) ? .passed : .skipped, rule.rawValue)
        }
    }

    mutating func take(_ block: SplitBlock, from name: String) throws {
        var diagnostics = Diagnostics()
        let origin = block.start.location(in: name)
        let lines = try MessageLines.scan(block.bytes, origin: origin, isFirst: block.isFirst, &diagnostics)
        for fault in diagnostics.rejects { note(.messages, fault.message, at: fault.location) }
        for number in 0..<lines.count {
            let message = lines.messages[number]
            try take(message, lines, at: { lines.location(of: message, in: origin) })
        }
    }

    private mutating func take(
        _ message: MessageLines.Message, _ lines: MessageLines, at location: () -> Location
    ) throws {
        if let type = lines.string(message.type), type != type.uppercased() {
            note(.upperCase, "\"\(type)\"", at: location())
        } else {
            seen.insert(.upperCase)
        }
        switch message.kind {
        case .schema: take(schema: lines[message.line], at: location())
        case .record: try take(record: message, lines, at: location)
        case .state: take(state: lines[message.value], at: location())
        case .batch: take(batch: lines[message.line], at: location())
        case .activateVersion:
            if lines.integer(message.version) == nil {
                note(.messages, "ACTIVATE_VERSION without version", at: location())
            }
        case .other:
            note(.messages, "the type \(lines.string(message.type) ?? "is missing") is not known", at: location())
        }
    }

    private mutating func take(schema text: Bytes, at location: Location) {
        do {
            let value = try JSONValue(parsing: text)
            let message = try SchemaMessage(value.objectValue ?? JSONObject())
            seen.formUnion([.keyProperties, .schemas, .keyNames])
            if value["key_properties"] == nil {
                note(
                    .keyProperties, "\"\(message.stream)\" has none; singer-python's targets refuse that", at: location)
            }
            let schema = try Schema(jsonSchema: .object(message.schema))
            let missing = message.keyProperties.first { schema.index(of: $0) == nil }
            if let missing { note(.keyNames, "\"\(missing)\" of \"\(message.stream)\"", at: location) }
            streams[message.stream] = Stream(
                validator: try RecordValidator(jsonSchema: .object(message.schema)), schema: schema,
                keys: message.keyProperties)
        } catch {
            note(.schemas, (error as? CartloadError)?.message ?? "\(error)", at: location)
            if let name = (try? JSONValue(parsing: text))?["stream"]?.stringValue {
                streams[name] = Stream(validator: nil, schema: nil, keys: [])
            }
        }
    }

    private mutating func take(
        record message: MessageLines.Message, _ lines: MessageLines, at location: () -> Location
    ) throws {
        seen.formUnion([.schemaFirst, .records, .keys])
        records += 1
        hasUncoveredRecords = true
        guard let name = lines.string(message.stream) else {
            return note(.messages, "RECORD without stream", at: location())
        }
        recordsOfStream[name, default: 0] += 1
        guard let stream = streams[name] else {
            return note(.schemaFirst, "a record of \"\(name)\" has no SCHEMA before it", at: location())
        }
        guard lines.isObject(message.record) else { return note(.records, "the record is no object", at: location()) }
        let time = lines[message.timeExtracted]
        if !time.isEmpty {
            seen.insert(.times)
            let text = (try? JSONValue(parsing: time))?.stringValue ?? ""
            if text.firstMatch(of: #/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|z|[+-]\d\d:?\d\d)$/#) == nil {
                note(.times, "\(time.text)", at: location())
            }
        }
        try check(
            Rows(bytes: lines.bytes, places: Buffer([message.record]), isLineFed: false), of: name, stream, location())
    }

    /// Compares records with their schema.
    private mutating func check(_ rows: Rows, of name: String, _ stream: Stream, _ location: Location) throws {
        var diagnostics = Diagnostics()
        let batch = RecordBatch(.rows(rows))
        if let validator = stream.validator {
            _ = try batch.validated(by: validator, &diagnostics)
            if let fault = diagnostics.rejects.first {
                let field = fault.location.field.map { " (\($0))" } ?? ""
                note(.records, "a record of \"\(name)\": \(fault.message)\(field)", at: location)
            }
        }
        for row in 0..<rows.count {
            let record = try JSONValue(parsing: rows[row]).objectValue ?? JSONObject()
            fields[name, default: []].formUnion(record.keys)
            for key in stream.keys where (record[key] ?? .null).isNull {
                note(.keys, "a record of \"\(name)\" lacks \"\(key)\"", at: location)
            }
        }
    }

    private mutating func take(state text: Bytes, at location: Location) {
        seen.formUnion([.states, .wholeNumbers, .lastState])
        guard let value = try? JSONValue(parsing: text) else { return note(.states, "it has none", at: location) }
        lastState = value
        hasUncoveredRecords = false
        if let number = value.fraction { note(.wholeNumbers, number, at: location) }
    }

    private mutating func take(batch text: Bytes, at location: Location) {
        seen.formUnion([.schemaFirst, .batches, .records, .keys])
        hasUncoveredRecords = true
        do {
            let message = try BatchMessage(JSONValue(parsing: text).objectValue ?? JSONObject())
            guard let stream = streams[message.stream] else {
                return note(.schemaFirst, "a batch of \"\(message.stream)\" has no SCHEMA before it", at: location)
            }
            let files = try BatchFilesStream(message, schema: stream.schema, batchFiles)
            for place in try message.files.map({ try batchFiles.access.place(of: $0) }) {
                let reader = try BatchFileReader(place, batchFiles)
                let splitter = try files.format.splitter(over: reader, SplitOptions())
                let decoder = files.decoder(splitter)
                while let block = try splitter.next() {
                    var diagnostics = Diagnostics()
                    let batch = try block.batch(files.format, decoder, source: reader.name).opened(&diagnostics)
                    if let fault = diagnostics.rejects.first { note(.batches, fault.error.description, at: location) }
                    let rows = try batch.rows(&diagnostics)
                    records += rows.count
                    recordsOfStream[message.stream, default: 0] += rows.count
                    try check(rows, of: message.stream, stream, location)
                }
            }
        } catch {
            note(.batches, (error as? CartloadError)?.message ?? "\(error)", at: location)
        }
    }
}

extension JSONValue {
    /// The first number with a fraction or an exponent in it.
    fileprivate var fraction: String? {
        switch self {
        case .number(let text): text.contains { ".eE".contains($0) } ? text : nil
        case .array(let elements): elements.lazy.compactMap(\.fraction).first
        case .object(let object): object.members.lazy.compactMap(\.value.fraction).first
        default: nil
        }
    }
}
