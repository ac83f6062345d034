// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow
internal import CartloadFormats

/// Sends records through a program, which prints a line for each that it reads.
///
/// An object takes the record's place, null or an empty line drops it, an array of objects makes several of it, and a string
/// rejects it and says why. A program that ends or takes too long ends the run.
public struct ExecProcessor: Processor {
    private let pool: ChildPool
    private let name: String
    private let lines: AnswerLines

    public init(_ program: RunProgram) {
        self.init(
            program, AnswerLines(rejected: .programRejected, unusable: .programAnswer, allowsMany: true))
    }

    init(_ program: RunProgram, _ lines: AnswerLines) {
        pool = ChildPool(program)
        name = program.command.first?.split(separator: "/").last.map(String.init) ?? "program"
        self.lines = lines
    }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let opened = try batch.opened(&diagnostics)
        let block = try JSONLinesEncoder().encode(opened, fields: nil, &diagnostics)
        let count = block.recordEnds.count
        let answer = try pool.answer(to: block.bytes, count: count)
        return try lines.batch(answer, answering: opened, count: count, from: name, &diagnostics)
    }

    /// Nobody knows what a program makes of records.
    public func schema(from input: Schema) throws -> Schema { Schema(isOpen: true) }
}
