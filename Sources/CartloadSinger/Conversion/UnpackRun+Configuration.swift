// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension UnpackRun.Options {
    /// What can be set: those settings of a target that speak of batch files.
    public static let settings: [Setting] =
        TargetOptions.settings.filter { setting in
            setting.name.hasPrefix("batch_") && !setting.name.hasPrefix("batch_size")
                && setting.name != "batch_wait_limit_seconds"
                || [
                    "max_batch_file_bytes", "max_compression_ratio", "parallel_files", "clean_up_batch_files",
                    "max_message_bytes",
                ]
                .contains(setting.name)
        } + [
            Setting(
                "validate_records", .boolean, "Whether records are checked against their schema.", default: false)
        ] + SingerProcessors.settings

    /// From a checked configuration.
    ///
    /// - Parameter environment: The variables that say how S3 is reached; nil for this process's.
    public init(_ configuration: Configuration, environment: [String: String]? = nil) throws {
        self.init()
        files = try BatchFileOptions(configuration, environment: environment)
        validates = configuration.boolean("validate_records") ?? false
        processors = try SingerProcessors.make(configuration)
        maximumMessageBytes = try configuration.count("max_message_bytes") ?? maximumMessageBytes
    }
}
