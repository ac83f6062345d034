// SPDX-License-Identifier: Apache-2.0

// Swift accepts a misspelt feature name silently; this file does not.

#if !hasFeature(ExistentialAny)
    #error("ExistentialAny is off: check the `strict` settings in Package.swift")
#endif
#if !hasFeature(InternalImportsByDefault)
    #error("InternalImportsByDefault is off: check the `strict` settings in Package.swift")
#endif
#if !hasFeature(MemberImportVisibility)
    #error("MemberImportVisibility is off: check the `strict` settings in Package.swift")
#endif
#if !hasFeature(NonisolatedNonsendingByDefault)
    #error("NonisolatedNonsendingByDefault is off: check the `strict` settings in Package.swift")
#endif
#if !hasFeature(InferIsolatedConformances)
    #error("InferIsolatedConformances is off: check the `strict` settings in Package.swift")
#endif
#if swift(<6.3)
    #error("Cartload builds in the Swift 6.3 language mode or later")
#endif
