// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Every error code of this module.
public enum ConfigurationCatalogue {
    public static let entries: [CatalogueEntry] = [
        CatalogueEntry(
            .configurationUnreadable, meaning: "A configuration file cannot be read.",
            advice: "Check the path and its permissions."),
        CatalogueEntry(
            .configurationSyntax, meaning: "A configuration file is not valid YAML or JSON.",
            advice: "Look at the line and column; indent with spaces and quote text that holds `: ` or ` #`."),
        CatalogueEntry(
            .configurationTooLarge,
            meaning: "A configuration file is too long, too deep, or its aliases expand too far.",
            advice: "Divide the file, or write less of it by aliases."),
        CatalogueEntry(
            .duplicateKey, meaning: "A mapping has the same key twice.", advice: "Remove one of them."),
        CatalogueEntry(
            .missingVariable, meaning: "A configuration reads an environment variable that is not set.",
            advice: "Set the variable, or give a default: ${NAME:-default}."),
    ]
}
