// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Cartload {
    /// The same program with connectors of one's own, which all of its verbs then know: `run`, `tap`, `source` and the others.
    ///
    /// - Parameter catalogue: Their error codes.
    public func adding(_ connectors: [Connector], catalogue: [CatalogueEntry] = []) -> Cartload {
        Cartload(
            registry: Registry(
                connectors + registry.connectors, stepSettings: registry.stepSettings,
                definedSource: registry.definedSource),
            runner: runner, checker: checker, catalogue: self.catalogue + catalogue)
    }
}
