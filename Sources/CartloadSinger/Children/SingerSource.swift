// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadProcess

/// Anybody's Singer tap as a source of flows: a child process, run once for each stream.
///
/// What a run reads is what the tap's own STATE says: checkpoints are its states, each true of the records before it. The
/// end of its output proves nothing, so the stream is complete only when it exits with 0.
public struct SingerSource: Source {
    public var program: ForeignProgram
    /// Its catalog; nil asks it with `--discover`.
    public var catalog: Catalog?
    /// The streams to read; nil for all that the catalog selects.
    public var streamNames: [String]?
    /// How files of BATCH messages are read.
    public var batchFiles = BatchFileOptions()
    public var maximumMessageBytes = 256 << 20

    public init(_ program: ForeignProgram, catalog: Catalog? = nil, streams: [String]? = nil) {
        self.program = program
        self.catalog = catalog
        streamNames = streams
    }

    public func streams() async throws -> [any CartloadCore.Stream] {
        let catalog = if let given = self.catalog { given } else { try await discover() }
        let chosen = catalog.streams.filter { entry in
            streamNames?.contains(entry.stream) ?? (entry.isSelected || entry.metadata[[]]?["selected"] == nil)
        }
        if let missing = streamNames?.first(where: { name in !chosen.contains { $0.stream == name } }) {
            throw CartloadError(
                .singerCatalog, "the tap has no stream \"\(missing)\"",
                advice: "It has: \(catalog.streams.prefix(20).map(\.stream).joined(separator: ", ")).")
        }
        return try chosen.map { try SingerStream(self, $0, catalog) }
    }

    private func discover() async throws -> Catalog {
        let folder = try ProgramFolder()
        let config = try folder.write("config.json", program.configuration)
        let text = try await program.output(["--config", config, "--discover"])
        withExtendedLifetime(folder) {}
        guard let value = try? JSONValue(parsing: text) else {
            throw CartloadError(
                .singerProgram, "\(program.command.first ?? "the tap") --discover prints no JSON",
                advice: "Give its catalog in the setting catalog if it cannot discover.")
        }
        return try Catalog(value)
    }
}
