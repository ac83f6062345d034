// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A batcher lost or repeated records (I5).
    public static let notAPartition = CartloadError.Code("batcher.not-a-partition")
    /// A batcher is given a size or a key that it cannot work with.
    public static let batcherSetting = CartloadError.Code("batcher.setting")
    /// A batch reached a batcher without having been opened.
    public static let batcherSealed = CartloadError.Code("batcher.sealed")
}
