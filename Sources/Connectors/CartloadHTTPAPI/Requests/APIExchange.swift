// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What all streams of a source share: the client, the values of templates, the clock.
struct APIExchange: Sendable {
    let client: APIClient
    let scope: TemplateScope
    let base: Template
    /// A parameter of URLs that holds a credential, which must not get into checkpoints.
    let secretParam: String?
    let clock: APIClock

    /// Gets one page.
    func page(_ definition: StreamDefinition, _ scope: TemplateScope, _ pager: Pager) async throws -> Answer {
        let scope = scope.with(page: pager.scope)
        let draft = try definition.request.draft(base: base, in: scope, page: pager.place)
        let reading = AnswerReading(
            rules: definition.errors, form: definition.records, paths: Pager.paths(definition.paging))
        return try await client.answer(to: draft, reading)
    }
}
