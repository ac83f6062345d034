// SPDX-License-Identifier: Apache-2.0
// A link from files to a table, which goes on where it was when it is run again:
// swift run FilesToSQLite 'Examples/flights/*.csv.gz' flights.db

import CartloadCore
import CartloadExpressions
import CartloadFiles
import CartloadFlow
import CartloadSQLite

let words = CommandLine.arguments
precondition(words.count == 3, "usage: FilesToSQLite FROM TO.db")
let link = Link(
    "flights",
    source: FilesSource(FilesSourceOptions(paths: [words[1]], batch: .runs(by: ["year", "month", "day"]))),
    processors: [FilterProcessor(try Expression(parsing: "distance > 1000")), DropProcessor(["time_hour"])],
    outlets: [Outlet("table", SQLiteDestination(path: words[2], table: "flights"))])
let run = FlowRun(link, store: try SQLiteCheckpointStore(directory: ".cartload"))
try await run.run()
print(run.meter.snapshot.recordsWritten, "records written")
