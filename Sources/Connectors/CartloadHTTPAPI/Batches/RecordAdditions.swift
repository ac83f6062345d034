// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Fields that are added to every record of a batch, such as the identifier of its parent.
struct RecordAdditions: Sendable {
    private let members: JSONObject

    init(_ additions: [JSONTemplate.Member], in scope: TemplateScope) throws {
        members = JSONObject(try additions.map { ($0.name, try $0.value.value(in: scope)) })
    }

    /// Adds them at each record's end; a member of the same name is replaced.
    func add(to records: inout PageRecords) throws {
        for index in records.blocks.indices {
            records.blocks[index] = try records.blocks[index].adding(members, &records.diagnostics)
        }
    }
}
