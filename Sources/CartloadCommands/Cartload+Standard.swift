// SPDX-License-Identifier: Apache-2.0

internal import CartloadAirbyte
internal import CartloadCompute
internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadExpressions
internal import CartloadFiles
internal import CartloadFlow
internal import CartloadFormats
internal import CartloadHTTP
internal import CartloadHTTPAPI
internal import CartloadProcess
internal import CartloadPrograms
internal import CartloadSQLite
internal import CartloadServiceCalls
internal import CartloadServices
internal import CartloadSinger
internal import CartloadStorage
internal import CartloadStores
internal import CartloadTrial
internal import SQLiteDatabase

extension Cartload {
    /// The program as it is shipped: all connectors, the engine, and every module's error codes.
    public static let standard = Cartload(
        registry: Registry(
            [
                .sqlite, .singer, .airbyte, .http, .post, .poll, .tail, .exec, .generate, .print, .null, .files,
            ],
            processors: Processors.all + Processors.programs + Processors.services,
            definedSource: { try .http(definedBy: $0) }),
        runner: RunFlow.engine,
        catalogue: CoreCatalogue.entries + ConfigurationCatalogue.entries + CommandsCatalogue.entries
            + ExpressionsCatalogue.entries + ComputeCatalogue.entries + FlowCatalogue.entries
            + FormatsCatalogue.entries + StorageCatalogue.entries + CartloadFilesCatalogue.entries
            + CartloadSQLiteCatalogue.entries + CartloadHTTPAPICatalogue.entries + CartloadTrialCatalogue.entries
            + CartloadSingerCatalogue.entries + CartloadAirbyteCatalogue.entries + CartloadProcessCatalogue.entries
            + CartloadProgramsCatalogue.entries + CartloadHTTPCatalogue.entries + CartloadStoresCatalogue.entries
            + CartloadServicesCatalogue.entries + CartloadServiceCallsCatalogue.entries
            + SQLiteDatabaseCatalogue.entries)
}
