// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One end of a flow: a connector with its settings, or an endpoint that the registry turns into one.
public struct FlowEnd: Sendable {
    public enum Form: Sendable, Hashable {
        /// A path or URL such as `data/*.csv.gz` or `sqlite:file.db#table`.
        case endpoint(String)
        /// A connector's name and its settings.
        case connector(String, JSONObject)
    }

    public var form: Form
    /// Settings in addition to those of the endpoint; the command line's options.
    public var overrides: JSONObject
    /// The path of this end, or of its settings, in the flow file.
    public var path: String
    public var positions: Configuration.Positions

    public init(
        _ form: Form, overrides: JSONObject = JSONObject(), path: String = "",
        positions: Configuration.Positions = Configuration.Positions()
    ) {
        self.form = form
        self.overrides = overrides
        self.path = path
        self.positions = positions
    }

    /// What to call it in messages and statistics: the endpoint or the connector's name.
    public var name: String {
        switch form {
        case .endpoint(let text): text
        case .connector(let name, _): name
        }
    }
}
