// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFormats

/// Prints the first records to standard output, as lines or as a table; the others are only counted.
public struct PrintDestination: Destination {
    /// How records are shown.
    public enum Form: String, Sendable, CaseIterable {
        case jsonl, csv, tsv, table
    }

    public var form: Form
    /// The records after so many are not printed; nil prints all, but a table has a bound of its own.
    public var limit: Int?
    private let output: StandardOutput

    public init(_ form: Form = .jsonl, limit: Int? = nil) { self.init(form, limit: limit, to: StandardOutput()) }

    init(_ form: Form, limit: Int?, to output: StandardOutput) {
        self.form = form
        self.limit = limit
        self.output = output
    }

    public func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        guard let format = FileFormat(rawValue: form.rawValue) else {
            return TableWriter(limit: limit ?? TableWriter.usualRows, to: output)
        }
        return StandardOutputWriter(
            FilesDestinationOptions(path: "-", format: format, compression: Compression.none), stream,
            limit: limit, to: output)
    }
}

extension Connector {
    /// Records for people to look at.
    public static let print = Connector(
        "print", "Prints the first records to standard output, as lines or as a table.",
        destination: Role(settings: PrintDestination.settings) { try PrintDestination($0) })
}

extension PrintDestination {
    static let settings: [Setting] = [
        Setting("format", .choice(Form.allCases.map(\.rawValue)), "How records are shown.", default: "jsonl"),
        Setting(
            "limit", .integer,
            "So many are printed, the others only counted; by default all, and \(TableWriter.usualRows) in a table."),
    ]

    init(_ configuration: Configuration) throws {
        self.init(
            configuration.string("format").flatMap(Form.init(rawValue:)) ?? .jsonl,
            limit: try configuration.count("limit", orZero: true))
        guard form == .table, let limit, limit > TableWriter.maximumRows else { return }
        throw CartloadError(
            .wrongType, "a table has at most \(TableWriter.maximumRows) rows", at: configuration.location(of: "limit"))
    }
}
