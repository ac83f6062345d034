// SPDX-License-Identifier: Apache-2.0
// A processor of one's own, used in a link: swift run OwnProcessor

import CartloadCore
import CartloadFlow

/// Joins two fields to a greeting; records without a name are rejected, not lost.
struct Greeting: Processor {
    func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        var kept: [JSONObject] = []
        for record in try batch.records() {
            guard let name = record.string("name") else {
                diagnostics.reject(Diagnostic(.noName, "the record has no name", at: batch.origin))
                continue
            }
            var object = record.object
            object["greeting"] = .string("Hello, \(name)!")
            kept.append(object)
        }
        return RecordBatch(records: kept, origin: batch.origin)
    }
}

extension CartloadError.Code {
    static let noName = CartloadError.Code("greeting.no-name")
}

let people = RecordBatch(records: [JSONObject([("name", "Ada")]), JSONObject([("name", "Grace")])])
let destination = MemoryDestination()
let link = Link(
    "greetings", source: MemorySource("people", [people]), processors: [Greeting()],
    outlets: [Outlet("memory", destination)])
try await FlowRun(link).run()
for record in destination.records(of: "people") { print(JSONValue.object(record)) }
