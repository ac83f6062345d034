// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// There is no processor of that name.
    public static let unknownProcessor = CartloadError.Code("processor.unknown")
    /// A processor is given something that it cannot work with.
    public static let processorSetting = CartloadError.Code("processor.setting")
    /// A processor names a field that the schema does not have.
    public static let processorField = CartloadError.Code("processor.unknown-field")
    /// Two fields would get the same name.
    public static let duplicateField = CartloadError.Code("processor.duplicate-field")
}

/// The codes of processors and batchers, for `Docs/errors.md`.
public enum ProcessorsCatalogue {
    public static let entries = [
        CatalogueEntry(
            .unknownProcessor, meaning: "A flow names a processor that does not exist.",
            advice: "Correct the name; Docs/processors.md lists all processors."),
        CatalogueEntry(
            .processorSetting, meaning: "A processor is given something that it cannot work with.",
            advice: "Docs/processors.md shows what each processor takes."),
        CatalogueEntry(
            .processorField, meaning: "A processor names a field that the schema does not have.",
            advice: "Check the spelling, or take the field out of the processor."),
        CatalogueEntry(
            .duplicateField, meaning: "Two fields would get the same name.",
            advice: "Rename or drop one of them first, or choose another separator."),
        CatalogueEntry(
            .notAPartition, meaning: "A batcher lost or repeated records, so nothing was written.",
            advice: "Every record must be in exactly one part; correct the batcher."),
        CatalogueEntry(
            .batcherSetting, meaning: "A batcher is given a size or a key that it cannot work with.",
            advice: "Sizes are positive; a key has at least one expression."),
        CatalogueEntry(
            .batcherSealed, meaning: "A batch reached a batcher without having been opened.",
            advice: "Call opened before dividing; in a flow this is a fault of Cartload, please report it."),
    ]
}

extension Schema {
    /// Finds a field that a processor needs; only an open schema may lack it.
    func require(_ name: String, for processor: String) throws {
        guard self[name] == nil, !isOpen else { return }
        let near = name.nearest(in: fields.map(\.name))
        throw CartloadError(
            .processorField, "\(processor): there is no field \"\(name)\"", at: Location(field: name),
            advice: near.map { "Did you mean \"\($0)\"?" }
                ?? "Fields are \(fields.map(\.name).joined(separator: ", ")).")
    }
}
