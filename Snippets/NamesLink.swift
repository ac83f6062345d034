// SPDX-License-Identifier: Apache-2.0
// A link that runs every second until Ctrl-C: swift run NamesLink

import CartloadFlow

let link = Link(
    "names",
    inlets: [
        Inlet("letters") { update in
            ["a", "b", "a", "b"].enumerated().map { ["name": .string($1), "value": .int($0)] }
        }
    ],
    batchers: [try KeyBatcher(fields: ["name"])],
    outlets: [.push("print") { batch, update in print(update, try batch.records().map(\.object)) }])
let planner = try Planner([LinkJob(link, schedule: Schedule(.interval(.seconds(1)), isImmediate: true))])
let stop = StopRequest()
try await planner.run(until: stop)
