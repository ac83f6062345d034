// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore

extension Cartload {
    /// The program as it is shipped: all connectors, the engine, and every module's error codes.
    public static let standard = Cartload(
        registry: Registry([]),
        catalogue: CoreCatalogue.entries + ConfigurationCatalogue.entries + CommandsCatalogue.entries)
}
